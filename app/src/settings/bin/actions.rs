//! Server functions that delete what is in the bin for ever.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{bin::EmptyBinForm, forms::DeleteForm};
use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
use crate::{request::RequestContext, settings::bin::pages::in_zone, ui::pluralize};
#[cfg(feature = "ssr")]
use domain::{
    bin::BinQuery,
    forms::{FormErrors, parse_version},
    page::ListQuery,
};
#[cfg(feature = "ssr")]
use store::purge::Emptied;

/// Deletes a record in the bin for ever.
#[server(prefix = "/fn", endpoint = "bin/delete-for-ever", protocol = Call, client = FetchClient)]
pub async fn delete_for_ever(
    /// The id of the record.
    id: Uuid,
    /// The version and the numbers of records that go along, as they were shown to the user.
    form: DeleteForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let name = ctx.store().purge_record(&ctx.actor(), id, parse_version(&form.version)?, form.goes_along()).await?;
    Ok(ActionOutcome::to(BinQuery::PATH).notice(format!("{name} was deleted for ever")))
}

/// Deletes everything in the bin for ever, or what the filters match.
#[server(prefix = "/fn", endpoint = "bin/empty", protocol = Call, client = FetchClient)]
pub async fn empty_bin(
    /// The filters, and the numbers that were shown to the user.
    form: EmptyBinForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let filter = form.filter().map_err(|_| FormErrors::of("", "Open the bin and set its filters again"))?;
    let filter = in_zone(&ctx, filter);
    let notice = match ctx.store().empty_bin(&ctx.actor(), &filter, form.shown()).await? {
        Emptied::Done(records) => format!("{} deleted for ever", counted(records, "was", "were")),
        Emptied::Started(records) => format!("{} being deleted for ever", counted(records, "is", "are")),
    };
    Ok(ActionOutcome::to(BinQuery::PATH).notice(notice))
}

/// `1 record was`, `7 records were`.
#[cfg(feature = "ssr")]
fn counted(records: u64, one: &str, many: &str) -> String {
    format!("{} {}", pluralize(records, "record", "records"), if records == 1 { one } else { many })
}

//! The server function that exports a list.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::exports::ExportForm;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::write::filter_in_zone,
    crate::request::{RequestContext, pairs_of},
    crate::ui::list::encode_pairs,
    domain::exports::{DIRECT_ROWS_MAX, ExportFormError},
};

/// Notes an export in the log, and leads to its file, or to the page that says how far it is.
#[server(prefix = "/fn", endpoint = "exports/create", protocol = Call, client = FetchClient)]
pub async fn export_list(
    /// The list, the format and the columns.
    form: ExportForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let pairs = pairs_of(&form.query).map_err(|_| ActionError::bad_request())?;
    let draft = form.parse(&pairs).map_err(|error| match error {
        ExportFormError::BadQuery => ActionError::bad_request(),
        ExportFormError::Invalid(errors) => errors.into(),
    })?;
    let (list, pairs) = (draft.address.list(), draft.address.query_pairs());
    let query = encode_pairs(pairs.iter().map(|(name, value)| (*name, value.as_str())));
    let rows = ctx.store().exported_ids(&ctx.actor(), &filter_in_zone(draft.address, ctx.zone(), ctx.now)).await?.len() as u64;
    let id = ctx.store().request_export(&ctx.actor(), list, query, (draft.format, draft.columns), rows).await?;
    let path = format!("/exports/{id}");
    Ok(ActionOutcome::to(if rows > DIRECT_ROWS_MAX { path } else { format!("{path}/file") }))
}

//! Server functions of bulk changes.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{bulk_changes::BulkForm, ids::BulkChangeId};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{
    PATH,
    scope::{ListOfForm, selection_of},
    words::{done_words, skipped_words},
};
#[cfg(feature = "ssr")]
use crate::request::RequestContext;
#[cfg(feature = "ssr")]
use domain::forms::FormErrors;
#[cfg(feature = "ssr")]
use store::bulk_changes::{BulkChangeDetail, NewBulkChange};

/// Begins a bulk change.
#[server(prefix = "/fn", endpoint = "bulk-changes/begin", protocol = Call, client = FetchClient)]
pub async fn begin_bulk_change(
    /// The selected records and the change.
    form: BulkForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let list = ListOfForm::read(&ctx, &form).map_err(|_| ActionError::Malformed)?;
    let selection = selection_of(&form, &list)?;
    let (change, shown) = (form.change()?, form.confirmed());
    if change.asks_first() && shown.is_none() {
        return Err(ActionError::Question(FormErrors::of("count", "Confirm this first")));
    }
    let store = ctx.idempotent_store(&form, &form.form_key);
    let id = store.begin_bulk_change(&ctx.actor(), NewBulkChange { selection, change, shown }).await?;
    let done = ctx.store().bulk_change(&ctx.actor(), id).await?;
    let back = list.nearest_page(&ctx).await?;
    Ok(outcome(&done, back))
}

/// Puts back what nobody changed since a bulk change.
#[server(prefix = "/fn", endpoint = "bulk-changes/undo", protocol = Call, client = FetchClient)]
pub async fn undo_bulk_change(
    /// The id of the bulk change.
    id: BulkChangeId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let undo = ctx.store().undo_bulk_change(&ctx.actor(), id).await?;
    let done = ctx.store().bulk_change(&ctx.actor(), undo).await?;
    let back = format!("{PATH}/{undo}");
    Ok(outcome(&done, back))
}

/// The outcome of a change that was begun: `back`, or its own page if it still runs or has skipped records to name.
#[cfg(feature = "ssr")]
fn outcome(done: &BulkChangeDetail, back: String) -> ActionOutcome {
    let page = format!("{PATH}/{}", done.id);
    if done.finished_at.is_none() {
        return ActionOutcome::to(page);
    }
    let notice = match skipped_words(done) {
        Some(skipped) => format!("{}, {skipped}", done_words(done)),
        None => done_words(done),
    };
    let outcome = ActionOutcome::to(if done.skipped.is_empty() { back } else { page }).notice(notice);
    if done.can_be_undone { outcome.undo(format!("{PATH}/{}/undo", done.id)) } else { outcome }
}

//! Server functions that change deals.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    deals::{BulkForm, DealForm, MoveForm, MoveOutcome},
    forms::DeleteForm,
    ids::DealId,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::pages::{in_zone, query_of};
#[cfg(feature = "ssr")]
use crate::{
    request::RequestContext,
    settings::bin,
    ui::{list::url_of, pluralize},
};
#[cfg(feature = "ssr")]
use domain::{
    deals::{BulkChange, DealQuery},
    forms::parse_version,
    page::{ListQuery, PageNumber},
};
#[cfg(feature = "ssr")]
use store::{
    StoreError,
    deals::{BulkOutcome, SkippedDeal},
};

/// Creates a deal.
#[server(prefix = "/fn", endpoint = "deals/create", protocol = Call, client = FetchClient)]
pub async fn create_deal(
    /// The form.
    form: DealForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let draft = form.parse()?;
    let notice = format!("{} was created", draft.name);
    let id = ctx.idempotent_store(&form, &form.form_key).create_deal(&ctx.actor(), draft).await?;
    Ok(ActionOutcome::to(format!("/deals/{id}")).notice(notice))
}

/// Saves a deal's fields.
#[server(prefix = "/fn", endpoint = "deals/update", protocol = Call, client = FetchClient)]
pub async fn update_deal(
    /// The id of the deal.
    id: DealId,
    /// The form, with the edited version.
    form: DealForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().update_deal(&ctx.actor(), id, parse_version(&form.version)?, form.parse()?).await?;
    Ok(ActionOutcome::to(format!("/deals/{id}")).notice("Changes saved"))
}

/// The answer to a move.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DealMoved {
    /// The page to go to and the notice.
    pub outcome: ActionOutcome,
    /// The new version of the card, and the totals of the changed columns.
    pub moved: MoveOutcome,
}

#[cfg(feature = "hydrate")]
impl crate::server_functions::browser_json::FromJs for DealMoved {
    fn from_js(value: &wasm_bindgen::JsValue) -> Option<Self> {
        use crate::server_functions::browser_json::field;
        Some(Self { outcome: field(value, "outcome")?, moved: field(value, "moved")? })
    }
}

impl AsRef<ActionOutcome> for DealMoved {
    fn as_ref(&self) -> &ActionOutcome {
        &self.outcome
    }
}

/// Moves a deal to another stage, or within its column of the board.
#[server(prefix = "/fn", endpoint = "deals/move", protocol = Call, client = FetchClient)]
pub async fn move_deal(
    /// The id of the deal.
    id: DealId,
    /// The target stage and placement.
    form: MoveForm,
) -> Result<DealMoved, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let movement = form.parse(id)?;
    let query = query_of(&form.filter).map_err(|_| ActionError::bad_request())?;
    let moved = ctx.store().move_deal_under(&ctx.actor(), &movement, &in_zone(&ctx, query.filter)).await?;
    let to = if form.back == "deal" { format!("/deals/{id}") } else { "/deals".to_owned() };
    let notice = format!("“{}” moved to {}", moved.deal, moved.stage);
    Ok(DealMoved { outcome: ActionOutcome::to(to).notice(notice), moved })
}

/// Moves the deal to the bin.
#[server(prefix = "/fn", endpoint = "deals/delete", protocol = Call, client = FetchClient)]
pub async fn delete_deal(
    /// The id of the deal.
    id: DealId,
    /// The version shown to the user.
    form: DeleteForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let name = ctx.store().delete_deal(&ctx.actor(), id, parse_version(&form.version)?).await?;
    Ok(ActionOutcome::to("/deals").notice(format!("{name} was deleted")).undo(format!("/deals/{id}/restore")))
}

/// Restores the deal from the bin.
#[server(prefix = "/fn", endpoint = "deals/restore", protocol = Call, client = FetchClient)]
pub async fn restore_deal(
    /// The id of the deal.
    id: DealId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let restored = ctx.store().restore_deal(&ctx.actor(), id).await;
    bin::restored(format!("/deals/{id}"), restored.map(|name| format!("{name} is back")))
}

/// Makes one change to many deals.
#[server(prefix = "/fn", endpoint = "deals/change-many", protocol = Call, client = FetchClient)]
pub async fn change_deals(
    /// The selected deals and the change.
    form: BulkForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let list = query_of(&form.list).map_err(|_| ActionError::bad_request())?;
    let (chosen, change) = form.parse()?;
    let deletes = change == BulkChange::Delete;
    let done = ctx.store().change_deals(&ctx.actor(), chosen, change).await?;
    let notice = if deletes {
        format!("{}. What is deleted is in the bin, in the settings.", bulk_summary(&done, "deleted"))
    } else {
        bulk_summary(&done, "changed")
    };
    let list = nearest_page(&ctx, list).await?;
    Ok(ActionOutcome::to(url_of(&list)).notice(notice))
}

/// The list at its page, or at its last one if the change left fewer pages.
#[cfg(feature = "ssr")]
async fn nearest_page(ctx: &RequestContext, list: DealQuery) -> Result<DealQuery, ActionError> {
    if list.layout.page == PageNumber::FIRST {
        return Ok(list);
    }
    let filtered = DealQuery { filter: in_zone(ctx, list.filter.clone()), ..list.with_page(PageNumber::FIRST) };
    let count = ctx.store().deals(&ctx.actor(), &filtered).await?.all.count;
    Ok(list.with_page(list.layout.page.min(PageNumber::last_of(count, list.layout.page_size))))
}

/// The notice of a bulk change. `verb`: the change, such as `deleted`.
#[cfg(feature = "ssr")]
fn bulk_summary(done: &BulkOutcome, verb: &str) -> String {
    let mut words = format!("{} {verb}", pluralize(done.changed, "deal", "deals"));
    if !done.skipped.is_empty() {
        let each: Vec<String> = done.skipped.iter().take(5).map(skip_reason).collect();
        let rest = done.skipped.len().saturating_sub(each.len());
        let more = if rest > 0 { format!("; and {rest} more") } else { String::new() };
        words.push_str(&format!(", {} not: {}{more}", done.skipped.len(), each.join("; ")));
    }
    words
}

#[cfg(feature = "ssr")]
fn skip_reason(SkippedDeal { name, reason }: &SkippedDeal) -> String {
    let name = name.as_ref().map_or_else(|| "one".to_owned(), |name| format!("“{name}”"));
    match reason {
        StoreError::Conflict => format!("{name} was changed by somebody else meanwhile"),
        StoreError::Denied => format!("{name} is somebody else’s"),
        _ => format!("{name} is no longer there"),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_and_what_was_not_is_said() {
        assert_eq!(bulk_summary(&BulkOutcome { changed: 1, skipped: vec![] }, "deleted"), "1 deal deleted");
        let refused = |reason| SkippedDeal { name: Some("A".to_owned()), reason };
        let gone = SkippedDeal { name: None, reason: StoreError::NotFound };
        let done = BulkOutcome { changed: 0, skipped: vec![refused(StoreError::Conflict), refused(StoreError::Denied), gone] };
        assert_eq!(
            bulk_summary(&done, "changed"),
            "0 deals changed, 3 not: “A” was changed by somebody else meanwhile; “A” is somebody else’s; one is no longer there"
        );
        let many = BulkOutcome { changed: 2, skipped: vec![refused(StoreError::Denied); 7] };
        assert!(bulk_summary(&many, "changed").ends_with("and 2 more"));
    }
}

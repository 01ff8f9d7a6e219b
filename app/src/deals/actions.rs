//! What changes deals.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    deals::{BulkForm, DealForm, MoveForm, Moved},
    forms::DeleteForm,
    ids::DealId,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::pages::query_of;
#[cfg(feature = "ssr")]
use crate::{
    request::RequestContext,
    settings::bin,
    ui::{list::url_of, pluralize},
};
#[cfg(feature = "ssr")]
use domain::{deals::BulkChange, forms::parse_version};
#[cfg(feature = "ssr")]
use store::{
    StoreError,
    deals::{BulkOutcome, SkippedDeal},
};

/// Creates a deal.
#[server(prefix = "/fn", endpoint = "deals/create", protocol = Call, client = FetchClient)]
pub async fn create_deal(
    /// The fields.
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
    /// Which.
    id: DealId,
    /// The fields, with the version that was shown.
    form: DealForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().update_deal(&ctx.actor(), id, parse_version(&form.version)?, form.parse()?).await?;
    Ok(ActionOutcome::to(format!("/deals/{id}")).notice("Changes saved"))
}

/// A deal that was moved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DealMoved {
    /// Where to go, and what to say.
    pub outcome: ActionOutcome,
    /// The card's new version, and the totals of the columns that it touched.
    pub moved: Moved,
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
    /// Which.
    id: DealId,
    /// Where to.
    form: MoveForm,
) -> Result<DealMoved, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let movement = form.parse(id)?;
    let query = query_of(&form.filter).map_err(|_| ActionError::bad_request())?;
    let moved = ctx.store().move_deal_under(&ctx.actor(), &movement, &query.filter).await?;
    let to = if form.back == "deal" { format!("/deals/{id}") } else { "/deals".to_owned() };
    let notice = format!("“{}” moved to {}", moved.deal, moved.stage);
    Ok(DealMoved { outcome: ActionOutcome::to(to).notice(notice), moved })
}

/// Puts a deal in the bin.
#[server(prefix = "/fn", endpoint = "deals/delete", protocol = Call, client = FetchClient)]
pub async fn delete_deal(
    /// Which.
    id: DealId,
    /// The version that was shown.
    form: DeleteForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let name = ctx.store().delete_deal(&ctx.actor(), id, parse_version(&form.version)?).await?;
    Ok(ActionOutcome::to("/deals").notice(format!("{name} was deleted")).undo(format!("/deals/{id}/restore")))
}

/// Takes a deal out of the bin.
#[server(prefix = "/fn", endpoint = "deals/restore", protocol = Call, client = FetchClient)]
pub async fn restore_deal(
    /// Which.
    id: DealId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let restored = ctx.store().restore_deal(&ctx.actor(), id).await;
    bin::restored(format!("/deals/{id}"), restored.map(|name| format!("{name} is back")))
}

/// Does one thing to many deals.
#[server(prefix = "/fn", endpoint = "deals/change-many", protocol = Call, client = FetchClient)]
pub async fn change_deals(
    /// Which deals, and what is done to them.
    form: BulkForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let list = query_of(&form.list).map_err(|_| ActionError::bad_request())?;
    let (chosen, change) = form.parse()?;
    let deletes = change == BulkChange::Delete;
    let done = ctx.store().change_deals(&ctx.actor(), chosen, change).await?;
    let notice = if deletes {
        format!("{}. What is deleted is in the bin, in the settings.", told(&done, "deleted"))
    } else {
        told(&done, "changed")
    };
    Ok(ActionOutcome::to(url_of(&list)).notice(notice))
}

/// How a change of many went, in words; `verb` says what was done to them.
#[cfg(feature = "ssr")]
fn told(done: &BulkOutcome, verb: &str) -> String {
    let mut words = format!("{} {verb}", pluralize(done.changed, "deal", "deals"));
    if !done.skipped.is_empty() {
        let each: Vec<String> = done.skipped.iter().take(5).map(why).collect();
        let rest = done.skipped.len().saturating_sub(each.len());
        let more = if rest > 0 { format!("; and {rest} more") } else { String::new() };
        words.push_str(&format!(", {} not: {}{more}", done.skipped.len(), each.join("; ")));
    }
    words
}

#[cfg(feature = "ssr")]
fn why(SkippedDeal { name, reason }: &SkippedDeal) -> String {
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
        assert_eq!(told(&BulkOutcome { changed: 1, skipped: vec![] }, "deleted"), "1 deal deleted");
        let refused = |reason| SkippedDeal { name: Some("A".to_owned()), reason };
        let gone = SkippedDeal { name: None, reason: StoreError::NotFound };
        let done = BulkOutcome { changed: 0, skipped: vec![refused(StoreError::Conflict), refused(StoreError::Denied), gone] };
        assert_eq!(
            told(&done, "changed"),
            "0 deals changed, 3 not: “A” was changed by somebody else meanwhile; “A” is somebody else’s; one is no longer there"
        );
        let many = BulkOutcome { changed: 2, skipped: vec![refused(StoreError::Denied); 7] };
        assert!(told(&many, "changed").ends_with("and 2 more"));
    }
}

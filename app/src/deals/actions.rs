//! Server functions that change deals.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    deals::{DealForm, MoveForm, MoveOutcome},
    forms::DeleteForm,
    ids::DealId,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::pages::{in_zone, query_of};
#[cfg(feature = "ssr")]
use crate::{request::RequestContext, settings::bin};
#[cfg(feature = "ssr")]
use domain::forms::parse_version;

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

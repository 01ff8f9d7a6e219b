//! What the board asks of the server.

use crate::errors::ActionError;
use domain::deals::{DealMove, Moved};
use leptos::{prelude::*, server_fn::codec::Json};

/// Moves one card and answers with its new version and the figures of the columns it touched.
#[server(name = MoveDeal, prefix = "/fn", endpoint = "deals/move", input = Json)]
pub async fn move_deal(
    /// What goes where.
    movement: DealMove,
    /// The query of the board it is moved on: the figures are over what matches it.
    #[server(default)]
    filter: String,
) -> Result<Moved, ActionError> {
    use domain::{deals::LOST_REASON_MAX, text};
    let typed = movement.lost_reason.unwrap_or_default();
    let lost_reason = text::line(&typed, LOST_REASON_MAX).map_err(|error| ActionError::Invalid(error.to_string()))?;
    let query = super::pages::query_of(&filter).map_err(|_| ActionError::Invalid("That is not a valid request.".to_owned()))?;
    let (store, actor) = crate::visit::for_function().await?;
    Ok(store.move_deal_under(&actor, &DealMove { lost_reason, ..movement }, &query.filter).await?)
}

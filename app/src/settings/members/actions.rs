//! Server functions that change members.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    ids::UserId,
    members::{RemovalForm, RoleForm},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::PATH;
#[cfg(feature = "ssr")]
use crate::request::RequestContext;

/// Sets the role of a member.
#[server(prefix = "/fn", endpoint = "members/change-role", protocol = Call, client = FetchClient)]
pub async fn change_role(
    /// The id of the user.
    id: UserId,
    /// The role.
    form: RoleForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().change_role(&ctx.actor(), id, form.parse()?).await?;
    Ok(ActionOutcome::to(PATH).notice("Role saved"))
}

/// Removes a member.
#[server(prefix = "/fn", endpoint = "members/remove", protocol = Call, client = FetchClient)]
pub async fn remove_member(
    /// The id of the user.
    id: UserId,
    /// What becomes of their records.
    form: RemovalForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().remove_member(&ctx.actor(), id, form.parse()?).await?;
    Ok(ActionOutcome::to(PATH).notice("Member removed"))
}

/// Makes another member the owner.
#[server(prefix = "/fn", endpoint = "members/hand-over", protocol = Call, client = FetchClient)]
pub async fn hand_over_workspace(
    /// The id of the user.
    id: UserId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().hand_over_workspace(&ctx.actor(), id).await?;
    Ok(ActionOutcome::to(PATH).notice("The workspace has another owner. You are an admin now"))
}

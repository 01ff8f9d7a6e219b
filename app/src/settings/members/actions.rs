//! Server functions that change members.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    ids::{InvitationId, UserId},
    invitations::InvitationForm,
    members::{RemovalForm, RoleForm},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::PATH;
#[cfg(feature = "ssr")]
use crate::{request::RequestContext, ui::list::encode_pairs};
#[cfg(feature = "ssr")]
use store::invitations::NewInvitation;

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

/// Invites an address.
#[server(prefix = "/fn", endpoint = "members/invite", protocol = Call, client = FetchClient)]
pub async fn invite(
    /// The form.
    form: InvitationForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let sent = ctx.idempotent_store(&form, &form.form_key).invite(&ctx.actor(), form.parse()?).await?;
    Ok(to_link(&sent))
}

/// Sends an invitation again, under a new link.
#[server(prefix = "/fn", endpoint = "members/resend-invitation", protocol = Call, client = FetchClient)]
pub async fn resend_invitation(
    /// The id of the invitation.
    id: InvitationId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let sent = ctx.store().resend_invitation(&ctx.actor(), id).await?;
    Ok(to_link(&sent))
}

/// Revokes an invitation.
#[server(prefix = "/fn", endpoint = "members/revoke-invitation", protocol = Call, client = FetchClient)]
pub async fn revoke_invitation(
    /// The id of the invitation.
    id: InvitationId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().revoke_invitation(&ctx.actor(), id).await?;
    Ok(ActionOutcome::to(PATH).notice("Invitation revoked"))
}

/// Opens the page that shows the link of an invitation that was just sent.
#[cfg(feature = "ssr")]
fn to_link(sent: &NewInvitation) -> ActionOutcome {
    ActionOutcome::to(format!("{PATH}/invitations/{}?{}", sent.id, encode_pairs([("token", sent.token.as_str())])))
}

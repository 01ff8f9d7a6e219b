//! Server functions of platform admins. They need no workspace; the store checks who calls.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    administration::{OwnedWorkspaceForm, RegistrationForm},
    ids::{JobId, UserId, WorkspaceId},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{
    administration::pages::{MAIL, REGISTRATION, REGISTRATION_IS_SET, user_path},
    request::AccountContext,
    ui::{list::encode_pairs, pluralize},
};
#[cfg(feature = "ssr")]
use domain::{account_links::LinkToken, administration::WorkspacesQuery, forms::FormErrors, page::ListQuery};
#[cfg(feature = "ssr")]
use store::administration::NewOwner;

/// Creates a workspace for the account of an address, and the account if there is none.
#[server(prefix = "/fn", endpoint = "admin/create-workspace", protocol = Call, client = FetchClient)]
pub async fn create_workspace_for(
    /// The form.
    form: OwnedWorkspaceForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    let made = ctx.store().create_workspace_for(ctx.user.user_id, form.parse()?, &form.form_key).await?;
    Ok(match made {
        NewOwner::Known => ActionOutcome::to(WorkspacesQuery::PATH).notice("Workspace created"),
        NewOwner::Mailed => {
            ActionOutcome::to(WorkspacesQuery::PATH).notice("Workspace created. A link that chooses a password is on its way to the owner")
        }
        NewOwner::ToHandOver(user, token) => to_link(user, &token).notice("Workspace created, and an account for its owner"),
    })
}

/// Suspends a workspace.
#[server(prefix = "/fn", endpoint = "admin/suspend-workspace", protocol = Call, client = FetchClient)]
pub async fn suspend_workspace(
    /// The id of the workspace.
    id: WorkspaceId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    ctx.store().suspend_workspace(ctx.user.user_id, id).await?;
    Ok(ActionOutcome::to(WorkspacesQuery::PATH).notice("Workspace suspended"))
}

/// Resumes a suspended workspace.
#[server(prefix = "/fn", endpoint = "admin/resume-workspace", protocol = Call, client = FetchClient)]
pub async fn resume_workspace(
    /// The id of the workspace.
    id: WorkspaceId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    ctx.store().resume_workspace(ctx.user.user_id, id).await?;
    Ok(ActionOutcome::to(WorkspacesQuery::PATH).notice("Workspace resumed"))
}

/// Disables an account.
#[server(prefix = "/fn", endpoint = "admin/disable-user", protocol = Call, client = FetchClient)]
pub async fn disable_user(
    /// The id of the user.
    id: UserId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    ctx.store().disable_user(ctx.user.user_id, id).await?;
    Ok(ActionOutcome::to(user_path(id)).notice("Account disabled"))
}

/// Enables a disabled account.
#[server(prefix = "/fn", endpoint = "admin/enable-user", protocol = Call, client = FetchClient)]
pub async fn enable_user(
    /// The id of the user.
    id: UserId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    ctx.store().enable_user(ctx.user.user_id, id).await?;
    Ok(ActionOutcome::to(user_path(id)).notice("Account enabled"))
}

/// Ends every session of an account. Of the admin's own, this one as well.
#[server(prefix = "/fn", endpoint = "admin/end-sessions", protocol = Call, client = FetchClient)]
pub async fn end_user_sessions(
    /// The id of the user.
    id: UserId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    let ended = ctx.store().end_user_sessions(ctx.user.user_id, id).await?;
    Ok(ActionOutcome::to(user_path(id)).notice(format!("Ended: {}", pluralize(ended, "session", "sessions"))))
}

/// Makes a link by which the user of an account chooses a new password.
#[server(prefix = "/fn", endpoint = "admin/make-reset-link", protocol = Call, client = FetchClient)]
pub async fn make_user_reset_link(
    /// The id of the user.
    id: UserId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    let token = ctx.store().make_user_reset_link(ctx.user.user_id, id).await?;
    Ok(to_link(id, &token))
}

/// Makes a user a platform admin.
#[server(prefix = "/fn", endpoint = "admin/make-admin", protocol = Call, client = FetchClient)]
pub async fn make_platform_admin(
    /// The id of the user.
    id: UserId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    ctx.store().make_platform_admin(ctx.user.user_id, id).await?;
    Ok(ActionOutcome::to(user_path(id)).notice("This user is a platform admin now"))
}

/// Takes platform admin away from a user.
#[server(prefix = "/fn", endpoint = "admin/revoke-admin", protocol = Call, client = FetchClient)]
pub async fn revoke_platform_admin(
    /// The id of the user.
    id: UserId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    ctx.store().revoke_platform_admin(ctx.user.user_id, id).await?;
    Ok(ActionOutcome::to(user_path(id)).notice("This user is no platform admin any more"))
}

/// Opens or closes registering, unless the operator has set it.
#[server(prefix = "/fn", endpoint = "admin/set-registration", protocol = Call, client = FetchClient)]
pub async fn set_registration(
    /// The form.
    form: RegistrationForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    let open = form.parse()?;
    if ctx.state.settings.registration.is_some() {
        return Err(FormErrors::of("registration", REGISTRATION_IS_SET).into());
    }
    ctx.store().set_registration(ctx.user.user_id, open).await?;
    Ok(ActionOutcome::to(REGISTRATION).notice(if open { "Registering is open" } else { "Registering is closed" }))
}

/// Has a failed job tried again.
#[server(prefix = "/fn", endpoint = "admin/retry-job", protocol = Call, client = FetchClient)]
pub async fn retry_job(
    /// The id of the job.
    id: JobId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    let is_mail = ctx.store().retry_job(ctx.user.user_id, id).await?;
    Ok(ActionOutcome::to(if is_mail { MAIL } else { super::pages::JOBS }).notice("It is queued again"))
}

/// Sends the admin a test mail.
#[server(prefix = "/fn", endpoint = "admin/send-test-mail", protocol = Call, client = FetchClient)]
pub async fn send_test_mail() -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    ctx.store().send_test_mail(ctx.user.user_id).await?;
    Ok(ActionOutcome::to(MAIL).notice("A test mail is on its way to you"))
}

/// Opens the page that shows a link that was just made.
#[cfg(feature = "ssr")]
fn to_link(user: UserId, token: &LinkToken) -> ActionOutcome {
    ActionOutcome::to(format!("{}/reset-link?{}", user_path(user), encode_pairs([("token", token.expose())])))
}

//! The session change of an action, applied by the endpoints: a server function's body has no response to set a cookie on.

use super::{AuthSession, User, WORKSPACE_KEY, device_cookie};
use crate::request::{
    AppState, PageError,
    flash::{self, Notice},
    refused_forms::{self, RefusedForm},
};
use axum_extra::extract::CookieJar;
use domain::ids::WorkspaceId;
use store::{Device, SignInUser};

/// The notice at the first sign-in after an administrator made a reset link.
const RESET_LINK_MADE: &str = "An administrator made a link by which a new password could be chosen for your account. If you did not ask for that, talk to them and change your password.";

/// A change of the session.
#[derive(Debug, Clone, Default)]
pub enum SessionChange {
    /// No change.
    #[default]
    None,
    /// The user signs in to a workspace.
    SignIn {
        /// The user.
        user: SignInUser,
        /// The workspace; `None` if they are in none.
        workspace_id: Option<WorkspaceId>,
        /// The browser's device; `None` if it has not signed in before.
        device: Option<Device>,
        /// The interrupted form, which its page redisplays.
        form: Option<Box<RefusedForm>>,
    },
    /// The user stays signed in, in a new session with the same content: the password was changed.
    Renew(SignInUser),
    /// Discards the refused form of the page at this path.
    Discard(String),
    /// The user signs out.
    SignOut,
}

impl SessionChange {
    /// Applies the change. Returns the cookies to set.
    pub async fn apply(self, state: &AppState, mut auth: AuthSession, cookies: CookieJar) -> Result<CookieJar, PageError> {
        match self {
            Self::None => Ok(cookies),
            Self::SignIn { user, workspace_id, device, form } => {
                // No data of another user's session may remain.
                auth.session.clear().await;
                // A new session id prevents session fixation.
                auth.session.cycle_id().await.map_err(PageError::session)?;
                if let Some(workspace_id) = workspace_id {
                    auth.session.insert(WORKSPACE_KEY, workspace_id).await.map_err(PageError::session)?;
                }
                auth.login(&User::from(&user)).await.map_err(|error| unavailable(&error))?;
                if let Some(form) = form {
                    refused_forms::keep(&auth.session, &form).await?;
                }
                if user.untold_reset_link {
                    let text = RESET_LINK_MADE.to_owned();
                    flash::leave(&auth.session, &Notice { text, undo: None, open: None, form: None }).await?;
                }
                device_cookie::write(state, cookies, device, user.id).await
            }
            Self::Renew(user) => {
                auth.session.cycle_id().await.map_err(PageError::session)?;
                auth.login(&User::from(&user)).await.map_err(|error| unavailable(&error))?;
                Ok(cookies)
            }
            Self::Discard(page) => {
                refused_forms::forget(&auth.session, &page).await?;
                Ok(cookies)
            }
            Self::SignOut => {
                auth.logout().await.map_err(|error| unavailable(&error))?;
                Ok(cookies)
            }
        }
    }
}

fn unavailable(error: &impl std::fmt::Display) -> PageError {
    tracing::error!(%error, "a session could not be changed");
    PageError::Unavailable
}

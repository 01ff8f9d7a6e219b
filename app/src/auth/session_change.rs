//! What an action does to the session. The doors apply it, as a function's body has no answer to put a cookie on.

use super::{AuthSession, User, WORKSPACE_KEY, device_cookie};
use crate::request::{
    AppState, PageError,
    refused_forms::{self, RefusedForm},
};
use axum_extra::extract::CookieJar;
use domain::ids::WorkspaceId;
use store::{Device, SignInUser};

/// A change of the session.
#[derive(Debug, Clone, Default)]
pub enum SessionChange {
    /// It stays as it is.
    #[default]
    None,
    /// This user signs in to this workspace.
    Enter {
        /// Who.
        user: SignInUser,
        /// Where.
        workspace_id: WorkspaceId,
        /// The browser, if it has signed in before.
        device: Option<Device>,
        /// The form that the sign-in interrupted: its page shows it again.
        form: Option<Box<RefusedForm>>,
    },
    /// What was typed into the form of the page at this path is thrown away.
    Discard(String),
    /// The user signs out.
    Leave,
}

impl SessionChange {
    /// Changes the session, and answers with the cookies to set.
    pub async fn apply(self, state: &AppState, mut auth: AuthSession, cookies: CookieJar) -> Result<CookieJar, PageError> {
        match self {
            Self::None => Ok(cookies),
            Self::Enter { user, workspace_id, device, form } => {
                // Nothing that was left of somebody else's session.
                auth.session.clear().await;
                // Under a new session id, so that one planted before is worth nothing.
                auth.session.cycle_id().await.map_err(PageError::session)?;
                auth.session.insert(WORKSPACE_KEY, workspace_id).await.map_err(PageError::session)?;
                auth.login(&User::from(&user)).await.map_err(|error| unavailable(&error))?;
                if let Some(form) = form {
                    refused_forms::keep(&auth.session, &form).await?;
                }
                device_cookie::write(state, cookies, device, user.id).await
            }
            Self::Discard(page) => {
                refused_forms::forget(&auth.session, &page).await?;
                Ok(cookies)
            }
            Self::Leave => {
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

//! The `axum-login` backend.

use super::{SignedIn, request_scope};
use axum_login::{AuthUser, AuthnBackend};
use domain::ids::UserId;
use std::{convert::Infallible, fmt, sync::Arc};
use store::{AuthStamp, SignInUser};
use uuid::Uuid;

/// A request's session and its user.
pub type AuthSession = axum_login::AuthSession<Backend>;

/// An authenticated user: by a password in this request, or by the request's session.
#[derive(Clone)]
pub struct User {
    id: UserId,
    auth_stamp: AuthStamp,
    signed_in: Option<Arc<SignedIn>>,
}

impl User {
    /// The user and workspace of the session; `None` right after a password was accepted, and for a user in no workspace.
    pub fn signed_in(&self) -> Option<Arc<SignedIn>> {
        self.signed_in.clone()
    }
}

impl From<&SignInUser> for User {
    fn from(user: &SignInUser) -> Self {
        Self { id: user.id, auth_stamp: user.auth_stamp.clone(), signed_in: None }
    }
}

/// Shows the id only.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("User").field(&self.id).finish()
    }
}

impl AuthUser for User {
    type Id = Uuid;

    fn id(&self) -> Uuid {
        self.id.0
    }

    /// Changes with the password, which ends every older session.
    fn session_auth_hash(&self) -> &[u8] {
        self.auth_stamp.as_bytes()
    }
}

/// Loads the user of a session. Passwords are compared by [`super::actions`], not here.
#[derive(Debug, Clone, Copy)]
pub struct Backend;

impl AuthnBackend for Backend {
    type User = User;
    type Credentials = Infallible;
    type Error = Infallible;

    async fn authenticate(&self, never: Infallible) -> Result<Option<User>, Infallible> {
        match never {}
    }

    /// Returns the user that the session store loaded in the same query as the session.
    async fn get_user(&self, user_id: &Uuid) -> Result<Option<User>, Infallible> {
        let found = request_scope::user().filter(|user| user.user_id.0 == *user_id);
        Ok(found.map(|user| User { id: user.user_id, auth_stamp: user.auth_stamp.clone(), signed_in: request_scope::signed_in() }))
    }
}

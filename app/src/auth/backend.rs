//! Who a session belongs to.

use super::{SignedIn, request_scope};
use axum_login::{AuthUser, AuthnBackend};
use domain::ids::UserId;
use std::{convert::Infallible, fmt, sync::Arc};
use store::{AuthStamp, SignInUser};
use uuid::Uuid;

/// A request's session, and who is signed in by it.
pub type AuthSession = axum_login::AuthSession<Backend>;

/// Somebody who has shown who they are: by a password in this request, or by the session it came with.
#[derive(Clone)]
pub struct User {
    id: UserId,
    auth_stamp: AuthStamp,
    signed_in: Option<Arc<SignedIn>>,
}

impl User {
    /// Who they are and where, when the session says so; `None` right after a password was given.
    pub fn signed_in(&self) -> Option<Arc<SignedIn>> {
        self.signed_in.clone()
    }
}

impl From<&SignInUser> for User {
    fn from(user: &SignInUser) -> Self {
        Self { id: user.id, auth_stamp: user.auth_stamp.clone(), signed_in: None }
    }
}

/// Tells the id alone.
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

    /// Changes with the password, so that every older session ends then.
    fn session_auth_hash(&self) -> &[u8] {
        self.auth_stamp.as_bytes()
    }
}

/// Tells who a session belongs to. Passwords are compared by [`super::actions`], which asks the store itself.
#[derive(Debug, Clone, Copy)]
pub struct Backend;

impl AuthnBackend for Backend {
    type User = User;
    type Credentials = Infallible;
    type Error = Infallible;

    async fn authenticate(&self, nobody: Infallible) -> Result<Option<User>, Infallible> {
        match nobody {}
    }

    /// Whom the session store found a moment ago, in the query that read the session.
    async fn get_user(&self, user_id: &Uuid) -> Result<Option<User>, Infallible> {
        let found = request_scope::signed_in().filter(|signed_in| signed_in.user_id.0 == *user_id);
        Ok(found.map(|signed_in| User { id: signed_in.user_id, auth_stamp: signed_in.auth_stamp.clone(), signed_in: Some(signed_in) }))
    }
}

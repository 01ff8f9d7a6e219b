//! Who somebody is: by email and password when they sign in, by their session afterwards.

use super::{SignedIn, request_scope};
use axum_login::{AuthUser, AuthnBackend, UserId};
use domain::{ids, users::Password};
use std::{fmt, sync::Arc};
use store::{Store, StoreError};
use uuid::Uuid;

/// A request's session, and who is signed in by it.
pub type AuthSession = axum_login::AuthSession<Backend>;

/// What is typed to sign in.
pub struct Credentials {
    /// The address as typed.
    pub email: String,
    /// The password.
    pub password: Password,
}

/// Somebody signed in. Its `Debug` tells the id alone.
#[derive(Clone)]
pub struct User(Arc<SignedIn>);

impl User {
    /// Somebody who has just shown who they are.
    pub fn new(signed_in: SignedIn) -> Self {
        Self(Arc::new(signed_in))
    }

    /// Who they are, and where.
    pub fn signed_in(&self) -> SignedIn {
        (*self.0).clone()
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("User").field(&self.0.user_id).finish()
    }
}

impl AuthUser for User {
    type Id = Uuid;

    fn id(&self) -> Uuid {
        self.0.user_id.0
    }

    /// Changes with the password, so that every older session ends then.
    fn session_auth_hash(&self) -> &[u8] {
        self.0.auth_stamp.as_bytes()
    }
}

/// Looks people up in the store.
#[derive(Clone)]
pub struct Backend {
    store: Store,
}

impl Backend {
    /// A backend on these records.
    pub fn new(store: Store) -> Self {
        Self { store }
    }
}

impl AuthnBackend for Backend {
    type User = User;
    type Credentials = Credentials;
    type Error = StoreError;

    async fn authenticate(&self, credentials: Credentials) -> Result<Option<User>, StoreError> {
        let found = self.store.sign_in(&credentials.email, credentials.password).await?;
        Ok(found.map(|signed_in| User::new(signed_in)))
    }

    async fn get_user(&self, user_id: &UserId<Self>) -> Result<Option<User>, StoreError> {
        let remembered = request_scope::recall().filter(|signed_in| signed_in.user_id.0 == *user_id);
        let found = match remembered {
            Some(signed_in) => Some(signed_in),
            None => self.store.signed_in(ids::UserId(*user_id)).await?,
        };
        Ok(found.map(|signed_in| User::new(signed_in)))
    }
}

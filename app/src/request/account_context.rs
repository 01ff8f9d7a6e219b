//! The context of a request that needs a session but no workspace: pages about the user's workspaces and account.

use super::{
    AppState, Nonce, PageError, RequestContext, ShownForm,
    context::{form_of_page, request_from_leptos},
    flash::{self, Notice},
    refused_forms::RefusedForm,
    submitted_form::SubmittedForm,
};
use crate::{
    auth::{AuthSession, SignedIn, request_scope},
    server_functions::ActionError,
};
use axum::extract::FromRequestParts;
use chrono::{DateTime, Utc};
use http::{Uri, request::Parts};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use store::{SessionUser, Store};
use tower_sessions::Session;

/// The context of a request of a user with a session. Extracted by axum.
///
/// # Errors
/// [`PageError::Denied`] without a session.
pub struct AccountContext {
    /// The shared state of the server.
    pub state: AppState,
    /// The user.
    pub user: Arc<SessionUser>,
    /// The user in their workspace; `None` if they are in none.
    pub signed_in: Option<Arc<SignedIn>>,
    /// The time of the request.
    pub now: DateTime<Utc>,
    uri: Uri,
    nonce: String,
    session: Session,
    refused: Option<RefusedForm>,
}

impl AccountContext {
    /// The context of the request that the current server function answers.
    pub async fn from_leptos() -> Result<Self, ActionError> {
        let (state, mut parts) = request_from_leptos()?;
        Self::from_request_parts(&mut parts, &state).await.map_err(|error| match error {
            PageError::Denied => ActionError::SignedOut,
            other => other.into(),
        })
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.state.store
    }

    /// The form of this page: the refused form, or else the given values.
    pub async fn form<F: DeserializeOwned + Default>(&self, values: impl FnOnce() -> F) -> Result<ShownForm<F>, PageError> {
        let form = form_of_page(self.refused.as_ref(), &self.session, &self.uri, self.now, || SubmittedForm::of(values())).await?;
        Ok(ShownForm { values: form.values.form, errors: form.errors, is_redisplay: form.is_redisplay })
    }

    /// The idempotency key of a rendered form: that of a refused one, or a new one.
    pub fn form_key(&self, refused: &str) -> String {
        if refused.is_empty() { self.store().form_key() } else { refused.to_owned() }
    }

    /// Takes the notice that the previous request left in the session.
    pub async fn take_notice(&self) -> Result<Option<Notice>, PageError> {
        flash::take(&self.session).await
    }

    /// The request's path.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// The pairs of the query, decoded.
    pub fn query(&self) -> Result<Vec<(String, String)>, PageError> {
        super::query::pairs_of_uri(&self.uri)
    }

    /// The same request in the user's workspace; `Err` if they are in none.
    pub fn in_workspace(self) -> Result<RequestContext, Box<Self>> {
        let Some(signed_in) = self.signed_in.clone() else { return Err(Box::new(self)) };
        let Self { state, now, uri, nonce, session, refused, .. } = self;
        Ok(RequestContext { state, signed_in, now, uri, nonce, session, refused })
    }
}

impl FromRequestParts<AppState> for AccountContext {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let auth = AuthSession::from_request_parts(parts, state).await.map_err(|_| PageError::Internal)?;
        // The access check has redirected anonymous requests already; this is a second check.
        let signed_in = auth.user.ok_or(PageError::Denied)?.signed_in();
        let user = request_scope::user().ok_or(PageError::Denied)?;
        let (state, refused) = (state.for_request(parts), parts.extensions.get().cloned());
        let nonce = parts.extensions.get::<Nonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
        Ok(Self { now: state.clock.now(), state, user, signed_in, uri: parts.uri.clone(), nonce, session: auth.session, refused })
    }
}

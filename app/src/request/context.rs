//! One request of a signed-in user: who sent it, the store on their behalf, and formats of their workspace.

use crate::{
    auth::{AuthSession, SignedIn, request_scope},
    request::{
        AppState, Nonce, PageError,
        flash::{self, Notice},
        refused_forms::{self, RefusedForm},
        submitted_form::SubmittedForm,
    },
    server_functions::{ActionError, ActionOutcome},
    ui::times,
};
use axum::{
    extract::FromRequestParts,
    response::{Html, IntoResponse, Redirect, Response},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use domain::{
    access::{Actor, Entity, Verb},
    forms::FormErrors,
    money::{Currency, Money},
};
use http::{StatusCode, Uri, request::Parts};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;
use store::Store;
use tower_sessions::Session;

/// A request of a signed-in user. Extracted by axum; refused as [`PageError::Denied`] without a session.
pub struct RequestContext {
    /// The server's parts.
    pub state: AppState,
    /// Who is signed in, and where.
    pub signed_in: Arc<SignedIn>,
    /// When the request came.
    pub now: DateTime<Utc>,
    uri: Uri,
    nonce: String,
    session: Session,
    /// A form to be shown again in this very answer.
    refused: Option<RefusedForm>,
}

/// A form as a page shows it: with the record's values, or with what was typed and what is wrong with it.
pub struct ShownForm<F> {
    /// The values of its fields.
    pub values: F,
    /// What is wrong with them.
    pub errors: FormErrors,
    /// Whether they were typed before, and not taken.
    pub is_redisplay: bool,
}

/// Message on a form that could not be saved.
pub const NOT_SAVED: &str = "This could not be saved just now. What you typed is still here: try again in a moment.";

/// How a form's submission ended.
pub type FormResult = Result<Response, PageError>;

impl RequestContext {
    /// The request that a server function answers.
    pub async fn from_leptos() -> Result<Self, ActionError> {
        let (state, mut parts) = request_from_leptos()?;
        Self::from_request_parts(&mut parts, &state).await.map_err(|error| match error {
            PageError::Denied => ActionError::SignedOut,
            other => other.into(),
        })
    }

    /// Who acts, for the store.
    pub fn actor(&self) -> Actor {
        self.signed_in.actor()
    }

    /// The records.
    pub fn store(&self) -> &Store {
        &self.state.store
    }

    /// Whether this person may do `verb` with records of a kind: decides which buttons show.
    pub fn may(&self, verb: Verb, entity: Entity) -> bool {
        self.actor().may(verb, entity)
    }

    /// An amount in the workspace's currency.
    pub fn money(&self, amount: Money) -> String {
        Currency::from_code(&self.signed_in.currency).unwrap_or_default().show(amount)
    }

    /// The workspace's time zone.
    pub fn zone(&self) -> Tz {
        times::zone(&self.signed_in.time_zone)
    }

    /// Today, in the workspace's time zone.
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone()).date_naive()
    }

    /// A time of the workspace's clocks in UTC; `None` where they skip it.
    pub fn utc(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        times::utc(local, self.zone())
    }

    /// The path asked for.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    fn address(&self) -> &str {
        self.uri.path_and_query().map_or("/", |address| address.as_str())
    }

    /// The pairs of the query, decoded.
    pub fn query(&self) -> Result<Vec<(String, String)>, PageError> {
        axum_extra::extract::Query::try_from_uri(&self.uri)
            .map(|query: axum_extra::extract::Query<_>| query.0)
            .map_err(|_| PageError::BadRequest)
    }

    /// The notice that the request before left; it is shown once.
    pub async fn take_notice(&self) -> Result<Option<Notice>, PageError> {
        flash::take(&self.session).await
    }

    /// The nonce that this answer's scripts carry.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Parts of a page, to be put by an island into one that is already shown.
    pub fn fragment<V: IntoView>(&self, parts: impl FnOnce() -> V) -> Response {
        let owner = Owner::new();
        let html = owner.with(|| parts().into_view().to_html());
        owner.unset_with_forced_cleanup();
        Html(html).into_response()
    }

    /// Who acts by this session now, read anew: for an answer that goes on for long. `None` once it has ended, belongs to
    /// somebody or somewhere else, or the password was changed.
    pub async fn reload_actor(&self) -> Option<Actor> {
        let found = request_scope::with(async {
            self.session.load().await.ok()?;
            request_scope::signed_in()
        });
        let now = found.await?;
        let same = |who: &SignedIn| (who.user_id, who.workspace_id) == (self.signed_in.user_id, self.signed_in.workspace_id);
        (same(&now) && now.auth_stamp == self.signed_in.auth_stamp).then(|| now.actor())
    }

    /// The form of this page: as it was refused a moment ago, or else with the values given.
    pub async fn form<F: DeserializeOwned + Default>(&self, values: impl FnOnce() -> F) -> Result<ShownForm<F>, PageError> {
        let ShownForm { values, errors, is_redisplay } = self.typed_form(|| SubmittedForm::of(values())).await?;
        Ok(ShownForm { values: values.form, errors, is_redisplay })
    }

    /// As [`RequestContext::form`], with the words to find choices by.
    pub async fn typed_form<F: DeserializeOwned + Default>(
        &self,
        values: impl FnOnce() -> SubmittedForm<F>,
    ) -> Result<ShownForm<SubmittedForm<F>>, PageError> {
        if let Some(shown) = redisplayed_form(self.refused.as_ref(), self.path()) {
            return Ok(shown);
        }
        let refused = refused_forms::find(&self.session, self.address(), self.now).await?;
        Ok(redisplayed_form(refused.as_ref(), self.path()).unwrap_or_else(|| ShownForm {
            values: values(),
            errors: FormErrors::default(),
            is_redisplay: false,
        }))
    }

    /// The idempotency key of a form that is shown: the refused one's own, as its record may have been made all the same
    /// when the answer said that it could not.
    pub fn form_key(&self, refused: &str) -> String {
        if refused.is_empty() { self.store().form_key() } else { refused.to_owned() }
    }

    /// The records on behalf of a form with this key: sent twice, it makes one record (see [`Store::with_idempotency`]). A form without
    /// a key makes one each time.
    pub fn idempotent_store(&self, form: &impl Serialize, key: &str) -> Store {
        match serde_json::to_vec(form) {
            Ok(sent) if !key.is_empty() => self.store().with_idempotency(sent),
            _ => self.store().clone(),
        }
    }

    /// Sends the user back to a form's page, with all they typed and what is wrong with it.
    ///
    /// The session keeps the form. If it can't, the page comes in this answer.
    pub async fn redirect_with_errors(&self, refused: RefusedForm) -> FormResult {
        if !refused_forms::keep(&self.session, &refused).await? {
            return Ok(refused.answer(StatusCode::UNPROCESSABLE_ENTITY));
        }
        // Saved now: after the answer it would be too late to take another way.
        match self.session.save().await {
            Ok(()) => Ok(Redirect::to(&refused.shown_at).into_response()),
            Err(error) => {
                tracing::warn!(%error, "a refused form is shown in the answer, as its session can't be saved");
                Ok(refused.answer(StatusCode::UNPROCESSABLE_ENTITY))
            }
        }
    }
}

/// The page that a change leads to will show its notice; its form, if it was refused before, is done with.
///
/// The change is committed: if the session can't be saved, the user goes on without a notice.
pub async fn finish(session: &Session, done: ActionOutcome, form_page: Option<String>) -> Result<(), PageError> {
    if let Some(path) = &form_page {
        refused_forms::forget(session, path).await?;
    }
    flash::leave(session, &Notice { form: form_page, ..done.into() }).await?;
    if let Err(error) = session.save().await {
        tracing::warn!(%error, "a notice could not be saved");
    }
    Ok(())
}

/// The form to be shown in this answer, if it stands at this path.
pub fn redisplayed_form<F: DeserializeOwned + Default>(refused: Option<&RefusedForm>, path: &str) -> Option<ShownForm<SubmittedForm<F>>> {
    let refused = refused.filter(|refused| refused.path == path)?;
    Some(ShownForm { values: refused.values(), errors: refused.errors.clone(), is_redisplay: true })
}

impl FromRequestParts<AppState> for RequestContext {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let auth = AuthSession::from_request_parts(parts, state).await.map_err(|_| PageError::Internal)?;
        // The sign-in guard has sent strangers away; this is the second lock.
        let signed_in = auth.user.and_then(|user| user.signed_in()).ok_or(PageError::Denied)?;
        let mut state = state.for_request(parts);
        if parts.method.is_safe() {
            state.store = state.store.with_cache_version(signed_in.workspace_id, signed_in.seq);
        }
        let refused = parts.extensions.get().cloned();
        let nonce = parts.extensions.get::<Nonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
        Ok(Self { now: state.clock.now(), state, signed_in, uri: parts.uri.clone(), nonce, session: auth.session, refused })
    }
}

/// The server's parts and the request's head, inside a server function.
pub fn request_from_leptos() -> Result<(AppState, Parts), ActionError> {
    let state = use_context::<AppState>().ok_or(ActionError::Internal)?;
    let parts = use_context::<Parts>().ok_or(ActionError::Internal)?;
    Ok((state.for_request(&parts), parts))
}

//! One request by somebody signed in: who they are, and the ways to answer them.

use crate::{
    auth::{AuthSession, SignedIn, request_scope},
    errors::{ActionError, PageError},
    flash::{self, Flash, Notice, RefusedForm},
    shell::{self, Nonce},
    state::AppState,
    times,
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
use store::{Store, StoreError};
use tower_sessions::Session;

/// Who asks, what for, and what they may be handed.
pub struct Visit {
    /// The server's parts.
    pub state: AppState,
    /// Who is signed in, and where.
    pub who: Arc<SignedIn>,
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
}

/// Message on a form that could not be saved.
pub const NOT_SAVED: &str = "This could not be saved just now. What you typed is still here: try again in a moment.";

/// How a form's submission ended.
pub type FormResult = Result<Response, PageError>;

impl Visit {
    /// Who acts, for the store.
    pub fn actor(&self) -> Actor {
        self.who.actor()
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
        Currency::from_code(&self.who.currency).unwrap_or_default().show(amount)
    }

    /// The workspace's time zone.
    pub fn zone(&self) -> Tz {
        times::zone(&self.who.time_zone)
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

    /// The pairs of the query, decoded.
    pub fn query(&self) -> Result<Vec<(String, String)>, PageError> {
        axum_extra::extract::Query::try_from_uri(&self.uri)
            .map(|query: axum_extra::extract::Query<_>| query.0)
            .map_err(|_| PageError::BadRequest)
    }

    /// Renders a page in the shell, with the notice that the request before left. To somebody who only reads it comes without
    /// any script.
    pub async fn page(self, title: &str, body: impl IntoView + 'static) -> Result<Response, PageError> {
        self.render(title, false, body).await
    }

    /// As [`Visit::page`], with the code of the islands in it.
    pub async fn page_with_islands(self, title: &str, body: impl IntoView + 'static) -> Result<Response, PageError> {
        self.render(title, true, body).await
    }

    async fn render(self, title: &str, islands: bool, body: impl IntoView + 'static) -> Result<Response, PageError> {
        let notice = match flash::take(&self.session).await? {
            Some(Flash::Notice(text)) => Some(Notice { text, undo: None }),
            Some(Flash::Undoable(notice)) => Some(notice),
            _ => None,
        };
        // Whoever may log an activity may do so from every page.
        let islands = islands || self.may(Verb::Create, Entity::Activity);
        let nonce = islands.then_some(self.nonce.as_str());
        Ok(Html(shell::app_page(&self.state, &self.who, self.uri.path(), title, nonce, notice, body)).into_response())
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
    pub async fn still_signed_in(&self) -> Option<Actor> {
        let found = request_scope::with(async {
            self.session.load().await.ok()?;
            request_scope::recall()
        });
        let now = found.await?;
        let same = |who: &SignedIn| (who.user_id, who.workspace_id) == (self.who.user_id, self.who.workspace_id);
        (same(&now) && now.auth_stamp == self.who.auth_stamp).then(|| now.actor())
    }

    /// The form of this page: as it was refused a moment ago, or else with the values given.
    pub async fn form<F: DeserializeOwned + Default>(&self, values: impl FnOnce() -> F) -> Result<ShownForm<F>, PageError> {
        if let Some(shown) = shown_again(self.refused.as_ref(), self.path()) {
            return Ok(shown);
        }
        refused_form(&self.session, self.path())
            .await
            .map(|refused| refused.unwrap_or_else(|| ShownForm { values: values(), errors: FormErrors::default() }))
    }

    /// The idempotency key of a form that is shown: the refused one's own, as its record may have been made all the same
    /// when the answer said that it could not.
    pub fn form_key(&self, refused: &str) -> String {
        if refused.is_empty() { self.store().form_key() } else { refused.to_owned() }
    }

    /// Redirects to `path` with a notice of what was done.
    pub async fn done(self, path: &str, notice: impl Into<String>) -> FormResult {
        self.redirect_with(path, Flash::Notice(notice.into())).await
    }

    /// As [`Visit::done`], with a button that undoes it: a form of no fields posted to `undo`.
    pub async fn done_undoable(self, path: &str, notice: impl Into<String>, undo: String) -> FormResult {
        self.redirect_with(path, Flash::Undoable(Notice { text: notice.into(), undo: Some(undo) })).await
    }

    /// The change is committed: if the notice of it can't be saved, the user is redirected without one.
    async fn redirect_with(self, path: &str, notice: Flash) -> FormResult {
        flash::leave(&self.session, &notice).await?;
        if let Err(error) = self.session.save().await {
            tracing::warn!(%error, "a notice could not be saved");
        }
        Ok(Redirect::to(path).into_response())
    }

    /// The records on behalf of a form with this key: sent twice, it makes one record (see [`Store::once`]). A form without
    /// a key makes one each time.
    pub fn once(&self, form: &impl Serialize, key: &str) -> Store {
        match serde_json::to_vec(form) {
            Ok(sent) if !key.is_empty() => self.store().once(sent),
            _ => self.store().clone(),
        }
    }

    /// Sends the user back to the form's page, with all they typed and what is wrong with it.
    pub async fn refuse(&self, values: &impl Serialize, errors: FormErrors) -> FormResult {
        self.refuse_at(self.path(), self.path(), values, errors).await
    }

    /// As [`Visit::refuse`], for a form that stands on the page `path`, shown at the address `back`.
    ///
    /// The session keeps the form meanwhile. If it can't be saved, the page comes in this answer.
    pub async fn refuse_at(&self, path: &str, back: &str, values: &impl Serialize, errors: FormErrors) -> FormResult {
        let refused = RefusedForm::new(path, back, values, errors)?;
        flash::leave(&self.session, &Flash::Form(refused.clone())).await?;
        // Saved now: after the answer it would be too late to take another way.
        match self.session.save().await {
            Ok(()) => Ok(Redirect::to(back).into_response()),
            Err(error) => {
                tracing::warn!(%error, "a refused form is shown in the answer, as its session can't be saved");
                Ok(refused.answer(StatusCode::UNPROCESSABLE_ENTITY))
            }
        }
    }

    /// What a refused write becomes: messages at the form's fields where it has any, the form again if the database takes no
    /// writes, else an error page.
    pub async fn refused_by_store(&self, values: &impl Serialize, error: StoreError) -> FormResult {
        self.refused_by_store_at(self.path(), self.path(), values, error).await
    }

    /// As [`Visit::refused_by_store`], for a form that stands on the page `path`, shown at the address `back`.
    pub async fn refused_by_store_at(&self, path: &str, back: &str, values: &impl Serialize, error: StoreError) -> FormResult {
        match error {
            StoreError::Invalid(errors) => self.refuse_at(path, back, values, errors).await,
            StoreError::Unavailable => unavailable(path, back, values, NOT_SAVED),
            other => Err(other.into()),
        }
    }
}

/// The form again, with all that was typed, as the database takes no writes at present. Nothing of it is stored.
pub fn unavailable(path: &str, back: &str, values: &impl Serialize, message: &str) -> FormResult {
    let errors = FormErrors::of("", message);
    Ok(RefusedForm::new(path, back, values, errors)?.answer(StatusCode::SERVICE_UNAVAILABLE))
}

/// The form to be shown in this answer, if it stands at this path.
pub fn shown_again<F: DeserializeOwned + Default>(refused: Option<&RefusedForm>, path: &str) -> Option<ShownForm<F>> {
    let refused = refused.filter(|refused| refused.path == path)?;
    Some(ShownForm { values: refused.values(), errors: refused.errors.clone() })
}

/// A form that was refused a moment ago at this path, taken from the session.
async fn refused_form<F: DeserializeOwned + Default>(session: &Session, path: &str) -> Result<Option<ShownForm<F>>, PageError> {
    match flash::take(session).await? {
        Some(Flash::Form(refused)) if refused.path == path => Ok(Some(ShownForm { values: refused.values(), errors: refused.errors })),
        // A notice belongs to the page around the form: it is put back for it.
        Some(notice @ (Flash::Notice(_) | Flash::Undoable(_))) => flash::leave(session, &notice).await.map(|()| None),
        _ => Ok(None),
    }
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let auth = AuthSession::from_request_parts(parts, state).await.map_err(|_| PageError::Internal)?;
        // The sign-in guard has sent strangers away; this is the second lock.
        let who = auth.user.and_then(|user| user.signed_in()).ok_or(PageError::Denied)?;
        let mut state = state.asked_by(parts);
        if parts.method.is_safe() {
            state.store = state.store.knowing(who.workspace_id, who.seq);
        }
        let refused = parts.extensions.get().cloned();
        let nonce = parts.extensions.get::<Nonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
        Ok(Self { now: state.clock.now(), state, who, uri: parts.uri.clone(), nonce, session: auth.session, refused })
    }
}

/// The records and who acts, inside a server function.
pub async fn for_function() -> Result<(Store, Actor), ActionError> {
    let state = use_context::<AppState>().ok_or(ActionError::Unavailable)?;
    let mut parts = use_context::<Parts>().ok_or(ActionError::Unavailable)?;
    let auth = AuthSession::from_request_parts(&mut parts, &state).await.map_err(|_| ActionError::Unavailable)?;
    let who = auth.user.and_then(|user| user.signed_in()).ok_or(ActionError::SignedOut)?;
    Ok((state.asked_by(&parts).store, who.actor()))
}

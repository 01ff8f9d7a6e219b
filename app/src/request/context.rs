//! The context of a signed-in user's request: user, store, and formats of the workspace.

use crate::{
    auth::{AuthSession, SignedIn, request_scope},
    request::{
        AppState, Nonce, PageError,
        flash::{self, Notice},
        query,
        refused_forms::{self, RefusedForm},
        submitted_form::SubmittedForm,
    },
    server_functions::{ActionError, ActionOutcome},
    ui::{NO_VALUE, times},
};
use axum::{
    extract::FromRequestParts,
    response::{Html, IntoResponse, Redirect, Response},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use domain::{
    access::{Actor, Entity, Verb},
    columns::TableQuery,
    day_range::Calendar,
    forms::FormErrors,
    money::{Currency, Money},
    urls::safe_next,
};
use http::{StatusCode, Uri, request::Parts};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;
use store::{Store, TimeRange};
use tower_sessions::Session;

/// The context of a signed-in user's request. Extracted by axum.
///
/// # Errors
/// [`PageError::Denied`] without a session.
pub struct RequestContext {
    /// The shared state of the server.
    pub state: AppState,
    /// The user and workspace.
    pub signed_in: Arc<SignedIn>,
    /// The time of the request.
    pub now: DateTime<Utc>,
    pub(super) uri: Uri,
    pub(super) nonce: String,
    pub(super) session: Session,
    /// The refused form that this response redisplays.
    pub(super) refused: Option<RefusedForm>,
}

/// A form to render: with the record's values, or with refused values and their errors.
pub struct ShownForm<F> {
    /// The values of the fields.
    pub values: F,
    /// The errors of the values.
    pub errors: FormErrors,
    /// Whether the values are those of a refused form.
    pub is_redisplay: bool,
}

/// The message of a form that could not be saved.
pub const NOT_SAVED: &str = "This could not be saved just now. What you typed is still here: try again in a moment.";

/// The response to a form.
pub type FormResult = Result<Response, PageError>;

impl RequestContext {
    /// The context of the request that the current server function answers.
    pub async fn from_leptos() -> Result<Self, ActionError> {
        let (state, mut parts) = request_from_leptos()?;
        Self::from_request_parts(&mut parts, &state).await.map_err(|error| match error {
            PageError::Denied => ActionError::SignedOut,
            other => other.into(),
        })
    }

    /// The actor, for the store.
    pub fn actor(&self) -> Actor {
        self.signed_in.actor()
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.state.store
    }

    /// Whether the user may do `verb` with records of a kind: decides which buttons are shown.
    pub fn may(&self, verb: Verb, entity: Entity) -> bool {
        self.actor().may(verb, entity)
    }

    /// An amount in the workspace's currency.
    pub fn money(&self, amount: Money) -> String {
        Currency::from_code(&self.signed_in.currency).unwrap_or_default().show(amount)
    }

    /// An amount in the workspace's currency, or that it is not known.
    pub fn money_if_known(&self, amount: Option<Money>) -> String {
        amount.map_or_else(|| NO_VALUE.to_owned(), |amount| self.money(amount))
    }

    /// The workspace's time zone.
    pub fn zone(&self) -> Tz {
        times::zone(&self.signed_in.time_zone)
    }

    /// Today, in the workspace's time zone.
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone()).date_naive()
    }

    /// A local time of the workspace in UTC; `None` if daylight saving skips it.
    pub fn utc(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        times::utc(local, self.zone())
    }

    /// A range of days in the workspace's time zone, in UTC.
    pub fn days_utc(&self, from: Option<NaiveDate>, to: Option<NaiveDate>) -> TimeRange {
        let start = |day| times::start_of(day, self.zone());
        TimeRange { from: from.map(start), until: to.and_then(|day| day.succ_opt()).map(start) }
    }

    /// A list's query with the days that its filters stand for today, in the workspace's time zone.
    pub fn in_zone<Q: TableQuery>(&self, query: Q) -> Q {
        let zone = self.zone();
        query.in_zone(Calendar { today: self.today(), start_of: &|day| times::start_of(day, zone) })
    }

    /// The request's path.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// The path with the query.
    pub fn address(&self) -> &str {
        address_of(&self.uri)
    }

    /// The pairs of the query, decoded.
    pub fn query(&self) -> Result<Vec<(String, String)>, PageError> {
        query::pairs_of_uri(&self.uri)
    }

    /// The value of a field, or of the parameter of that name: an undo is an address without fields.
    pub fn typed_or_in_query(&self, field: &str, typed: &str) -> Option<String> {
        if typed.is_empty() {
            self.query().ok()?.into_iter().find(|(name, _)| name == field).map(|(_, value)| value)
        } else {
            Some(typed.to_owned())
        }
    }

    /// The page with the button that was pressed, as its form's `back` says; `None` if it names no page of the app.
    pub fn back_path(&self, typed: &str) -> Option<String> {
        self.typed_or_in_query("back", typed).and_then(|path| safe_next(&path).map(str::to_owned))
    }

    /// Takes the notice that the previous request left in the session.
    pub async fn take_notice(&self) -> Result<Option<Notice>, PageError> {
        flash::take(&self.session).await
    }

    /// The nonce of the response's inline scripts.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Renders a fragment, for an island to insert into an open page.
    pub fn fragment<V: IntoView>(&self, parts: impl FnOnce() -> V) -> Response {
        let owner = Owner::new();
        let html = owner.with(|| parts().into_view().to_html());
        owner.unset_with_forced_cleanup();
        Html(html).into_response()
    }

    /// Reloads the session, for a response that lasts long. `None` if the session has ended, has another user or workspace, or the
    /// password was changed.
    pub async fn reload_actor(&self) -> Option<Actor> {
        let found = request_scope::with(async {
            self.session.load().await.ok()?;
            request_scope::signed_in()
        });
        let now = found.await?;
        let same = |who: &SignedIn| (who.user_id, who.workspace_id) == (self.signed_in.user_id, self.signed_in.workspace_id);
        (same(&now) && now.auth_stamp == self.signed_in.auth_stamp).then(|| now.actor())
    }

    /// The form of this page: the refused form, or else the given values.
    pub async fn form<F: DeserializeOwned + Default>(&self, values: impl FnOnce() -> F) -> Result<ShownForm<F>, PageError> {
        let ShownForm { values, errors, is_redisplay } = self.form_with_lookups(|| SubmittedForm::of(values())).await?;
        Ok(ShownForm { values: values.form, errors, is_redisplay })
    }

    /// As [`RequestContext::form`], with lookup queries.
    pub async fn form_with_lookups<F: DeserializeOwned + Default>(
        &self,
        values: impl FnOnce() -> SubmittedForm<F>,
    ) -> Result<ShownForm<SubmittedForm<F>>, PageError> {
        form_of_page(self.refused.as_ref(), &self.session, &self.uri, self.now, values).await
    }

    /// The idempotency key of a rendered form. A refused form keeps its key: its record may have been created although the response
    /// said otherwise.
    pub fn form_key(&self, refused: &str) -> String {
        if refused.is_empty() { self.store().form_key() } else { refused.to_owned() }
    }

    /// The store with the idempotency key of a form: a form submitted twice creates one record (see [`Store::with_idempotency`]).
    /// Without a key, each submission creates one.
    pub fn idempotent_store(&self, form: &impl Serialize, key: &str) -> Store {
        match serde_json::to_vec(form) {
            Ok(sent) if !key.is_empty() => self.store().with_idempotency(sent),
            _ => self.store().clone(),
        }
    }

    /// Forgets refused forms of this session with a text of which `is_about` is true.
    pub async fn forget_forms_about(&self, is_about: impl Fn(&str) -> bool) -> Result<(), PageError> {
        refused_forms::forget_about(&self.session, is_about).await
    }

    /// Redirects to the form's page: see [`redirect_with_errors`].
    pub async fn redirect_with_errors(&self, refused: RefusedForm) -> FormResult {
        redirect_with_errors(&self.session, refused).await
    }
}

/// Redirects to the form's page, which redisplays the form with its errors.
///
/// The session keeps the form. If the session can't be saved, the response contains the page.
pub async fn redirect_with_errors(session: &Session, refused: RefusedForm) -> FormResult {
    if !refused_forms::keep(session, &refused).await? {
        return Ok(refused.answer(StatusCode::UNPROCESSABLE_ENTITY));
    }
    // Saved now: after the response, it would be too late to redisplay in the response.
    match session.save().await {
        Ok(()) => Ok(Redirect::to(&refused.shown_at).into_response()),
        Err(error) => {
            tracing::warn!(%error, "a refused form is shown in the answer, as its session can't be saved");
            Ok(refused.answer(StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// A URL's path and query.
fn address_of(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |address| address.as_str())
}

/// Leaves the notice for the next page, and removes the refused form of `form_page`.
///
/// The change is committed, so a session that can't be saved only loses the notice.
pub async fn finish(session: &Session, done: ActionOutcome, form_page: Option<String>) -> Result<(), PageError> {
    if let Some(path) = &form_page {
        refused_forms::forget(session, path).await?;
    }
    if !done.notice.is_empty() {
        flash::leave(session, &Notice { form: form_page, ..done.into() }).await?;
    }
    if let Err(error) = session.save().await {
        tracing::warn!(%error, "a notice could not be saved");
    }
    Ok(())
}

/// The form of the page at this URL: `refused`, the one that the session keeps, or else the given values.
pub(super) async fn form_of_page<F: DeserializeOwned + Default>(
    refused: Option<&RefusedForm>,
    session: &Session,
    uri: &Uri,
    now: DateTime<Utc>,
    values: impl FnOnce() -> SubmittedForm<F>,
) -> Result<ShownForm<SubmittedForm<F>>, PageError> {
    if let Some(shown) = redisplayed_form(refused, uri.path()) {
        return Ok(shown);
    }
    let refused = refused_forms::find(session, address_of(uri), now).await?;
    Ok(redisplayed_form(refused.as_ref(), uri.path()).unwrap_or_else(|| ShownForm {
        values: values(),
        errors: FormErrors::default(),
        is_redisplay: false,
    }))
}

/// The refused form as a form to render, if it belongs to this path.
pub fn redisplayed_form<F: DeserializeOwned + Default>(refused: Option<&RefusedForm>, path: &str) -> Option<ShownForm<SubmittedForm<F>>> {
    let refused = refused.filter(|refused| refused.path == path)?;
    Some(ShownForm { values: refused.values(), errors: refused.errors.clone(), is_redisplay: true })
}

impl FromRequestParts<AppState> for RequestContext {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let auth = AuthSession::from_request_parts(parts, state).await.map_err(|_| PageError::Internal)?;
        // The sign-in guard has redirected anonymous requests already; this is a second check.
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

/// The state and the request's head, inside a server function.
pub fn request_from_leptos() -> Result<(AppState, Parts), ActionError> {
    let state = use_context::<AppState>().ok_or(ActionError::Internal)?;
    let parts = use_context::<Parts>().ok_or(ActionError::Internal)?;
    Ok((state.for_request(&parts), parts))
}

//! The door for forms: what a browser sends by itself, without any script.
//!
//! - Done: 303 to the page that the function names, with its notice.
//! - Refused: the form's page again, with all that was typed and what is wrong. The session keeps it meanwhile; before a
//!   sign-in there is none, and the page comes in the answer.
//! - Its record was removed meanwhile: a page that says so, with all that was typed.
//! - Otherwise: an error page.

use super::{
    Action, FormLocation, other_user, read_arguments,
    removed_record::{self, RESTORE},
    run,
    typed_fields::TypedFields,
};
use crate::{
    auth::{
        AuthSession, SessionChange, User,
        shown_to::{self, ShownTo},
    },
    request::{
        AppState, FormResult, PageError, RequestContext,
        context::{NOT_SAVED, finish},
        refused_forms::RefusedForm,
        submitted_form::{FormIntent, ParsedForm, SubmittedForm},
    },
    server_functions::{ActionError, ActionOutcome},
};
use axum::{
    body::HttpBody,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{CookieJar, Form};
use domain::forms::FormErrors;
use http::{StatusCode, header, request::Parts};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Message on a form before a sign-in that the server could not take.
const NOT_NOW: &str = "This is not possible just now. Try again in a moment.";

const CHANGED: &str = "Somebody else changed it meanwhile. Look at it as it is now, then send this again.";

/// Answers a form's `POST`.
pub async fn answer<F: Action>(
    page: FormLocation,
    state: AppState,
    auth: AuthSession,
    named: RawPathParams,
    cookies: CookieJar,
    request: Request,
) -> FormResult {
    let (parts, body) = request.into_parts();
    let mut pairs = match read_pairs(Request::from_parts(parts.clone(), body)).await {
        Ok(pairs) => pairs,
        Err(refusal) => return Ok(refusal),
    };
    let shown_to = take(&mut pairs, shown_to::FIELD)?;
    let who = auth.user.as_ref().and_then(User::signed_in);
    let id = named.iter().find(|(name, _)| *name == "id").and_then(|(_, id)| id.parse().ok()).filter(|_| who.is_some());
    let restores = page.saves && id.is_some() && take(&mut pairs, RESTORE)?.is_some();
    let ParsedForm { submitted: mut typed, intent } = SubmittedForm::<Map<String, Value>>::parse(pairs)?;
    let is_lookup = intent == FormIntent::Lookup;
    if who.as_ref().is_some_and(|who| ShownTo::differs(shown_to.as_deref(), who)) {
        let ctx = RequestContext::from_request_parts(&mut parts.clone(), &state).await?;
        return other_user::ask(ctx, TypedFields::of(&without_secrets(&typed)), is_lookup).await;
    }
    let restored = match id {
        Some(id) if restores && !is_lookup => {
            // A form that makes no sense restores nothing.
            read_function::<F>(&named, typed.form.clone())?;
            let ctx = RequestContext::from_request_parts(&mut parts.clone(), &state).await?;
            removed_record::restore(&ctx, id, &mut typed.form).await
        }
        _ => Ok(()),
    };
    let refused = page.locate(parts.uri.path(), &typed.form).map(|(path, shown_at)| {
        let values = json!(without_secrets(&typed));
        RefusedForm { path, shown_at, values, errors: FormErrors::default(), lasts: page.lasts || is_lookup, at: state.clock.now() }
    });
    if is_lookup {
        if let Some(answer) = answer_of_removed(page.saves, id, &typed, &state, &parts).await? {
            return Ok(answer);
        }
        return refuse(refused, &state, &auth, parts, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let is_restored = restored.is_ok();
    let done = match restored {
        Ok(()) => run(state.clone(), parts.clone(), read_function::<F>(&named, typed.form.clone())?).await,
        Err(error) => Err(error.into()),
    };
    let error = match done {
        Ok(done) => return go_on(done.as_ref().clone(), refused, &state, auth, cookies).await,
        Err(error) => error,
    };
    // What is denied anyway, restoring the record does not help to save.
    let saves = page.saves && !(is_restored && matches!(error, ActionError::Denied));
    // The form's own page went with the record.
    if let ActionError::NotFound | ActionError::Invalid(_) | ActionError::Denied | ActionError::Unavailable = error
        && let Ok(Some(answer)) = answer_of_removed(saves, id, &typed, &state, &parts).await
    {
        return Ok(answer);
    }
    let seconds = if let ActionError::Limited(seconds) = error { Some(seconds) } else { None };
    let (status, errors) = match error {
        ActionError::Invalid(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        // The page also sees that the version in the form was overtaken: an editing form shows both.
        ActionError::Conflict => (StatusCode::CONFLICT, FormErrors::of("", CHANGED)),
        ActionError::Limited(_) => (StatusCode::TOO_MANY_REQUESTS, FormErrors::of("", error.to_string())),
        ActionError::Unavailable => {
            (StatusCode::SERVICE_UNAVAILABLE, FormErrors::of("", if auth.user.is_some() { NOT_SAVED } else { NOT_NOW }))
        }
        other => return Err(other.into()),
    };
    let refused = refused.map(|refused| RefusedForm { errors, ..refused });
    let mut answer = refuse(refused, &state, &auth, parts, status).await?;
    if let Some(seconds) = seconds {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(answer)
}

/// The page that says what became of the record with this id, if it was removed; `saves` as for [`removed_record::answer`].
async fn answer_of_removed(
    saves: bool,
    id: Option<Uuid>,
    typed: &SubmittedForm<Map<String, Value>>,
    state: &AppState,
    parts: &Parts,
) -> Result<Option<Response>, PageError> {
    let Some(id) = id else { return Ok(None) };
    let ctx = RequestContext::from_request_parts(&mut parts.clone(), state).await?;
    let Some(record) = removed_record::find(&ctx, id).await? else { return Ok(None) };
    removed_record::answer(ctx, record, TypedFields::of(&without_secrets(typed)), saves).await.map(Some)
}

/// The pairs of a form's body. A button without fields sends no body, and then no content type either.
async fn read_pairs(request: Request) -> Result<Vec<(String, String)>, Response> {
    if request.body().is_end_stream() {
        return Ok(Vec::new());
    }
    let Form(pairs) = Form::from_request(request, &()).await.map_err(IntoResponse::into_response)?;
    Ok(pairs)
}

/// Takes a field out. Sent twice, it is refused.
fn take(pairs: &mut Vec<(String, String)>, name: &str) -> Result<Option<String>, PageError> {
    let mut values = pairs.extract_if(.., |(field, _)| field == name).map(|(_, value)| value);
    let first = values.next();
    if values.next().is_some() { Err(PageError::BadRequest) } else { Ok(first) }
}

/// The function with its arguments: what the path names, and the fields as `form`. One that takes none has no such argument.
fn read_function<F: Action>(named: &RawPathParams, fields: Map<String, Value>) -> Result<F, PageError> {
    let mut arguments = Map::new();
    for (name, value) in named {
        // What is no id names no record.
        value.parse::<Uuid>().map_err(|_| PageError::NotFound)?;
        arguments.insert(name.to_owned(), value.into());
    }
    let button = fields.is_empty().then(|| arguments.clone());
    arguments.insert("form".to_owned(), fields.into());
    read_arguments(arguments).or_else(|| read_arguments(button?)).ok_or(PageError::BadRequest)
}

/// What the page shows again.
pub fn without_secrets(typed: &SubmittedForm<Map<String, Value>>) -> SubmittedForm<Map<String, Value>> {
    let mut shown = typed.clone();
    shown.form.retain(|name, _| !is_secret(name));
    shown
}

/// Whether a field is never given back.
fn is_secret(name: &str) -> bool {
    name.starts_with("password")
}

/// Goes on to the page after a change.
async fn go_on(done: ActionOutcome, form: Option<RefusedForm>, state: &AppState, auth: AuthSession, cookies: CookieJar) -> FormResult {
    if matches!(done.session, SessionChange::None) {
        finish(&auth.session, done.clone(), form.map(|form| form.path)).await?;
        return Ok(Redirect::to(&done.to).into_response());
    }
    let cookies = done.session.apply(state, auth, cookies).await?;
    Ok((cookies, Redirect::to(&done.to)).into_response())
}

/// Shows the form again: by a redirect to its page, or in this answer. A button has no form: the status says it.
async fn refuse(refused: Option<RefusedForm>, state: &AppState, auth: &AuthSession, mut parts: Parts, status: StatusCode) -> FormResult {
    let Some(refused) = refused else { return Ok(status.into_response()) };
    if auth.user.is_none() || status == StatusCode::SERVICE_UNAVAILABLE {
        return Ok(refused.answer(status));
    }
    RequestContext::from_request_parts(&mut parts, state).await?.redirect_with_errors(refused).await
}

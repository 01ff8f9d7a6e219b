//! The endpoint of form posts, which work without a script. Responses:
//!
//! - Done: 303 to the page that the function names, with its notice.
//! - Refused: the form's page with values and errors. The session keeps the form; before a sign-in there is no session, and the
//!   response contains the page.
//! - The record was removed meanwhile: a page that says so, with the values.
//! - Otherwise: an error page.

use super::{
    Action, FormLocation, no_workspace, other_user,
    posted_fields::{read_pairs, take_field, without_secrets},
    read_arguments,
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
        AccountContext, AppState, FormResult, PageError, RequestContext,
        context::{NOT_SAVED, finish, redirect_with_errors},
        refused_forms::RefusedForm,
        submitted_form::{FormIntent, ParsedForm, SubmittedForm},
    },
    server_functions::{ActionError, ActionOutcome},
};
use axum::{
    extract::{FromRequestParts, RawPathParams, Request},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use domain::forms::FormErrors;
use http::{StatusCode, header, request::Parts};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The message of a form that could not be saved before a sign-in.
const NOT_NOW: &str = "This is not possible just now. Try again in a moment.";

const CHANGED: &str = "Somebody else changed it meanwhile. Look at it as it is now, then send this again.";

/// Answers a form's `POST`.
pub async fn answer<F: Action>(
    page: FormLocation,
    state: AppState,
    auth: AuthSession,
    path_params: RawPathParams,
    cookies: CookieJar,
    request: Request,
) -> FormResult {
    let (parts, body) = request.into_parts();
    let mut pairs = match read_pairs(Request::from_parts(parts.clone(), body)).await {
        Ok(pairs) => pairs,
        Err(refusal) => return Ok(refusal),
    };
    let shown_to = take_field(&mut pairs, shown_to::FIELD)?;
    let signed_in = auth.user.as_ref().and_then(User::signed_in);
    let id = path_params.iter().find(|(name, _)| *name == "id").and_then(|(_, id)| id.parse().ok()).filter(|_| signed_in.is_some());
    let restores = page.saves && id.is_some() && take_field(&mut pairs, RESTORE)?.is_some();
    let ParsedForm { submitted: mut typed, intent } = SubmittedForm::<Map<String, Value>>::parse(pairs)?;
    let is_lookup = intent == FormIntent::Lookup;
    if let Some(mismatch) = page.mismatch(shown_to.as_deref()) {
        let typed = TypedFields::of(&without_secrets(&typed));
        return match AccountContext::from_request_parts(&mut parts.clone(), &state).await?.in_workspace() {
            Ok(ctx) => other_user::ask(ctx, mismatch, typed, is_lookup).await,
            Err(ctx) => no_workspace::page(*ctx, typed).await,
        };
    }
    let restored = match id {
        Some(id) if restores && !is_lookup => {
            // An invalid form restores nothing.
            read_function::<F>(&path_params, typed.form.clone())?;
            let ctx = RequestContext::from_request_parts(&mut parts.clone(), &state).await?;
            removed_record::restore(&ctx, id, &mut typed.form).await
        }
        _ => Ok(()),
    };
    let refused = page.locate(parts.uri.path(), &typed.form).map(|(path, shown_at)| {
        let values = json!(without_secrets(&typed));
        let shown_to = ShownTo::now().map(|now| now.to_string());
        RefusedForm {
            shown_to,
            path,
            shown_at,
            values,
            errors: FormErrors::default(),
            lasts: page.lasts || is_lookup,
            at: state.clock.now(),
        }
    });
    if is_lookup {
        if let Some(answer) = removed_record_page(page, page.saves, id, &typed, &state, &parts).await? {
            return Ok(answer);
        }
        return refuse(refused, &auth, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let is_restored = restored.is_ok();
    let done = match restored {
        Ok(()) => run(state.clone(), parts.clone(), read_function::<F>(&path_params, typed.form.clone())?).await,
        Err(error) => Err(error.into()),
    };
    let error = match done {
        Ok(done) => return redirect_after_change(done.as_ref().clone(), refused, &state, auth, cookies).await,
        Err(error) => error,
    };
    // If the change is denied even after restoring, the page must not offer to restore again.
    let saves = page.saves && !(is_restored && matches!(error, ActionError::Denied));
    // The form's page does not exist without the record.
    if let ActionError::NotFound | ActionError::Invalid(_) | ActionError::Question(_) | ActionError::Denied | ActionError::Unavailable =
        error
        && let Ok(Some(answer)) = removed_record_page(page, saves, id, &typed, &state, &parts).await
    {
        return Ok(answer);
    }
    let seconds = if let ActionError::Limited(limit) = &error { Some(limit.seconds) } else { None };
    let (status, errors) = match error {
        ActionError::Invalid(errors) | ActionError::Question(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        // The page compares versions and shows both on an edit form.
        ActionError::Conflict => (StatusCode::CONFLICT, FormErrors::of("", CHANGED)),
        ActionError::Limited(_) => (StatusCode::TOO_MANY_REQUESTS, FormErrors::of("", error.to_string())),
        ActionError::Unavailable => {
            (StatusCode::SERVICE_UNAVAILABLE, FormErrors::of("", if auth.user.is_some() { NOT_SAVED } else { NOT_NOW }))
        }
        other => return Err(other.into()),
    };
    let refused = refused.map(|refused| RefusedForm { errors, ..refused });
    let mut answer = if page.in_response {
        refused.map_or_else(|| status.into_response(), |refused| refused.answer(status))
    } else {
        refuse(refused, &auth, status).await?
    };
    if let Some(seconds) = seconds {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(answer)
}

/// The page about a removed record; `None` if the record was not removed, or is in the bin and the form is for such a record. `saves`: as
/// for [`removed_record::answer`].
async fn removed_record_page(
    page: FormLocation,
    saves: bool,
    id: Option<Uuid>,
    typed: &SubmittedForm<Map<String, Value>>,
    state: &AppState,
    parts: &Parts,
) -> Result<Option<Response>, PageError> {
    let Some(id) = id else { return Ok(None) };
    let ctx = RequestContext::from_request_parts(&mut parts.clone(), state).await?;
    let found = removed_record::find(&ctx, id).await?;
    let Some(record) = found.filter(|record| !(page.also_in_bin && record.is_in_bin())) else { return Ok(None) };
    removed_record::answer(ctx, record, TypedFields::of(&without_secrets(typed)), saves).await.map(Some)
}

/// Parses the function's arguments: the ids in the path, and the fields as `form`. A function without a form has no such argument.
fn read_function<F: Action>(path_params: &RawPathParams, fields: Map<String, Value>) -> Result<F, PageError> {
    let mut arguments = Map::new();
    for (name, value) in path_params {
        // An invalid id is an unknown record.
        value.parse::<Uuid>().map_err(|_| PageError::NotFound)?;
        arguments.insert(name.to_owned(), value.into());
    }
    let button = fields.is_empty().then(|| arguments.clone());
    arguments.insert("form".to_owned(), fields.into());
    read_arguments(arguments).or_else(|| read_arguments(button?)).ok_or(PageError::BadRequest)
}

/// Redirects to the next page after a change.
async fn redirect_after_change(
    done: ActionOutcome,
    form: Option<RefusedForm>,
    state: &AppState,
    auth: AuthSession,
    cookies: CookieJar,
) -> FormResult {
    let session = auth.session.clone();
    // Without a sign-in there is no session, and none is made for a notice.
    let keeps_content = auth.user.is_some() && matches!(done.session, SessionChange::None | SessionChange::Renew(_));
    let cookies = done.session.clone().apply(state, auth, cookies).await?;
    let redirect = (cookies, Redirect::to(&done.to)).into_response();
    if keeps_content {
        finish(&session, done, form.map(|form| form.path)).await?;
    }
    Ok(redirect)
}

/// Redisplays the form by a redirect to its page or in this response. A button has no form, so its response is the bare status.
async fn refuse(refused: Option<RefusedForm>, auth: &AuthSession, status: StatusCode) -> FormResult {
    let Some(refused) = refused else { return Ok(status.into_response()) };
    if auth.user.is_none() || status == StatusCode::SERVICE_UNAVAILABLE {
        return Ok(refused.answer(status));
    }
    redirect_with_errors(&auth.session, refused).await
}

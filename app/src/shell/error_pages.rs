//! Error responses: a page for people, JSON for scripts.

use super::{app_page, card_page};
use crate::{
    auth::{AuthSession, SignedIn},
    request::{AppState, RequestContext},
    server_functions::ActionError,
    ui::{
        markup::{IntoMarkup, Markup},
        removed_record::{removal_heading, removal_markup},
    },
    workspaces::switch_form,
};
use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::Response,
};
use domain::{bin::BinQuery, forms::FormErrors, page::ListQuery};
use http::{StatusCode, header};
use leptos::prelude::*;
use store::{WorkspaceName, removed::RemovedRecord};

/// Middleware that turns a bare error status into an error page, or into JSON for a server function. Handlers, extractors and other
/// layers only need to return a status.
pub async fn render_error_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_function = is_function(&request);
    let response = next.run(request).await;
    if !is_bare_error(&response) {
        return response;
    }
    let status = response.status();
    if is_function {
        with_body(response, "application/json", function_error(status))
    } else {
        let (title, body) = explanation(status);
        let page = card_page(&state, title, body);
        with_body(response, HTML, page)
    }
}

/// Middleware inside the session's layer. Turns the bare client error of a signed-in user's page into a page with sidebar and top bar, and
/// leaves any other response to [`render_error_pages`]. The page has no scripts: it is the same, byte for byte, for a record of another
/// workspace as for an id that was never used.
pub async fn render_client_errors(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let user = request.extensions().get::<AuthSession>().filter(|auth| auth.user.is_some() && !is_function(&request)).cloned();
    let Some(user) = user else { return next.run(request).await };
    let path = request.uri().clone();
    let opens_page = request.method().is_safe();
    let response = next.run(request).await;
    if !is_bare_error(&response) || !response.status().is_client_error() {
        return response;
    }
    let is_unknown = opens_page && response.status() == StatusCode::NOT_FOUND;
    // The page shows no more of the request than its user and path, so no more of the head was kept.
    let (mut head, ()) = http::Request::new(()).into_parts();
    head.uri = path;
    head.extensions.insert(user);
    let Ok(ctx) = RequestContext::from_request_parts(&mut head, &state).await else { return response };
    let (title, body) = match if is_unknown { reason(&ctx).await } else { None } {
        Some(reason) => reason,
        None => {
            let (title, body) = explanation(response.status());
            (title.to_owned(), body.into_markup())
        }
    };
    let page = app_page(&ctx, &title, false, None, body);
    with_body(response, HTML, page)
}

/// Title and content that say why a record's page is not there, where the user may know.
async fn reason(ctx: &RequestContext) -> Option<(String, Markup)> {
    if let Some(record) = removed(ctx).await {
        return Some((removal_heading(&record), removed_body(ctx, &record)));
    }
    let workspace = elsewhere(ctx).await?;
    Some(("In another workspace".to_owned(), offer_to_switch(ctx, workspace)))
}

/// The record of this address if it is in the bin or was deleted for ever, in the user's present workspace. If it can't be looked up, there
/// is none.
async fn removed(ctx: &RequestContext) -> Option<RemovedRecord> {
    let id = ctx.path().split('/').find_map(|segment| segment.parse().ok())?;
    let found = ctx.store().removed_record(&ctx.actor(), id).await.ok().flatten()?;
    (found.is_in_bin() || found.is_purged()).then_some(found)
}

fn removed_body(ctx: &RequestContext, record: &RemovedRecord) -> Markup {
    let removal = removal_markup(record, ctx.now, ctx.zone());
    let outlook = if record.is_purged() { ". It can’t be restored." } else { ". It can be restored from the bin." };
    view! {
        <h1 class="break-words">{removal_heading(record)}</h1>
        <p class="mt-2 break-words text-muted-foreground">{removal}{outlook}</p>
        <p class="mt-6"><a class="btn" href=BinQuery::PATH>"Open the bin"</a></p>
    }
    .into_markup()
}

/// Another of the user's own workspaces that has the record of this address. If it can't be looked up, there is none.
async fn elsewhere(ctx: &RequestContext) -> Option<WorkspaceName> {
    let mut segments = ctx.path().strip_prefix('/')?.split('/');
    let (kind, id) = (segments.next()?, segments.next()?.parse().ok()?);
    let SignedIn { user_id, workspace_id, .. } = *ctx.signed_in;
    ctx.store().own_workspace_with(user_id, workspace_id, kind, id).await.ok().flatten()
}

fn offer_to_switch(ctx: &RequestContext, workspace: WorkspaceName) -> Markup {
    let label = format!("Switch to {}", workspace.name);
    let button = view! { <button class="btn h-auto min-h-9 whitespace-normal">{label}</button> };
    view! {
        <h1>"This is in another workspace"</h1>
        <p class="mt-2 break-words text-muted-foreground">
            {format!("You are in {}. What you opened is in {}, where you are a member, too.", ctx.signed_in.workspace_name, workspace.name)}
        </p>
        <div class="mt-6">{switch_form(workspace.id, ctx.address(), button)}</div>
    }
    .into_markup()
}

const HTML: &str = "text/html; charset=utf-8";

fn is_function(request: &Request) -> bool {
    request.uri().path().starts_with("/fn/")
}

/// Whether a response is an error without a body of ours.
fn is_bare_error(response: &Response) -> bool {
    let status = response.status();
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let ours = content_type.starts_with("text/html") || content_type.starts_with("application/json");
    (status.is_client_error() || status.is_server_error()) && !ours
}

fn with_body(mut response: Response, content_type: &'static str, body: String) -> Response {
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static(content_type));
    *response.body_mut() = body.into();
    response
}

fn function_error(status: StatusCode) -> String {
    let error = match status {
        StatusCode::UNAUTHORIZED => ActionError::SignedOut,
        StatusCode::FORBIDDEN => ActionError::Denied,
        StatusCode::NOT_FOUND => ActionError::NotFound,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => ActionError::Unavailable,
        StatusCode::CONFLICT => ActionError::Conflict,
        StatusCode::PAYLOAD_TOO_LARGE => {
            ActionError::Invalid(FormErrors::of("", "What you sent is larger than is accepted. Shorten it and try again."))
        }
        status if status.is_client_error() => ActionError::bad_request(),
        _ => ActionError::Unavailable,
    };
    serde_json::to_string(&error).unwrap_or_default()
}

/// The text of an error page.
struct Words {
    title: &'static str,
    sentence: &'static str,
}

fn words(status: StatusCode) -> Words {
    let (title, sentence) = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            ("Not allowed", "Your role does not allow this, or the form was sent from another site.")
        }
        StatusCode::NOT_FOUND => ("Page not found", "Nothing is at this address. It may have been deleted, or the link is wrong."),
        StatusCode::METHOD_NOT_ALLOWED => ("Not possible here", "This address does not take what was sent to it. Nothing was saved."),
        StatusCode::CONFLICT => ("Changed meanwhile", "Somebody else changed this record. Open it again to see it as it is now."),
        StatusCode::PAYLOAD_TOO_LARGE => ("Too large", "What you sent is larger than is accepted. Shorten it and try again."),
        StatusCode::REQUEST_TIMEOUT => {
            ("Too slow", "What you sent did not arrive in time. Nothing was saved; check the connection and try again.")
        }
        StatusCode::TOO_MANY_REQUESTS => {
            ("Too many requests", "More requests came from your network than are served at once. Nothing was saved; try again in a moment.")
        }
        StatusCode::SERVICE_UNAVAILABLE => ("Busy", "The server can’t answer just now. Nothing was lost; try again in a moment."),
        status if status.is_client_error() => {
            ("Not understood", "The address or form has something in it that makes no sense here. Nothing was saved.")
        }
        _ => ("Something went wrong", "The fault is on our side and has been noted. Nothing was saved; try again in a moment."),
    };
    Words { title, sentence }
}

/// Title and content of the page of an error.
fn explanation(status: StatusCode) -> (&'static str, impl IntoView) {
    let Words { title, sentence } = words(status);
    let body = view! {
        <h1>{title}</h1>
        <p class="mt-2 text-muted-foreground">{sentence}</p>
        <p class="mt-2 text-muted-foreground tabular-nums">{format!("Error {}", status.as_u16())}</p>
        <p class="mt-6"><a class="btn" href="/">"Go to the start page"</a></p>
    };
    (title, body)
}

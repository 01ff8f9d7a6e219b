//! The response to a form of a user who is in no workspace any more: they were removed, or it has ended or is
//! suspended. Nothing is written; the typed
//! values are shown, to be copied.

use super::{
    posted_fields::{read_pairs, without_secrets},
    typed_fields::TypedFields,
};
use crate::{
    auth::shown_to,
    request::{AccountContext, AppState, FormResult, submitted_form::SubmittedForm},
    shell,
    workspaces::PATH,
};
use axum::extract::{FromRequestParts, Request};
use http::StatusCode;
use leptos::prelude::*;
use serde_json::{Map, Value};

/// Answers a form's `POST`.
pub async fn answer(state: &AppState, request: Request) -> FormResult {
    let (mut parts, body) = request.into_parts();
    let ctx = AccountContext::from_request_parts(&mut parts, state).await?;
    let mut pairs = match read_pairs(Request::from_parts(parts, body)).await {
        Ok(pairs) => pairs,
        Err(refusal) => return Ok(refusal),
    };
    pairs.retain(|(name, _)| name != shown_to::FIELD);
    let typed = SubmittedForm::<Map<String, Value>>::parse(pairs)?.submitted;
    page(ctx, TypedFields::of(&without_secrets(&typed))).await
}

/// The page with what was typed.
pub(super) async fn page(ctx: AccountContext, typed: TypedFields) -> FormResult {
    let title = "You are no longer in this workspace";
    let body = view! {
        <div class="panel mx-auto w-full max-w-lg">
            <div class="p-5" role="alert">
                <h1>{title}</h1>
                <p class="mt-1 text-muted-foreground">"You were removed from it, or it has ended or is suspended. Nothing was saved."</p>
                {typed.shown()}
            </div>
            <div class="flex justify-end border-t px-5 py-3"><a class="btn" data-size="sm" href=PATH>"Your workspaces"</a></div>
        </div>
    };
    let mut answer = shell::account_page(ctx, title, body).await?;
    *answer.status_mut() = StatusCode::FORBIDDEN;
    Ok(answer)
}

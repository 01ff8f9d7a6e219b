//! The response to a form that was shown to another user or in another workspace. Nothing is written; the page keeps the typed
//! values and offers to submit the form as the current user.

use super::typed_fields::TypedFields;
use crate::{
    auth::{SignedIn, shown_to::Mismatch},
    request::{FormResult, RequestContext},
    shell,
};
use http::StatusCode;
use leptos::prelude::*;
use std::sync::Arc;

/// Asks whether to submit the form as the current user, in the current workspace.
pub async fn ask(ctx: RequestContext, mismatch: Mismatch, typed: TypedFields, is_lookup: bool) -> FormResult {
    let signed_in = Arc::clone(&ctx.signed_in);
    let SignedIn { user_name, email, workspace_name, .. } = &*signed_in;
    let (title, heading, opened, go_on) = match mismatch {
        Mismatch::User => (
            "Signed in as another user",
            format!("You are signed in as {user_name} now"),
            format!("This form was opened by another user. Nothing was saved. You are {email} in {workspace_name}."),
            format!("Go on as {user_name}"),
        ),
        Mismatch::Workspace => (
            "In another workspace",
            format!("You are in {workspace_name} now"),
            "This form was opened in another workspace. Nothing was saved.".to_owned(),
            format!("Go on in {workspace_name}"),
        ),
    };
    let path = ctx.path().to_owned();
    let body = view! {
        <div class="panel mx-auto w-full max-w-lg">
            <div class="p-5">
                <h1 class="break-words">{heading}</h1>
                <p class="mt-1 break-words text-muted-foreground">
                    {opened}
                </p>
                {typed.shown()}
            </div>
            <form method="post" action=path class="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3">
                {typed.hidden()}
                {is_lookup.then(|| view! { <input type="hidden" name="look" value="1"/> })}
                <a class="btn" data-variant="ghost" data-size="sm" href="/">"Leave it"</a>
                <button class="btn" data-size="sm">{go_on}</button>
            </form>
        </div>
    };
    let mut answer = shell::page(ctx, title, body).await?;
    *answer.status_mut() = StatusCode::CONFLICT;
    Ok(answer)
}

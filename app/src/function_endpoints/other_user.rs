//! The response to a form that was shown to another user or in another workspace. Nothing is written; the page keeps the typed
//! values and offers to submit the form as the current user.

use super::typed_fields::TypedFields;
use crate::{
    request::{FormResult, RequestContext},
    shell,
};
use http::StatusCode;
use leptos::prelude::*;

/// Asks whether to submit the form as the current user.
pub async fn ask(ctx: RequestContext, typed: TypedFields, is_lookup: bool) -> FormResult {
    let signed_in = ctx.signed_in.clone();
    let path = ctx.path().to_owned();
    let body = view! {
        <div class="panel mx-auto w-full max-w-lg">
            <div class="p-5">
                <h1 class="break-words">{format!("You are signed in as {} now", signed_in.user_name)}</h1>
                <p class="mt-1 break-words text-muted-foreground">
                    {format!("This form was opened by another user, or in another workspace. Nothing was saved. You are {} in {}.", signed_in.email, signed_in.workspace_name)}
                </p>
                {typed.shown()}
            </div>
            <form method="post" action=path class="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3">
                {typed.hidden()}
                {is_lookup.then(|| view! { <input type="hidden" name="look" value="1"/> })}
                <a class="btn" data-variant="ghost" data-size="sm" href="/">"Leave it"</a>
                <button class="btn" data-size="sm">{format!("Go on as {}", signed_in.user_name)}</button>
            </form>
        </div>
    };
    let mut answer = shell::page(ctx, "Signed in as another user", body).await?;
    *answer.status_mut() = StatusCode::CONFLICT;
    Ok(answer)
}

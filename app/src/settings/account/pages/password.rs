//! `/settings/password`: changing the password.

use crate::{
    request::{PageError, RequestContext},
    settings::{
        Setting,
        account::{PASSWORD, actions::ChangePassword},
        layout,
    },
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, save_footer, shown_to, text_field},
    },
};
use axum::response::Response;
use leptos::{prelude::*, server_fn::ServerFn};
use serde::Deserialize;

const LABELS: [(&str, &str); 3] =
    [("password_current", "Current password"), ("password", "New password"), ("password_confirmation", "New password again")];

/// A refused form gives nothing back.
#[derive(Default, Deserialize)]
struct NoValues {}

/// `GET /settings/password`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let errors = ctx.form(NoValues::default).await?.errors;
    let password = |name, label| Field::new(name, label).kind("password").required();
    let current = password("password_current", "Current password").autocomplete("current-password");
    let new = password("password", "New password").autocomplete("new-password").hint("At least 8 characters");
    let again = password("password_confirmation", "New password again").autocomplete("new-password");
    let body = view! {
        <div>
            <h1>"Password"</h1>
            <p class="mt-1 text-muted-foreground">"Changing it signs out your other browsers. This one stays signed in."</p>
        </div>
        {error_summary(&errors, &LABELS)}
        <form id="password-change" method="post" action=PASSWORD data-function=ChangePassword::PATH class="panel max-w-xl" novalidate>
            {shown_to()}
            <div class="flex flex-col gap-5 p-5">{text_field(current, &errors)}{text_field(new, &errors)}{text_field(again, &errors)}</div>
            {save_footer("Change password")}
        </form>
        <p class="text-muted-foreground">"Forgot your password? "<a class="underline" href="/forgot-password">"Choose a new one by a link"</a></p>
    };
    let body = layout(&ctx, Setting::Password, body);
    shell::page(ctx, "Password", body).await
}

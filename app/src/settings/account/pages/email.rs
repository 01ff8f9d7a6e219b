//! `/settings/email`: the address of the account, its confirmation and its change.

use crate::{
    request::{PageError, RequestContext},
    settings::{
        Setting,
        account::{
            EMAIL,
            actions::{ChangeEmail, SendConfirmation},
        },
        layout,
    },
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, save_footer, shown_to, text_field},
        markup::{IntoMarkup, Markup},
    },
};
use axum::response::Response;
use leptos::{prelude::*, server_fn::ServerFn};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::EmailStatus;

const LABELS: [(&str, &str); 2] = [("email", "New address"), ("password_current", "Current password")];

/// A refused form gives back the address, never the password.
#[derive(Default, Deserialize)]
#[serde(default)]
struct EmailValues {
    email: String,
}

/// The page of the button that sends a link.
pub fn of_link_button(_: &str, _: &Map<String, Value>) -> (String, String) {
    (EMAIL.to_owned(), EMAIL.to_owned())
}

/// `GET /settings/email`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let form = ctx.form(EmailValues::default).await?;
    let (values, errors) = (form.values, form.errors);
    let status = ctx.store().email_status(&ctx.actor()).await?;
    let sends_mail = ctx.store().sends_mail();
    let explained = if sends_mail {
        "The new address gets a link. It becomes yours once you confirm it there, and your other browsers are signed out then."
    } else {
        "This server sends no mail, so the new address is not checked: it becomes yours at once. Your other browsers are signed out."
    };
    let new = Field::new("email", "New address").kind("email").value(values.email).required().autocomplete("email");
    let current = Field::new("password_current", "Current password").kind("password").required().autocomplete("current-password");
    let body = view! {
        <div><h1>"Email"</h1><p class="mt-1 text-muted-foreground">"The address that you sign in with, and that gets your mail."</p></div>
        {error_summary(&errors, &LABELS)}
        {present(&status, sends_mail)}
        <form id="email-change" method="post" action=EMAIL data-function=ChangeEmail::PATH class="panel max-w-xl" novalidate>
            {shown_to()}
            <div class="flex flex-col gap-5 p-5">
                <h2>"Change your address"</h2>
                <p class="-mt-3 text-muted-foreground">{explained}</p>
                {text_field(new, &errors)}{text_field(current, &errors)}
            </div>
            {save_footer("Change address")}
        </form>
    };
    let body = layout(&ctx, Setting::Email, body);
    shell::page(ctx, "Email", body).await
}

/// An address, and whether it is confirmed.
pub fn email_with_state(status: &EmailStatus) -> impl IntoView + use<> {
    let state = if status.is_verified { "Confirmed" } else { "Not confirmed" };
    view! { <span class="break-all">{status.email.clone()}</span> " " <span class="chip">{state}</span> }
}

/// The present address, with what is to be done about it.
fn present(status: &EmailStatus, sends_mail: bool) -> Markup {
    let pending = status.pending.clone().map(|new| {
        view! { <p class="break-words text-muted-foreground">"Waiting for confirmation: "<span class="font-medium text-foreground">{new}</span>". Open the link in the mail to that address. Another change takes its place."</p> }
    });
    let send = (sends_mail && !status.is_verified).then(|| {
        view! {
            <div class="flex flex-wrap items-center gap-3">
                <p class="min-w-0 flex-1 basis-48 text-muted-foreground">"The link in our mail to this address confirms that it is yours. If you have none, send it again."</p>
                <form method="post" action=format!("{EMAIL}/send-link") data-function=SendConfirmation::PATH>
                    {shown_to()}
                    <button class="btn" data-variant="outline" data-size="sm">"Send the link again"</button>
                </form>
            </div>
        }
    });
    view! {
        <section class="panel flex max-w-xl flex-col gap-3 p-5" aria-label="Present address">
            <p>{email_with_state(status)}</p>
            {pending}
            {send}
        </section>
    }
    .into_markup()
}

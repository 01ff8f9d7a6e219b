//! `/admin/registration`: whether anybody may register.

use super::{REGISTRATION, REGISTRATION_IS_SET, head, layout};
use crate::{
    request::{AccountContext, PageError, ShownForm},
    shell,
    ui::{
        error_summary::error_summary,
        form::{error_line, save_footer, shown_to},
        markup::{IntoMarkup, Markup},
    },
};
use axum::response::Response;
use domain::{administration::RegistrationForm, forms::FormErrors};
use leptos::prelude::*;

/// Values, labels and descriptions.
const CHOICES: [(&str, &str, &str); 2] = [
    ("open", "Open", "Anybody who can reach this server may create an account and gets a workspace of their own."),
    ("closed", "Closed", "Only people who are invited, or for whom you make a workspace, get an account."),
];

/// `GET /admin/registration`
pub async fn page(ctx: AccountContext) -> Result<Response, PageError> {
    let is_set = ctx.state.settings.registration;
    let open = ctx.state.registration_open().await?;
    let ShownForm { values, errors, .. } = ctx.form(|| RegistrationForm::of(open)).await?;
    let content = match is_set {
        Some(open) => set_by_operator(open),
        None => form(&values, &errors),
    };
    let body = view! {
        {head("Registration", "Who may create an account on this server.", ().into_markup())}
        {error_summary(&errors, &[("registration", "Registration")])}
        {content}
    };
    shell::account_page(ctx, "Registration", layout(REGISTRATION, body)).await
}

fn set_by_operator(open: bool) -> Markup {
    let state = if open { "Registering is open." } else { "Registering is closed." };
    view! {
        <section class="panel max-w-xl p-5" role="note"><p class="font-medium">{state}</p><p class="mt-1 text-muted-foreground">{REGISTRATION_IS_SET}"."</p></section>
    }
    .into_markup()
}

fn form(values: &RegistrationForm, errors: &FormErrors) -> Markup {
    let choices = CHOICES
        .map(|(value, label, about)| {
            let id = format!("registration-{value}");
            let described = format!("{id}-hint");
            view! {
                <div class="flex gap-3">
                    <input type="radio" class="input mt-0.5" id=id.clone() name="registration" value=value checked=values.registration == value aria-describedby=described.clone()/>
                    <div class="min-w-0">
                        <label for=id class="font-medium">{label}</label>
                        <p id=described class="text-muted-foreground">{about}</p>
                    </div>
                </div>
            }
        })
        .collect_view();
    view! {
        <form method="post" action=REGISTRATION class="panel max-w-xl" novalidate>
            {shown_to()}
            <fieldset class="flex flex-col gap-4 p-5" aria-describedby="registration-error">
                <legend class="sr-only">"Registration"</legend>
                {choices}
                {error_line("registration", errors)}
            </fieldset>
            {save_footer("Save registration")}
        </form>
    }
    .into_markup()
}

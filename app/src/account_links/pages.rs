//! The pages of links, for visitors who need not be signed in.
//!
//! A page whose address has a token sends no more than the origin as `Referer`, and shows a button: mail scanners open links, too.

use crate::{
    auth::{AuthSession, pages::form_level},
    islands::page_forms,
    request::{AppState, Nonce, PageError, RefusedForm, ShownForm, context::redisplayed_form},
    shell::{self, auth_page},
    ui::{
        error_summary::error_summary,
        form::{Field, shown_to, text_field},
        markup::{IntoMarkup, Markup},
    },
};
use axum::{
    Extension,
    extract::{Query, State},
    response::{Html, Response},
};
use axum_login::AuthUser;
use domain::{
    account_links::{ConfirmEmailForm, ForgotPasswordForm, LinkFault, LinkPurpose, LinkToken},
    forms::FormErrors,
    ids::UserId,
};
use leptos::prelude::*;
use serde::{Deserialize, de::DeserializeOwned};
use store::{AccountLink, FoundLink};

/// The query of a link.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LinkQuery {
    token: String,
}

/// Values of a refused form that holds a token.
#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenValues {
    token: String,
}

fn values_and_errors<F: DeserializeOwned + Default>(refused: Option<Extension<RefusedForm>>, path: &str) -> (F, FormErrors) {
    let refused = refused.map(|Extension(refused)| refused);
    match redisplayed_form::<F>(refused.as_ref(), path) {
        Some(ShownForm { values, errors, .. }) => (values.form, errors),
        None => Default::default(),
    }
}

/// `GET /forgot-password`
pub async fn forgot_password(
    State(state): State<AppState>,
    refused: Option<Extension<RefusedForm>>,
    Extension(nonce): Extension<Nonce>,
) -> Html<String> {
    const PATH: &str = "/forgot-password";
    let (values, errors): (ForgotPasswordForm, _) = values_and_errors(refused, PATH);
    if !state.store.sends_mail() {
        let card = view! {
            <h1>"Forgot your password?"</h1>
            <p class="mt-2 text-muted-foreground">
                "This server sends no mail. Ask the person who runs it: an administrator of the server can make a link by which you choose a new password."
            </p>
        };
        return Html(auth_page(&state, "Forgot your password?", None, card, to_sign_in()));
    }
    let form = view! {
        <form id="forgot-password" method="post" action=PATH class="flex flex-col gap-4" novalidate>
            {shown_to()}
            {text_field(Field::new("email", "Email").kind("email").value(values.email).required().autocomplete("username"), &errors)}
            <button class="btn mt-2">"Send link"</button>
        </form>
    };
    let card = view! {
        <h1>"Forgot your password?"</h1>
        <p class="mt-1 mb-6 text-muted-foreground">"We send a link to your address, by which you choose a new one."</p>
        <div class="not-empty:mb-4">{error_summary(&form_level(&errors), &[])}</div>
        {page_forms(form.into_markup())}
    };
    Html(auth_page(&state, "Forgot your password?", Some(&nonce.0), card, to_sign_in()))
}

/// `GET /forgot-password/sent`
pub async fn reset_link_sent(State(state): State<AppState>) -> Html<String> {
    let card = view! {
        <h1>"Check your mail"</h1>
        <p class="mt-2 text-muted-foreground">
            "If the address has an account, a link is on its way to it. It works once, within one hour. If nothing comes, look among the unwanted mail, or try another address of yours."
        </p>
        <p class="mt-4"><a class="underline" href="/forgot-password">"Ask for another link"</a></p>
    };
    Html(auth_page(&state, "Check your mail", None, card, to_sign_in()))
}

/// `GET /reset-password`
pub async fn reset_password(
    State(state): State<AppState>,
    auth: AuthSession,
    refused: Option<Extension<RefusedForm>>,
    Extension(nonce): Extension<Nonce>,
    Query(query): Query<LinkQuery>,
) -> Result<Response, PageError> {
    let (values, errors): (TokenValues, _) = values_and_errors(refused, LinkPurpose::ResetPassword.page());
    let token = if values.token.is_empty() { query.token } else { values.token };
    let (token, link) = match find_link(&state, &auth, LinkPurpose::ResetPassword, &token).await? {
        Ok(works) => works,
        Err(fault) => return Ok(fault_page(&state, "Choose a new password", fault, reset_way_out(fault))),
    };
    let password = |name, label| Field::new(name, label).kind("password").required().autocomplete("new-password");
    let form = view! {
        <form id="password-reset" method="post" action="/reset-password" class="flex flex-col gap-4" novalidate>
            {shown_to()}
            <input type="hidden" name="token" value=token.expose().to_owned()/>
            {text_field(password("password", "New password").hint("At least 8 characters"), &errors)}
            {text_field(password("password_confirmation", "New password again"), &errors)}
            <button class="btn mt-2">"Save password"</button>
        </form>
    };
    let card = view! {
        <h1>"Choose a new password"</h1>
        <p class="mt-1 mb-6 break-words text-muted-foreground">"For the account of "{link.email}". Every browser is signed out then."</p>
        <div class="not-empty:mb-4">
            {error_summary(&errors, &[("password", "New password"), ("password_confirmation", "New password again")])}
        </div>
        {page_forms(form.into_markup())}
    };
    Ok(shell::with_origin_alone(Html(auth_page(&state, "Choose a new password", Some(&nonce.0), card, ()))))
}

/// `GET /reset-password/done`
pub async fn password_was_reset(State(state): State<AppState>) -> Html<String> {
    let card = view! {
        <h1>"Your new password is saved"</h1>
        <p class="mt-2 text-muted-foreground">"Every browser is signed out. Sign in with the new password."</p>
        <p class="mt-6"><a class="btn" href="/login">"Sign in"</a></p>
    };
    Html(shell::card_page(&state, "Your new password is saved", card))
}

/// `GET /confirm-email`
pub async fn confirm_email(
    State(state): State<AppState>,
    auth: AuthSession,
    refused: Option<Extension<RefusedForm>>,
    Query(query): Query<LinkQuery>,
) -> Result<Response, PageError> {
    let (values, errors): (ConfirmEmailForm, _) = values_and_errors(refused, LinkPurpose::ConfirmEmail.page());
    let token = if values.token.is_empty() { query.token } else { values.token };
    let (token, link) = match find_link(&state, &auth, LinkPurpose::ConfirmEmail, &token).await? {
        Ok(works) => works,
        Err(fault) => return Ok(fault_page(&state, "Confirm your address", fault, confirm_way_out(fault))),
    };
    let card = view! {
        <h1>"Confirm your address"</h1>
        <p class="mt-1 mb-6 break-words text-muted-foreground">{consequence(link)}</p>
        <div class="not-empty:mb-4">{error_summary(&errors, &[])}</div>
        <form method="post" action="/confirm-email" class="flex flex-col">
            {shown_to()}
            <input type="hidden" name="token" value=token.expose().to_owned()/>
            <button class="btn">"Confirm address"</button>
        </form>
    };
    Ok(shell::with_origin_alone(Html(shell::card_page(&state, "Confirm your address", card))))
}

/// What the button of `/confirm-email` does.
fn consequence(link: AccountLink) -> String {
    match link.new_email {
        Some(new) => format!(
            "{new} becomes the address of the account that had {}. Browsers that are signed in elsewhere are signed out.",
            link.email
        ),
        None => format!("{} is the address of your account.", link.email),
    }
}

/// `GET /confirm-email/done`
pub async fn email_is_confirmed(State(state): State<AppState>) -> Html<String> {
    let card = view! {
        <h1>"Your address is confirmed"</h1>
        <p class="mt-2 text-muted-foreground">"There is nothing more to do."</p>
        <p class="mt-6"><a class="btn" href="/">"Go to the start page"</a></p>
    };
    Html(shell::card_page(&state, "Your address is confirmed", card))
}

/// The token of a link and the link, if it works for the user of this browser.
async fn find_link(
    state: &AppState,
    auth: &AuthSession,
    page: LinkPurpose,
    token: &str,
) -> Result<Result<(LinkToken, AccountLink), LinkFault>, PageError> {
    let Some(token) = LinkToken::parse(token) else { return Ok(Err(LinkFault::Unknown)) };
    let signed_in = auth.user.as_ref().map(|user| UserId(user.id()));
    Ok(match state.store.find_link(page, &token, signed_in).await? {
        FoundLink::Works(link) => Ok((token, link)),
        FoundLink::Fault(fault) => Err(fault),
    })
}

/// The page of a link that does not work. `way_out`: what can be done instead.
fn fault_page(state: &AppState, title: &'static str, fault: LinkFault, way_out: Markup) -> Response {
    let card = view! {
        <h1>{title}</h1>
        <p class="mt-2" role="alert">{fault.sentence()}</p>
        <div class="mt-6">{way_out}</div>
    };
    shell::with_origin_alone(Html(shell::card_page(state, title, card)))
}

fn reset_way_out(fault: LinkFault) -> Markup {
    match fault {
        LinkFault::OtherUser => sign_out_button(),
        _ => view! { <a class="btn" href="/forgot-password">"Ask for a new link"</a> }.into_markup(),
    }
}

fn confirm_way_out(fault: LinkFault) -> Markup {
    match fault {
        LinkFault::OtherUser => sign_out_button(),
        _ => view! { <p class="text-muted-foreground">"You get a new link under Settings, Email. "<a class="underline" href="/settings/email">"Go there"</a></p> }
            .into_markup(),
    }
}

fn sign_out_button() -> Markup {
    view! { <form method="post" action="/logout">{shown_to()}<button class="btn">"Sign out"</button></form> }.into_markup()
}

fn to_sign_in() -> impl IntoView {
    view! { <p class="mt-6 text-center"><a class="font-medium text-foreground underline" href="/login">"Back to sign-in"</a></p> }
}

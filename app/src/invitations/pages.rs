//! `/invitation?token=…`: the page that an invitation's link opens. Opening it accepts nothing: mail programs and scanners open links, too.

use super::PATH;
use crate::{
    request::{AccountContext, AppState, Nonce, PageError, RefusedForm, ShownForm, context::redisplayed_form},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, shown_to, text_field},
        list::encode_pairs,
        markup::{IntoMarkup, Markup},
    },
};
use axum::{
    extract::{FromRequestParts, Query, State},
    response::{Html, IntoResponse, Response},
};
use domain::{forms::FormErrors, invitations::JoinForm};
use http::{StatusCode, request::Parts};
use leptos::prelude::*;
use serde::Deserialize;
use store::invitations::FoundInvitation;

const LABELS: [(&str, &str); 3] = [("name", "Name"), ("password", "Password"), ("password_confirmation", "Password again")];

/// The query.
#[derive(Deserialize)]
pub struct LinkQuery {
    /// The token.
    #[serde(default)]
    token: String,
}

/// `GET /invitation`
pub async fn invitation(
    State(state): State<AppState>,
    Query(LinkQuery { token }): Query<LinkQuery>,
    mut parts: Parts,
) -> Result<Response, PageError> {
    let Some(found) = state.store.find_invitation(&token).await? else {
        let card = refused("This invitation link is not right. Copy the whole link from the mail, or ask for a new one.");
        return Ok((StatusCode::NOT_FOUND, card_page(&state, "Invitation", card)).into_response());
    };
    if let Some(refusal) = found.state.refusal() {
        return Ok((StatusCode::GONE, card_page(&state, "Invitation", refused(refusal))).into_response());
    }
    let title = format!("Join {}", found.workspace_name);
    let card = match AccountContext::from_request_parts(&mut parts, &state).await {
        Ok(ctx) if found.is_for(&ctx.user.email) => signed_in_card(&ctx, &found, token).await?,
        Ok(ctx) => other_user_card(&ctx, &found),
        Err(PageError::Denied) => anonymous_card(&parts, &found, token),
        Err(error) => return Err(error),
    };
    let nonce = parts.extensions.get::<Nonce>().map(|nonce| nonce.0.as_str());
    Ok(shell::with_origin_alone(Html(shell::auth_page(&state, &title, nonce, card, ()))))
}

fn card_page(state: &AppState, title: &str, card: Markup) -> Html<String> {
    Html(shell::card_page(state, title, card))
}

fn refused(sentence: &'static str) -> Markup {
    view! {
        <h1>"Invitation"</h1>
        <p class="mt-2 text-muted-foreground" role="alert">{sentence}</p>
        <p class="mt-6"><a class="btn" href="/">"Go to the start page"</a></p>
    }
    .into_markup()
}

/// Who invites whom, to what.
fn heading(found: &FoundInvitation) -> impl IntoView + use<> {
    view! {
        <h1 class="break-words">{format!("Join {}", found.workspace_name)}</h1>
        <p class="mt-1 mb-6 break-words text-muted-foreground">
            {format!("{} invites {} as {}. {}", found.inviter_name, found.email.as_str(), found.role.label().to_lowercase(), found.role.description())}
        </p>
    }
}

async fn signed_in_card(ctx: &AccountContext, found: &FoundInvitation, token: String) -> Result<Markup, PageError> {
    // Nothing of the form is shown again but its error.
    let errors = ctx.form(serde_json::Map::<String, serde_json::Value>::new).await?.errors;
    Ok(view! {
        {heading(found)}
        <div class="not-empty:mb-4">{error_summary(&errors, &[])}</div>
        <form method="post" action=PATH>
            {shown_to()}
            <input type="hidden" name="token" value=token/>
            <button class="btn w-full">"Join workspace"</button>
        </form>
        <p class="mt-4 text-center"><a class="text-muted-foreground underline" href="/">"Not now"</a></p>
    }
    .into_markup())
}

fn other_user_card(ctx: &AccountContext, found: &FoundInvitation) -> Markup {
    let sentence = format!("You are signed in as {}. Sign out, then open the link again.", ctx.user.email);
    view! {
        {heading(found)}
        <p class="break-words" role="alert">{sentence}</p>
        <form method="post" action="/logout" class="mt-4">{shown_to()}<button class="btn w-full">"Sign out"</button></form>
    }
    .into_markup()
}

fn anonymous_card(parts: &Parts, found: &FoundInvitation, token: String) -> Markup {
    let (values, errors) = match redisplayed_form::<JoinForm>(parts.extensions.get::<RefusedForm>(), PATH) {
        Some(ShownForm { values, errors, .. }) => (values.form, errors),
        None => (JoinForm::default(), FormErrors::default()),
    };
    // An address that has an account: the message stands where no field is.
    let errors = match errors.get("email") {
        Some(message) => FormErrors::of("", message),
        None => errors,
    };
    let login = format!("/login?{}", encode_pairs([("next", format!("{PATH}?{}", encode_pairs([("token", token.as_str())])).as_str())]));
    let email = Field::new("email", "Email").kind("email").value(found.email.as_str()).autocomplete("username");
    view! {
        {heading(found)}
        <p class="mb-4">"Have an account with this address? "<a class="font-medium underline" href=login>"Sign in"</a></p>
        <div class="not-empty:mb-4">{error_summary(&errors, &LABELS)}</div>
        <form method="post" action=format!("{PATH}/register") class="flex flex-col gap-4" novalidate>
            <input type="hidden" name="token" value=token/>
            // For password managers; the invitation says whose account it is.
            <fieldset disabled class="contents">{text_field(email, &FormErrors::default())}</fieldset>
            {text_field(Field::new("name", "Name").value(values.name).required().autocomplete("name"), &errors)}
            {text_field(Field::new("password", "Password").kind("password").required().autocomplete("new-password").hint("At least 8 characters"), &errors)}
            {text_field(Field::new("password_confirmation", "Password again").kind("password").required().autocomplete("new-password"), &errors)}
            <button class="btn mt-2">"Create account and join"</button>
        </form>
    }
    .into_markup()
}

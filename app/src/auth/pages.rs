//! `/login` and `/register`.

use crate::{
    islands::page_forms,
    request::{AppState, Nonce, PageError, ShownForm, context::redisplayed_form, refused_forms::RefusedForm},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, text_field},
        markup::IntoMarkup,
    },
};
use axum::{
    Extension,
    extract::{Query, State},
    response::Html,
};
use domain::{forms::FormErrors, urls::safe_next};
use leptos::prelude::*;
use serde::Deserialize;

/// The query of both pages.
#[derive(Default, Deserialize)]
pub struct NextQuery {
    #[serde(default)]
    next: String,
}

/// The values that both forms redisplay; never a password.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RefusedValues {
    name: String,
    email: String,
    next: String,
    interrupted: String,
}

fn form_values(refused: Option<Extension<RefusedForm>>, path: &str, next: String) -> ShownForm<RefusedValues> {
    let refused = refused.map(|Extension(refused)| refused);
    match redisplayed_form::<RefusedValues>(refused.as_ref(), path) {
        Some(ShownForm { values, errors, is_redisplay }) => ShownForm { values: values.form, errors, is_redisplay },
        None => {
            ShownForm { values: RefusedValues { next, ..RefusedValues::default() }, errors: FormErrors::default(), is_redisplay: false }
        }
    }
}

/// The link from one page to the other, with `?next=` preserved.
fn with_next(path: &str, next: &str) -> String {
    match safe_next(next) {
        Some(next) => format!("{path}?{}", crate::ui::list::encode_pairs([("next", next)])),
        None => path.to_owned(),
    }
}

/// The errors that belong to no field.
pub(crate) fn form_level(errors: &FormErrors) -> FormErrors {
    errors.get("").map_or_else(FormErrors::default, |message| FormErrors::of("", message))
}

/// `GET /login`
pub async fn login(
    State(state): State<AppState>,
    refused: Option<Extension<RefusedForm>>,
    Query(query): Query<NextQuery>,
) -> Result<Html<String>, PageError> {
    let ShownForm { values, errors, .. } = form_values(refused, "/login", query.next);
    let forgot = view! { <a class="text-center text-muted-foreground underline" href="/forgot-password">"Forgot your password?"</a> };
    // The page is there while the database is not.
    let register = state.registration_open().await.unwrap_or(false).then(|| {
        view! {
            <p class="mt-6 text-center text-muted-foreground">
                "New here? " <a class="font-medium text-foreground underline" href=with_next("/register", &values.next)>"Create an account"</a>
            </p>
        }
    });
    let card = view! {
        <h1>"Sign in"</h1>
        <p class="mt-1 mb-6 text-muted-foreground">"Your companies, your people, your server."</p>
        <div class="not-empty:mb-4">{error_summary(&form_level(&errors), &[])}</div>
        <form method="post" action="/login" class="flex flex-col gap-4">
            <input type="hidden" name="next" value=values.next/>
            {(!values.interrupted.is_empty()).then(|| view! { <input type="hidden" name="interrupted" value=values.interrupted/> })}
            {text_field(Field::new("email", "Email").kind("email").value(values.email).required().autocomplete("username"), &errors)}
            {text_field(Field::new("password", "Password").kind("password").required().autocomplete("current-password"), &errors)}
            <button class="btn mt-2">"Sign in"</button>
            {forgot}
        </form>
    };
    Ok(Html(shell::auth_page(&state, "Sign in", None, card, register)))
}

/// `GET /register`
pub async fn register(
    State(state): State<AppState>,
    refused: Option<Extension<RefusedForm>>,
    Extension(nonce): Extension<Nonce>,
    Query(query): Query<NextQuery>,
) -> Result<Html<String>, PageError> {
    let ShownForm { values, errors, .. } = form_values(refused, "/register", query.next);
    let login = view! {
        <p class="mt-6 text-center text-muted-foreground">
            "Have an account? " <a class="font-medium text-foreground underline" href=with_next("/login", &values.next)>"Sign in"</a>
        </p>
    };
    if !state.registration_open().await? {
        let card = view! {
            <h1>"Registration is closed"</h1>
            <p class="mt-2 text-muted-foreground">"Ask the person who runs this server to invite you."</p>
        };
        return Ok(Html(shell::auth_page(&state, "Registration is closed", None, card, login)));
    }
    let form = view! {
        <form id="register" method="post" action="/register" class="flex flex-col gap-4" novalidate>
            <input type="hidden" name="next" value=values.next/>
            {text_field(Field::new("name", "Name").value(values.name).required().autocomplete("name"), &errors)}
            {text_field(Field::new("email", "Email").kind("email").value(values.email).required().autocomplete("username"), &errors)}
            {text_field(Field::new("password", "Password").kind("password").required().autocomplete("new-password").hint("At least 8 characters"), &errors)}
            {text_field(
                Field::new("password_confirmation", "Password again").kind("password").required().autocomplete("new-password"),
                &errors,
            )}
            <button class="btn mt-2">"Create account"</button>
        </form>
    };
    let card = view! {
        <h1>"Create an account"</h1>
        <p class="mt-1 mb-6 text-muted-foreground">"You get a workspace of your own."</p>
        <div class="not-empty:mb-4">{error_summary(&errors, &[("name", "Name"), ("email", "Email"), ("password", "Password"), ("password_confirmation", "Password again")])}</div>
        {page_forms(form.into_markup())}
    };
    Ok(Html(shell::auth_page(&state, "Create an account", Some(&nonce.0), card, login)))
}

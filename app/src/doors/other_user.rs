//! The answer to a form that was shown to somebody else, or in another workspace: nothing is written, what was typed is kept on
//! the page, and going on is one button.

use crate::{
    ui::{form::shown_to, typed::Typed},
    visit::{FormResult, Visit},
};
use http::StatusCode;
use leptos::prelude::*;
use serde_json::{Map, Value};

/// Asks whether to do as this user what somebody else was asked.
pub async fn ask(visit: Visit, typed: Typed<Map<String, Value>>, looks: bool) -> FormResult {
    let who = visit.who.clone();
    let path = visit.path().to_owned();
    let pairs: Vec<(String, String)> = typed.form.iter().flat_map(|(name, value)| pairs_of(name, value)).collect();
    let shown = pairs.iter().filter(|(name, value)| is_readable(name, value)).cloned().map(|(name, value)| {
        view! {
            <div class="py-1.5">
                <dt class="text-xs text-muted-foreground">{label(&name)}</dt>
                <dd class="break-words whitespace-pre-line">{value}</dd>
            </div>
        }
    });
    let shown: Vec<_> = shown.collect();
    let typed =
        (!shown.is_empty()).then(|| view! { <section class="mt-4"><h2>"What you typed"</h2><dl class="mt-1">{shown}</dl></section> });
    let hidden = pairs.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let body = view! {
        <div class="panel mx-auto w-full max-w-lg">
            <div class="p-5">
                <h1 class="break-words">{format!("You are signed in as {} now", who.user_name)}</h1>
                <p class="mt-1 break-words text-muted-foreground">
                    {format!("This form was opened by another user, or in another workspace. Nothing was saved. You are {} in {}.", who.email, who.workspace_name)}
                </p>
                {typed}
            </div>
            <form method="post" action=path class="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3">
                {shown_to()}
                {hidden}
                {looks.then(|| view! { <input type="hidden" name="look" value="1"/> })}
                <a class="btn" data-variant="ghost" data-size="sm" href="/">"Leave it"</a>
                <button class="btn" data-size="sm">{format!("Go on as {}", who.user_name)}</button>
            </form>
        </div>
    };
    let mut answer = visit.page("Signed in as another user", body).await?;
    *answer.status_mut() = StatusCode::CONFLICT;
    Ok(answer)
}

/// A field as the pairs that a form sends.
fn pairs_of(name: &str, value: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| (name.to_owned(), value.as_str().unwrap_or_default().to_owned());
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        value => vec![text(value)],
    }
}

/// Whether a person typed it: not an id, a key or a version.
fn is_readable(name: &str, value: &str) -> bool {
    !value.is_empty()
        && !name.ends_with("_id")
        && !["version", "form_key", "back", "list", "deal", "place", "new_tag_color"].contains(&name)
}

/// `tax_code` as `Tax code`.
fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_are_read_as_words() {
        assert_eq!((label("tax_code").as_str(), label("name").as_str(), label("").as_str()), ("Tax code", "Name", ""));
    }
}

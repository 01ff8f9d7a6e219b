//! What moves in the forms of activities. Each island draws nothing: it finds the server's HTML and attaches itself to it.

#[cfg(feature = "hydrate")]
mod choices;
#[cfg(feature = "hydrate")]
mod quick_log;

use leptos::prelude::*;

/// Keeps company, contact and deal of `#activity` in step.
pub fn form_choices() -> impl IntoView {
    view! { <ActivityChoices/> }
}

/// The island behind [`form_choices`].
#[island]
fn ActivityChoices() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    choices::attach();
}

/// Opens the quick log from the page's links with `data-log` and by the key L.
pub fn quick_log() -> impl IntoView {
    view! { <QuickLogDialog/> }
}

/// The island behind [`quick_log`].
#[island]
fn QuickLogDialog() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    quick_log::attach();
}

/// As [`form_choices`], for a form that came into the page later.
#[cfg(feature = "hydrate")]
pub(crate) fn attach_choices() {
    choices::attach();
}

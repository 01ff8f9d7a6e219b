//! What moves in the forms of activities. Each island wraps the server's HTML that it attaches itself to.

#[cfg(feature = "hydrate")]
mod choices;
#[cfg(feature = "hydrate")]
mod quick_log;

use leptos::prelude::*;

/// Wraps the fields of `#activity`: keeps company, contact and deal in step.
#[cfg(feature = "ssr")]
pub fn form_choices(content: impl IntoView + 'static) -> impl IntoView {
    crate::islands::wrap(move || view! { <ActivityChoices>{content}</ActivityChoices> })
}

/// The island behind [`form_choices`].
#[island]
fn ActivityChoices(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    choices::attach();
    children()
}

/// Wraps a page: its links with `data-log` and the key L open the quick log.
#[cfg(feature = "ssr")]
pub fn quick_log(content: impl IntoView + 'static) -> impl IntoView {
    crate::islands::wrap(move || view! { <QuickLogDialog>{content}</QuickLogDialog> })
}

/// The island behind [`quick_log`].
#[island]
fn QuickLogDialog(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    quick_log::attach();
    children()
}

/// As [`form_choices`], for a form that came into the page later.
#[cfg(feature = "hydrate")]
pub(crate) fn attach_choices() {
    choices::attach();
}

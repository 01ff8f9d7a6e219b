//! Islands of the activity pages: the form and the quick log.

#[cfg(feature = "hydrate")]
mod choices;
#[cfg(feature = "hydrate")]
mod quick_log;

#[cfg(feature = "ssr")]
use crate::ui::markup::Markup;
use leptos::prelude::*;

/// Wraps the fields of `#activity`: company, contact and deal depend on each other.
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

/// Wraps a page: links with `data-log` and the key L open the quick log.
#[cfg(feature = "ssr")]
pub fn quick_log(content: Markup) -> Markup {
    crate::islands::wrap(move || view! { <QuickLogDialog>{content}</QuickLogDialog> })
}

/// The island behind [`quick_log`].
#[island]
fn QuickLogDialog(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    quick_log::attach();
    children()
}

/// As [`form_choices`], for a form inserted into the page by a script.
#[cfg(feature = "hydrate")]
pub(crate) fn attach_choices() {
    choices::attach();
}

//! The island of the activity's form.

#[cfg(feature = "hydrate")]
mod choices;

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

/// As [`form_choices`], for a form inserted into the page by a script.
#[cfg(feature = "hydrate")]
pub(crate) fn attach_choices() {
    choices::attach();
}

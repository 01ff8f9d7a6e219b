//! The fields of a form by which its record is linked to a company, a contact and a deal. They depend on each other.

#[cfg(feature = "ssr")]
mod choices;
#[cfg(feature = "hydrate")]
mod island;

#[cfg(feature = "ssr")]
pub use choices::{Choices, LinkedForm, Links, UNKNOWN, record_chips};
use leptos::prelude::*;

/// Wraps the fields of the form, on whose page the browser asks for the fields of other values.
#[cfg(feature = "ssr")]
pub fn dependent_fields(content: impl IntoView + 'static) -> impl IntoView {
    crate::islands::wrap(move || view! { <LinkFields>{content}</LinkFields> })
}

/// The island behind [`dependent_fields`].
#[island]
fn LinkFields(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    attach();
    children()
}

/// As [`dependent_fields`], for a form inserted into the page by a script.
#[cfg(feature = "hydrate")]
pub(crate) fn attach() {
    island::attach();
}

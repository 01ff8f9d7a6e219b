//! What a page's forms do in the browser: each is checked as it is filled in, sent without leaving the page, kept as a draft, and
//! opened in a dialog from the links that lead to it; its pickers search as one types.

use leptos::prelude::*;

/// Wraps a page, whose forms are then helped along. Without a script, and before its code is loaded, the browser sends them itself.
#[cfg(feature = "ssr")]
pub fn page_forms(content: impl IntoView + 'static) -> impl IntoView {
    crate::islands::wrap(move || view! { <PageForms>{content}</PageForms> })
}

/// The island behind [`page_forms`].
#[island]
fn PageForms(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    {
        use super::{drafts, field_checks, form_dialog, form_sender, picker};
        // The checks hear of a form that is sent before the sender does.
        field_checks::browser::attach();
        picker::browser::attach();
        drafts::attach();
        form_dialog::attach();
        form_sender::attach();
        // Once every island of the page listens.
        set_timeout(form_sender::replay_keys, std::time::Duration::ZERO);
    }
    children()
}

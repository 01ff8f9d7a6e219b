//! The island of every page: forms with field checks, submission without leaving the page, drafts, dialogs, pickers, searches that answer
//! while the user types, and shortcuts.

use leptos::prelude::*;

/// Wraps a page with forms. Without a script, and before the script is loaded, the browser submits the forms itself.
#[cfg(feature = "ssr")]
pub fn page_forms(content: impl IntoView + 'static) -> impl IntoView {
    crate::islands::wrap(move || view! { <PageForms>{content}</PageForms> })
}

/// The island behind [`page_forms`].
#[island]
fn PageForms(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    {
        use super::{command_box, drafts, field_checks, form_dialog, form_sender, picker, recent, row_order, sidebar, typed_search};
        // The field checks must receive `submit` before the sender does.
        field_checks::attach();
        picker::browser::attach();
        drafts::attach();
        // Without storage nothing is remembered.
        let _ = recent::remember();
        typed_search::attach();
        command_box::attach();
        form_dialog::attach();
        sidebar::attach();
        row_order::attach();
        form_sender::attach();
        // After every island of the page has attached its listeners.
        set_timeout(form_sender::replay_keys, std::time::Duration::ZERO);
    }
    children()
}

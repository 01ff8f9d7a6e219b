//! The island of forms: field checks, submission without leaving the page, drafts, forms in dialogs, pickers, and the search of lists.

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
        use super::{drafts, field_checks, form_dialog, form_sender, list_search, picker, sidebar};
        // The field checks must receive `submit` before the sender does.
        field_checks::attach();
        picker::browser::attach();
        drafts::attach();
        list_search::attach();
        form_dialog::attach();
        sidebar::attach();
        form_sender::attach();
        // After every island of the page has attached its listeners.
        set_timeout(form_sender::replay_keys, std::time::Duration::ZERO);
    }
    children()
}

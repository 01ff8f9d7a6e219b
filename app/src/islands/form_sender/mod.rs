//! Sends forms without leaving the page. Without a script, and before its code is loaded, the browser sends them itself.

#[cfg(feature = "hydrate")]
pub(crate) mod browser;

use leptos::prelude::*;

/// Sends the page's forms that name their server function in `data-function`, those of dialogs too. The last island of a page:
/// it lets the others have the keys that were pressed before they listened.
pub fn form_sender() -> impl IntoView {
    view! { <FormSender/> }
}

/// The island behind [`form_sender`].
#[island]
fn FormSender() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    {
        browser::attach();
        browser::replay_keys();
    }
}

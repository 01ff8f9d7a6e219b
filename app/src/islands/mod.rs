//! Behaviours that several pages share. An island here draws nothing: it wraps the server's HTML and attaches itself to what it
//! finds there, so that the page is whole without it.

#[cfg(feature = "hydrate")]
pub(crate) mod dom;
#[cfg(feature = "hydrate")]
mod drafts;
pub(crate) mod field_checks;
#[cfg(feature = "hydrate")]
mod field_rows;
#[cfg(feature = "hydrate")]
mod form_dialog;
#[cfg(feature = "hydrate")]
mod form_sender;
mod page_forms;
pub(crate) mod picker;

pub use field_checks::FormRules;
#[cfg(feature = "hydrate")]
pub(crate) use form_dialog::show_form;
#[cfg(feature = "ssr")]
pub use page_forms::page_forms;
pub use picker::{SearchHit, SearchResults, Source};

/// Makes an island around content. An island with children is made under an owner that tells islands from other components. A page
/// makes its content before the document around it, and before the document's owner.
#[cfg(feature = "ssr")]
pub(crate) fn wrap<V>(island: impl FnOnce() -> V) -> V {
    use hydration_context::SsrSharedContext;
    leptos::prelude::Owner::new_root(Some(std::sync::Arc::new(SsrSharedContext::new_islands()))).with(island)
}

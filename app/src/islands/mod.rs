//! Behaviours that several pages share. An island renders no HTML: it wraps server-rendered HTML and attaches listeners to it, so
//! that pages work without a script.
//!
//! Each island has a wrapper function for pages, as [`page_forms`]. The wrapper is compiled for the server alone and calls [`wrap`]:
//! an island with children must be created under an owner with islands enabled, and a page creates its content before the document,
//! which has such an owner.

#[cfg(feature = "hydrate")]
mod command_box;
#[cfg(feature = "hydrate")]
mod dialog;
#[cfg(feature = "hydrate")]
pub(crate) mod dom;
#[cfg(feature = "hydrate")]
mod drafts;
#[cfg(feature = "hydrate")]
mod field_checks;
#[cfg(feature = "hydrate")]
mod field_rows;
#[cfg(feature = "hydrate")]
mod form_dialog;
#[cfg(feature = "hydrate")]
mod form_sender;
#[cfg(feature = "hydrate")]
pub mod forms;
#[cfg(feature = "hydrate")]
mod keys;
#[cfg(feature = "hydrate")]
mod list_search;
#[cfg(feature = "hydrate")]
mod listbox;
mod page_forms;
pub(crate) mod picker;
#[cfg(feature = "hydrate")]
mod recent;
#[cfg(feature = "hydrate")]
mod row_order;
#[cfg(feature = "hydrate")]
mod sidebar;
#[cfg(feature = "hydrate")]
mod typed_search;

#[cfg(feature = "ssr")]
pub use page_forms::page_forms;
pub use picker::{SearchHit, SearchResults, Source};

/// Renders an island around content, under an owner with islands enabled.
#[cfg(feature = "ssr")]
pub(crate) fn wrap<V: leptos::prelude::RenderHtml>(island: impl FnOnce() -> V) -> crate::ui::markup::Markup {
    use crate::ui::markup::IntoMarkup;
    use hydration_context::SsrSharedContext;
    leptos::prelude::Owner::new_root(Some(std::sync::Arc::new(SsrSharedContext::new_islands()))).with(|| island().into_markup())
}

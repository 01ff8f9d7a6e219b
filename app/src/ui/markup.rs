//! Parts of pages that are rendered already.

use leptos::{prelude::RenderHtml, tachys::html::InertElement};

/// A part of a page as its HTML: one type, whatever view it was rendered from.
///
/// Leptos has `AnyView` for that, which stays a view: for each of 284 types of views the binary then had code to resolve it
/// asynchronously, to stream it and to rebuild it in a browser, 3 MB that no page uses. Pages are rendered in one go and never hydrated.
pub type Markup = InertElement;

/// Rendering at once.
pub trait IntoMarkup: RenderHtml {
    /// The HTML of this view.
    fn into_markup(self) -> Markup
    where
        Self: Sized,
    {
        Markup::new(self.to_html())
    }
}

impl<V: RenderHtml> IntoMarkup for V {}

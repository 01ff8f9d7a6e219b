//! Parts of pages that are rendered already.

use leptos::{
    prelude::RenderHtml,
    tachys::{html::InertElement, view::Position},
};
use std::cell::RefCell;

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
        Markup::new(html_of(self))
    }
}

impl<V: RenderHtml> IntoMarkup for V {}

/// Largest buffer that a thread keeps, in bytes: that of a board.
const BUFFER_KEPT: usize = 512 * 1024;

/// The HTML of a view. It is written into a buffer that is there already and copied once: one of its own would be copied each time it grows.
pub fn html_of(view: impl RenderHtml) -> String {
    thread_local! {
        static BUFFER: RefCell<String> = const { RefCell::new(String::new()) };
    }
    BUFFER.with(|buffer| {
        // Taken while a view around this one is written.
        let Ok(mut html) = buffer.try_borrow_mut() else { return view.to_html() };
        // A view that panicked left its beginning.
        html.clear();
        view.to_html_with_buf(&mut html, &mut Position::FirstChild, true, false, vec![]);
        let copy = html.as_str().to_owned();
        html.clear();
        html.shrink_to(BUFFER_KEPT);
        copy
    })
}

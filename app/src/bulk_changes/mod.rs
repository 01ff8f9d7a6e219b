//! Bulk changes: the bar of every list, the question before, progress, result and undo.

pub mod actions;
#[cfg(feature = "ssr")]
mod bar;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod scope;
#[cfg(feature = "ssr")]
mod words;

#[cfg(feature = "ssr")]
pub use bar::{BulkChoices, ListSelection, with_bulk_form};

/// The path that the form of a bulk change is posted to. Below it are the pages of the changes that were begun.
#[cfg(feature = "ssr")]
const PATH: &str = "/bulk-changes";
/// The path of the question.
#[cfg(feature = "ssr")]
const QUESTION: &str = "/bulk-changes/new";

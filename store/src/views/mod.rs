//! Saved views of lists.
//!
//! Everybody has views of their own, which nobody else sees. A shared one is seen by the whole workspace, and changed by its author and by
//! admins; who may only read shares none.

mod edit;
mod list;

pub use list::{ListViews, SavedView};

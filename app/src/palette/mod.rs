//! The command palette and the list of shortcuts: everything that can be done from the keyboard, on pages that work without a script.

mod groups;
mod page;
pub mod record_actions;
mod shortcuts;

pub use page::page;
pub use shortcuts::page as shortcuts;

/// The path of the palette.
pub const PATH: &str = "/palette";
/// The path of the list of shortcuts.
pub const SHORTCUTS: &str = "/shortcuts";

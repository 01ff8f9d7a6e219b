//! The pages about the user's workspaces.

mod list;
mod new;

pub use list::page as list;
pub use new::page as new;

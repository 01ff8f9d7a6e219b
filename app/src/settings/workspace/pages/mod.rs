//! The pages of the workspace's settings.

mod edit;
mod overview;

pub use edit::page as edit;
pub use overview::page as overview;

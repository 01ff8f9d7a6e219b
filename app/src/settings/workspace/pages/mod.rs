//! The pages of the workspace's settings.

mod edit;
mod end;
mod leave;
mod overview;

pub use edit::page as edit;
pub use end::page as end;
pub use leave::page as leave;
pub use overview::page as overview;

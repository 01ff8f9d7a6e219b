//! The pages of bulk changes.

mod detail;
mod question;

pub use super::scope::of_form;
pub use detail::page as detail;
pub use question::page as question;

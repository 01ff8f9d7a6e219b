//! Behaviours that several pages share. An island here draws nothing: it finds the server's HTML by id and attaches itself,
//! so that the page is whole without it.

mod field_checks;

pub use field_checks::{FormRules, field_checks};

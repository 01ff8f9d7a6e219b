//! Behaviours that several pages share. An island here draws nothing: it finds the server's HTML by id and attaches itself,
//! so that the page is whole without it.

#[cfg(feature = "hydrate")]
pub(crate) mod dom;
pub(crate) mod field_checks;
#[cfg(feature = "hydrate")]
mod field_rows;
mod form_dialog;
pub(crate) mod form_sender;
pub(crate) mod picker;

pub use field_checks::{FormRules, field_checks};
#[cfg(feature = "hydrate")]
pub(crate) use form_dialog::browser::show_form;
pub use form_dialog::form_dialog;
pub use form_sender::form_sender;
pub use picker::{Answer, Found, Source, pickers};

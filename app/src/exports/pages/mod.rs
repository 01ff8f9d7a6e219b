//! Pages of exports.

mod download;
mod question;
mod status;

pub use download::download;
pub use question::{activities, companies, contacts, deals, of_form, tasks};
pub use status::page as status;

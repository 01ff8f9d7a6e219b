//! One request: who sent it, what it asks for, and what the session keeps between it and the next.

pub mod context;
pub mod flash;
mod nonce;
mod page_error;
mod path_id;
mod query;
pub mod refused_forms;
mod site_map;
mod state;
pub mod submitted_form;

pub use context::{FormResult, RequestContext, ShownForm};
pub use nonce::Nonce;
pub use page_error::PageError;
pub use path_id::Id;
pub use query::as_str_pairs;
pub use refused_forms::RefusedForm;
pub use site_map::{NavItem, NewItem, SiteMap};
pub use state::{AppState, Settings};

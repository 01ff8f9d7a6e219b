//! Requests: their context, parsing and errors, and the data that the session carries from one to the next.

mod account_context;
mod attachment;
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

pub use account_context::AccountContext;
pub use attachment::attachment;
pub use context::{FormResult, RequestContext, ShownForm};
pub use nonce::Nonce;
pub use page_error::{PageError, not_found_to_none};
pub use path_id::Id;
pub use query::{as_str_pairs, pairs_of};
pub use refused_forms::RefusedForm;
pub use site_map::{NavItem, NewItem, PageCommands, QuickAction, SettingsItem, SiteMap};
pub use state::{AppState, Settings};

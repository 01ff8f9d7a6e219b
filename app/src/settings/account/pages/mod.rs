//! The pages of the user's own account.

mod delete;
mod email;
mod password;
mod preferences;
mod profile;
mod sessions;

pub use delete::page as delete;
pub use email::{email_with_state, of_link_button, page as email};
pub use password::page as password;
pub use preferences::page as preferences;
pub use profile::page as profile;
pub use sessions::{end_others, page as sessions};

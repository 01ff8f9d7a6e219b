//! Contacts: reading one, a list of them, writing them, putting one in the bin and taking it out again.

mod bin;
mod detail;
mod edit;
mod keys;
mod list;
mod options;
mod page;

pub use bin::ContactDeletion;
pub(crate) use bin::{found_again, restore};
pub(crate) use detail::level_of;
pub use detail::{ContactDetail, Person};
pub(crate) use edit::{create, new_row};
pub(crate) use keys::renamed_company;
pub use list::{ContactFilters, ContactList, ContactRow};
pub use options::{ContactOption, FoundContact};

//! Contacts: one contact, list, writing, primary contacts, derived columns, bin, erasure.

mod bin;
mod derived_columns;
mod detail;
mod edit;
mod erasure;
mod export;
mod list;
mod options;
mod page;
mod primary;
mod rows;
mod sorting;
mod stored_keys;

pub use bin::ContactDeletion;
pub(crate) use bin::{binned_with_contact, delete, reindex, restore};
pub(crate) use derived_columns::propagate_company_name;
pub(crate) use detail::level_of;
pub use detail::{ContactDetail, Person};
pub(crate) use edit::{create, new_row};
pub use erasure::{ContactErasure, ErasedContact, LinkedRecords};
pub(crate) use export::{EXPORT_FIELDS, export_ids_sql, export_rows};
pub use list::{ContactFilters, ContactList, ContactRow};
pub use options::{ContactOption, FoundContact};
pub(crate) use page::{all_matching_sql, count_sql, first_ids_sql};
pub use primary::AskedPrimary;
pub(crate) use rows::name_order;
pub(crate) use sorting::{sorting, sorting_job};
pub(crate) use stored_keys::STORED_KEYS;

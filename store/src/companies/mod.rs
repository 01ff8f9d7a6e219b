//! Companies: one company, list, writing, search index, archive, bin.

mod archive;
mod bin;
mod detail;
mod edit;
mod export;
mod filters;
mod list;
mod options;
mod page;
mod search_index;
mod stored_keys;
mod tabs;

pub use crate::lists::page::{COUNT_CAP, Total};
pub use crate::tags::Tag as TagBadge;
pub use archive::Archival;
pub(crate) use archive::{ArchivedState, archive, clear_archived, set_archived};
pub use bin::CompanyDeletion;
pub(crate) use bin::{binned_dependents, delete, restore};
pub use detail::CompanyDetail;
pub(crate) use edit::{create, new_counters, new_row, set_status};
pub(crate) use export::{EXPORT_FIELDS, export_ids_sql, export_rows};
pub use filters::CompanyFilters;
pub use list::{CompanyList, CompanyRow};
pub use options::CompanyOption;
pub(crate) use page::{all_matching_sql, count_sql, gaps_sql};
pub(crate) use search_index::reindex;
pub(crate) use stored_keys::STORED_KEYS;
pub use tabs::{CompanyContact, CompanyDeal, Superior};

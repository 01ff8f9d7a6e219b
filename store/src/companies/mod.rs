//! Companies: reading one, a list of them, writing them, and putting one in the bin with what hangs on it.

mod bin;
mod detail;
mod edit;
mod filters;
mod found_by;
mod list;
mod options;
mod page;
mod tabs;

pub use crate::lists::page::{COUNT_CAP, Total};
pub use crate::tags::Tag as TagBadge;
pub use bin::CompanyDeletion;
pub(crate) use bin::restore;
pub use detail::CompanyDetail;
pub(crate) use edit::{create, new_counters, new_row};
pub use filters::CompanyFilters;
pub(crate) use found_by::search_again;
pub use list::{CompanyList, CompanyRow};
pub use options::CompanyOption;
pub use tabs::{CompanyContact, CompanyDeal, Superior};

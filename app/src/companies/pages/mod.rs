//! The pages of companies.

mod archive;
mod decision_map;
mod delete;
mod detail;
mod form;
mod list;

pub use archive::page as archive;
pub use delete::page as delete;
pub(crate) use detail::deal_list;
pub use detail::page as detail;
pub use form::{edit, new};
pub use list::page as list;

use domain::companies::CompanyStatus;

/// The colour class of a status.
fn status_dot_class(status: CompanyStatus) -> &'static str {
    match status {
        CompanyStatus::Active => "bg-stage-green",
        CompanyStatus::Lead => "bg-stage-blue",
        CompanyStatus::Inactive => "bg-stage-grey",
    }
}

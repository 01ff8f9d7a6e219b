//! The dashboard: its days, whose records it is about, and the list that each of its figures leads to.

mod days;
mod lists;
mod query;

pub use days::{CLOSING_DAYS, DashboardDays, GROWTH_DAYS};
pub use lists::DashboardLists;
pub use query::DashboardQuery;

//! Global search: the page of results, and the options that the search box in the top bar offers while the user types.

mod hit;
mod options;
mod page;

pub use hit::{detail_text, results_url, with_marks};
pub use options::options;
pub use page::page;

//! The pages of the tag settings.

mod form;
mod list;
mod questions;

pub use form::{edit, new};
pub use list::page as list;
pub use questions::{delete, merge};

use domain::numbers::group_thousands;
use store::tags::Carriers;

/// The path of the list.
pub(crate) const PATH: &str = "/settings/tags";

/// `2 companies, 1 contact and 3 deals`; `None` for an unused tag.
pub(super) fn carriers_in_words(carriers: &Carriers) -> Option<String> {
    let parts: Vec<String> =
        [(carriers.companies, "company", "companies"), (carriers.contacts, "contact", "contacts"), (carriers.deals, "deal", "deals")]
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| if count == 1 { format!("1 {one}") } else { format!("{} {many}", group_thousands(count)) })
            .collect();
    match parts.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        [first @ .., last] => Some(format!("{} and {last}", first.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_carries_a_tag_is_said_in_words() {
        let words = |companies, contacts, deals| carriers_in_words(&Carriers { companies, contacts, deals });
        assert_eq!(words(0, 0, 0), None);
        assert_eq!(words(1, 0, 0).as_deref(), Some("1 company"));
        assert_eq!(words(2, 0, 1).as_deref(), Some("2 companies and 1 deal"));
        assert_eq!(words(1_200, 1, 3).as_deref(), Some("1.200 companies, 1 contact and 3 deals"));
    }
}

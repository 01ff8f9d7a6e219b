//! The pages of the tag settings.

mod form;
mod list;
mod questions;

pub use form::{edit, new};
pub use list::page as list;
pub use questions::{delete, merge};

use crate::ui::{join_list, pluralize_all};
use store::tags::Carriers;

/// The path of the list.
pub(crate) const PATH: &str = "/settings/tags";

/// `2 companies, 1 contact and 3 deals`; `None` for an unused tag. `archived`: archived companies, to name as well.
pub(super) fn carriers_in_words(carriers: &Carriers, archived: u64) -> Option<String> {
    let numbers = [
        (carriers.companies, "company", "companies"),
        (archived, "archived company", "archived companies"),
        (carriers.contacts, "contact", "contacts"),
        (carriers.deals, "deal", "deals"),
    ];
    let parts = pluralize_all(numbers);
    (!parts.is_empty()).then(|| join_list(&parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_carries_a_tag_is_said_in_words() {
        let words = |companies, contacts, deals| carriers_in_words(&Carriers { companies, contacts, deals }, 0);
        assert_eq!(words(0, 0, 0), None);
        assert_eq!(words(1, 0, 0).as_deref(), Some("1 company"));
        assert_eq!(words(2, 0, 1).as_deref(), Some("2 companies and 1 deal"));
        assert_eq!(words(1_200, 1, 3).as_deref(), Some("1.200 companies, 1 contact and 3 deals"));
        assert_eq!(carriers_in_words(&Carriers { deals: 1, ..Carriers::default() }, 2).as_deref(), Some("2 archived companies and 1 deal"));
    }
}

//! The fields in the columns that a list shows.

use domain::exports::ListAddress;

/// The names of the fields that a list shows, in the order of its columns.
pub(super) fn shown_columns(address: &ListAddress) -> &'static [&'static str] {
    match address {
        ListAddress::Companies(_) => {
            &["name", "industry", "size", "status", "tags", "contacts", "open_deals_value", "last_contact_at", "updated_at"]
        }
        ListAddress::Contacts(_) => {
            &["name", "job_title", "company", "is_decision_maker", "authority_level", "phone", "email", "tags", "updated_at"]
        }
        ListAddress::Deals(_) => &[
            "name",
            "company",
            "contact",
            "stage",
            "value",
            "probability",
            "weighted",
            "expected_close_date",
            "owner",
            "tags",
            "updated_at",
        ],
        ListAddress::Activities(_) => &["date", "type", "subject", "company", "contact", "deal", "duration_minutes", "outcome", "owner"],
    }
}

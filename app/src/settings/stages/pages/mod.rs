//! The pages of the settings of stages.

mod form;
mod list;
mod remove;

pub use form::{edit, new};
pub use list::page as list;
pub use remove::page as remove;

use crate::ui::{join_list, pluralize_all};
use store::stages::StageInUse;

/// The path of the list.
pub(crate) const PATH: &str = "/settings/stages";

/// Why a stage can't be removed, and its kind can't change.
pub(super) const LAST_OF_KIND: &str = "A pipeline needs an open, a won and a lost stage, and this is the last one of its kind.";

/// `12 deals and 3 deals in the bin`; `None` for a stage without deals.
pub(super) fn deals_in_words(row: &StageInUse) -> Option<String> {
    let parts = pluralize_all([(row.deals, "deal", "deals"), (row.binned, "deal in the bin", "deals in the bin")]);
    (!parts.is_empty()).then(|| join_list(&parts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        ids::StageId,
        stages::{StageColor, StageKind},
    };
    use store::stages::Stage;

    #[test]
    fn a_stage_and_its_deals_are_said_in_words() {
        let row = |deals, binned| StageInUse {
            stage: Stage {
                id: StageId(uuid::Uuid::nil()),
                name: "A".into(),
                slug: "a".into(),
                kind: StageKind::Open,
                position: 1,
                probability: 10,
                idle_days: Some(1),
                color: StageColor::Grey,
            },
            version: 1,
            deals,
            binned,
            is_last_of_kind: false,
        };
        assert_eq!(deals_in_words(&row(0, 0)), None);
        assert_eq!(deals_in_words(&row(12, 1)).as_deref(), Some("12 deals and 1 deal in the bin"));
        assert_eq!(list::meaning(&row(0, 0)), "Open · 10 % · idle after 1 day");
    }
}

//! Bulk changes: one change to many deals.

use super::LOST_REASON_MAX;
use crate::{
    forms::FormErrors,
    ids::{DealId, TagId, UserId},
    stages::is_slug,
    text,
};
use serde::{Deserialize, Serialize};

/// Maximum number of deals per bulk change.
pub const BULK_MAX: usize = 200;

/// A deal selected in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectedDeal {
    /// Id of the deal.
    pub id: DealId,
    /// The version that was shown.
    pub version: i64,
}

/// A change to each deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkChange {
    /// Moves the deals to the top of a stage.
    Stage {
        /// The stage's slug.
        stage: String,
        /// The lost reason, for a lost stage.
        lost_reason: Option<String>,
    },
    /// Assigns an owner.
    Owner(UserId),
    /// Adds a tag.
    AddTag(TagId),
    /// Removes a tag.
    RemoveTag(TagId),
    /// Moves the deals to the bin.
    Delete,
}

/// The bulk form of the deal list, as submitted and as redisplayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BulkForm {
    /// The selected deals, each `ID.VERSION`.
    pub deal: Vec<String>,
    /// The pressed button: `stage:SLUG`, `owner:ID`, `add_tag:ID`, `remove_tag:ID` or `delete`.
    pub action: String,
    /// The lost reason.
    pub lost_reason: String,
    /// The query of the list.
    pub list: String,
}

impl BulkForm {
    /// Reads the selected deals. A deal that is named twice is returned once.
    ///
    /// # Errors
    /// At `deal`, if one can't be read, if there is none, or if there are more than [`BULK_MAX`].
    pub fn selected_deals(&self) -> Result<Vec<SelectedDeal>, FormErrors> {
        let read = |text: &String| {
            let (id, version) = text.split_once('.')?;
            Some(SelectedDeal { id: id.parse().ok()?, version: version.parse().ok()? })
        };
        let selected: Option<Vec<SelectedDeal>> = self.deal.iter().map(read).collect();
        match selected {
            None => Err(FormErrors::of("deal", "Reload the page and try again")),
            Some(selected) if selected.is_empty() => Err(FormErrors::of("deal", "Choose at least one deal")),
            Some(selected) if selected.len() > BULK_MAX => Err(FormErrors::of("deal", format!("Choose at most {BULK_MAX} deals"))),
            Some(mut selected) => {
                let mut seen = std::collections::BTreeSet::new();
                selected.retain(|deal| seen.insert(deal.id));
                Ok(selected)
            }
        }
    }

    /// Reads the form. The store checks whether stage, member and tag exist.
    pub fn parse(&self) -> Result<(Vec<SelectedDeal>, BulkChange), FormErrors> {
        let selected = self.selected_deals()?;
        let unknown = || FormErrors::of("action", "Choose what to do");
        let (what, with) = self.action.split_once(':').unwrap_or((&self.action, ""));
        let change = match what {
            "stage" if is_slug(with) => {
                let reason = text::line(&self.lost_reason, LOST_REASON_MAX);
                let lost_reason = reason.map_err(|error| FormErrors::of("lost_reason", error.to_string()))?;
                BulkChange::Stage { stage: with.to_owned(), lost_reason }
            }
            "owner" => BulkChange::Owner(with.parse().map_err(|_| unknown())?),
            "add_tag" => BulkChange::AddTag(with.parse().map_err(|_| unknown())?),
            "remove_tag" => BulkChange::RemoveTag(with.parse().map_err(|_| unknown())?),
            "delete" if with.is_empty() => BulkChange::Delete,
            _ => return Err(unknown()),
        };
        Ok((selected, change))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190c7a0-0000-7000-8000-000000000001";

    fn form(action: &str) -> BulkForm {
        BulkForm { deal: vec![format!("{ID}.3")], action: action.to_owned(), ..BulkForm::default() }
    }

    #[test]
    fn form_is_read_as_deals_and_change() {
        let stage = BulkForm { lost_reason: " Giá cao ".into(), ..form("stage:closed-lost") }.parse().expect("right");
        assert_eq!(stage.0, [SelectedDeal { id: ID.parse().expect("an id"), version: 3 }]);
        assert_eq!(stage.1, BulkChange::Stage { stage: "closed-lost".into(), lost_reason: Some("Giá cao".into()) });
        assert_eq!(form("delete").parse().expect("right").1, BulkChange::Delete);
        let twice = BulkForm { deal: vec![format!("{ID}.3"), format!("{ID}.4")], ..form("delete") };
        assert_eq!(twice.selected_deals().expect("right").len(), 1);
    }

    #[test]
    fn each_error_is_at_its_field() {
        for (form, field) in [
            (BulkForm { deal: vec![], ..form("delete") }, "deal"),
            (BulkForm { deal: vec![ID.into()], ..form("delete") }, "deal"),
            (BulkForm { deal: vec![format!("{ID}.x")], ..form("delete") }, "deal"),
            (BulkForm { deal: vec![format!("{ID}.1"); BULK_MAX + 1], ..form("delete") }, "deal"),
            (form("stage:Closed Lost"), "action"),
            (form("owner:me"), "action"),
            (form("add_tag"), "action"),
            (form("remove_tag:0"), "action"),
            (form("burn"), "action"),
            (form(""), "action"),
            (BulkForm { lost_reason: "x".repeat(501), ..form("stage:closed-lost") }, "lost_reason"),
        ] {
            let errors = form.parse().expect_err(field);
            assert!(errors.get(field).is_some(), "{field}: {errors:?}");
        }
    }
}

//! Where a card goes on the board, and what a move answers.

use super::LOST_REASON_MAX;
use crate::{forms::FormErrors, ids::DealId, money::Money, stages::is_slug, text};
use serde::{Deserialize, Serialize};

/// Where in a column a card is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// First.
    Top,
    /// Last.
    Bottom,
    /// Right after this card. If that one has left the column meanwhile: first.
    After(DealId),
}

/// A move of one card: one request, one row written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealMove {
    /// The card.
    pub deal_id: DealId,
    /// The version that was shown.
    pub version: i64,
    /// The slug of the stage it goes to; its own for a move within the column.
    pub stage: String,
    /// Where in that column.
    pub place: Placement,
    /// Why it was lost, up to [`LOST_REASON_MAX`] characters; a lost stage refuses the move without one.
    pub lost_reason: Option<String>,
}

/// The fields of a card's "Move" form as they arrive.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MoveForm {
    /// The slug of the stage it goes to.
    pub stage: String,
    /// `top`, `bottom`, or `after:ID` for right after that deal's card.
    pub place: String,
    /// Why it was lost.
    pub lost_reason: String,
    /// The version that was shown.
    pub version: String,
    /// `deal` to come back to the deal's page; nothing for the board.
    pub back: String,
    /// The query of the board that the card is moved on: the totals that come back are over what matches it.
    pub filter: String,
}

impl From<Placement> for String {
    fn from(place: Placement) -> Self {
        match place {
            Placement::Top => "top".to_owned(),
            Placement::Bottom => "bottom".to_owned(),
            Placement::After(deal) => format!("after:{deal}"),
        }
    }
}

impl MoveForm {
    /// Reads the form for this card.
    pub fn parse(&self, deal_id: DealId) -> Result<DealMove, FormErrors> {
        let mut errors = FormErrors::default();
        let stage = errors.collect("stage", Some(self.stage.clone()).filter(|slug| is_slug(slug)).ok_or("Choose a stage"));
        let place = match self.place.as_str() {
            "" | "top" => Some(Placement::Top),
            "bottom" => Some(Placement::Bottom),
            other => {
                let after = other.strip_prefix("after:").and_then(|id| id.parse().ok()).map(Placement::After);
                errors.collect("place", after.ok_or("Choose top or bottom"))
            }
        };
        let lost_reason = errors.collect("lost_reason", text::line(&self.lost_reason, LOST_REASON_MAX));
        let version = errors.collect("version", self.version.parse().map_err(|_| "Reload the page and try again"));
        match (stage, place, lost_reason, version) {
            (Some(stage), Some(place), Some(lost_reason), Some(version)) => Ok(DealMove { deal_id, version, stage, place, lost_reason }),
            _ => Err(errors),
        }
    }
}

/// A column's figures over all its deals, shown or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnTotals {
    /// The stage's slug.
    pub stage: String,
    /// How many deals it holds.
    pub count: u64,
    /// What they are worth together.
    pub value: Money,
    /// What they are worth, each times its probability.
    pub weighted: Money,
}

/// What a move answers: the card's new version and the figures of the columns it touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveOutcome {
    /// The deal's name.
    pub deal: String,
    /// The name of the stage it is in now.
    pub stage: String,
    /// The card's new version.
    pub version: i64,
    /// One column, or the one it left and the one it reached, over the filter the board was shown under.
    pub columns: Vec<ColumnTotals>,
    /// Why it was lost until this move took it out of a lost stage: moving it back says so again.
    pub lost_reason: Option<String>,
    /// Where the workspace's audit log ends with this move.
    pub seq: i64,
}

/// The distance a card is put from its only neighbour: room for twenty halvings before a column is renumbered.
pub const POSITION_GAP: i64 = 1 << 20;

/// A position between two neighbours (smaller is higher). `None` when they leave no room: renumber the column first.
pub fn position_between(above: Option<i64>, below: Option<i64>) -> Option<i64> {
    match (above, below) {
        (None, None) => Some(0),
        (Some(above), None) => above.checked_add(POSITION_GAP),
        (None, Some(below)) => below.checked_sub(POSITION_GAP),
        (Some(above), Some(below)) => {
            let middle = above + below.checked_sub(above)? / 2;
            (above < middle && middle < below).then_some(middle)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "0190c7a0-0000-7000-8000-000000000001";

    #[test]
    fn a_move_form_says_where_to() {
        let id: DealId = ID.parse().expect("an id");
        let moved = MoveForm { stage: "proposal".into(), place: "bottom".into(), version: "3".into(), ..MoveForm::default() }.parse(id);
        assert_eq!(moved.map(|m| (m.place, m.version)), Ok((Placement::Bottom, 3)));
        let after = MoveForm { stage: "proposal".into(), place: Placement::After(id).into(), version: "3".into(), ..MoveForm::default() };
        assert_eq!(after.parse(id).map(|m| m.place), Ok(Placement::After(id)));
        assert!(MoveForm { stage: "proposal".into(), place: "left".into(), version: "3".into(), ..MoveForm::default() }.parse(id).is_err());
        assert!(MoveForm { stage: "proposal".into(), version: "x".into(), ..MoveForm::default() }.parse(id).is_err());
    }

    #[test]
    fn there_is_room_until_there_is_none() {
        let (mut above, below) = (0, POSITION_GAP);
        let mut moves = 0;
        while let Some(middle) = position_between(Some(above), Some(below)) {
            above = middle;
            moves += 1;
        }
        assert_eq!(moves, 20);
        assert_eq!(position_between(Some(i64::MAX), None), None);
        assert_eq!(position_between(None, Some(i64::MIN)), None);
        assert_eq!(position_between(Some(i64::MIN), Some(i64::MAX)), None);
    }

    proptest! {
        #[test]
        fn a_position_lies_between_its_neighbours(above in any::<i64>(), below in any::<i64>()) {
            if let Some(middle) = position_between(Some(above), Some(below)) {
                prop_assert!(above < middle && middle < below);
            }
        }
    }
}

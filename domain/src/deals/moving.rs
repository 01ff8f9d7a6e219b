//! Moves of a deal on the board.

use super::LOST_REASON_MAX;
use crate::{forms::FormErrors, ids::DealId, money::Money, stages::is_slug, text};
use serde::{Deserialize, Serialize};

/// The placement of a card in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// At the top.
    Top,
    /// At the bottom.
    Bottom,
    /// Directly below this card. Falls back to `Top` if the card has left the column.
    After(DealId),
}

/// A move of one deal: one request, one updated row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealMove {
    /// The deal.
    pub deal_id: DealId,
    /// The version shown to the user.
    pub version: i64,
    /// The slug of the target stage; the current stage for a move within the column.
    pub stage: String,
    /// The placement in the column.
    pub place: Placement,
    /// The lost reason, up to [`LOST_REASON_MAX`] characters. Required for a lost stage.
    pub lost_reason: Option<String>,
}

/// The submitted move form of a deal.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MoveForm {
    /// The slug of the target stage.
    pub stage: String,
    /// `top`, `bottom`, or `after:ID` for directly below that deal's card.
    pub place: String,
    /// The lost reason.
    pub lost_reason: String,
    /// The version shown to the user.
    pub version: String,
    /// `deal` to return to the deal's page; empty for the board.
    pub back: String,
    /// The query of the board, whose filter the returned totals use.
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
    /// Parses the form.
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

/// The totals of a column over all deals, loaded or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnTotals {
    /// The stage's slug.
    pub stage: String,
    /// The number of deals.
    pub count: u64,
    /// The sum of values.
    pub value: Money,
    /// The sum of values times probability.
    pub weighted: Money,
}

/// The outcome of a move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveOutcome {
    /// The deal's name.
    pub deal: String,
    /// The name of the deal's stage after the move.
    pub stage: String,
    /// The deal's new version.
    pub version: i64,
    /// The totals of the changed columns, one or two, under the board's filter.
    pub columns: Vec<ColumnTotals>,
    /// The lost reason before the move, for undo; `None` unless the move left a lost stage.
    pub lost_reason: Option<String>,
    /// The sequence number of the move in the workspace's audit log.
    pub seq: i64,
}

/// The distance of a card's position from its only neighbour. Allows twenty moves between two cards before the column is
/// renumbered.
pub const POSITION_GAP: i64 = 1 << 20;

/// A position between two neighbours; smaller is higher. `None` if there is no gap: the column must be renumbered.
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

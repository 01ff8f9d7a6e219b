//! Geometry of drag and drop and of arrow keys, without browser calls. Lengths are CSS pixels of the viewport.

use domain::{deals::Placement, ids::DealId};

/// The distance that a pressed mouse or pen may move in a click.
pub const CLICK_TOLERANCE: f64 = 4.0;
/// The distance that a finger may move during a long press; a finger that moves farther scrolls.
pub const LONG_PRESS_TOLERANCE: f64 = 8.0;
/// The width of the zone at an edge in which a drag scrolls.
const EDGE: f64 = 56.0;
/// The greatest scroll distance per frame.
const FASTEST: f64 = 14.0;

/// Whether the distance of two points exceeds `tolerance`.
pub fn exceeds((x0, y0): (f64, f64), (x1, y1): (f64, f64), tolerance: f64) -> bool {
    (x1 - x0).hypot(y1 - y0) > tolerance
}

/// The index of the column at `x`; `spans` are the columns' left and right sides. A gap belongs to the nearer column; farther than
/// a gap from every column the index is `None`.
pub fn column_at(x: f64, spans: &[(f64, f64)]) -> Option<usize> {
    const GAP: f64 = 12.0;
    let distance = |(left, right): (f64, f64)| (left - x).max(x - right).max(0.0);
    let nearest = spans.iter().enumerate().min_by(|(_, a), (_, b)| distance(**a).total_cmp(&distance(**b)))?;
    (distance(*nearest.1) <= GAP).then_some(nearest.0)
}

/// The index of a card dropped at `y` among the column's other cards; `middles` are the other cards' vertical centres, from the top.
pub fn index_at(y: f64, middles: &[f64]) -> usize {
    middles.iter().take_while(|middle| **middle < y).count()
}

/// The scroll distance of one frame for a pointer at `at`: 0 away from the edges, growing towards an edge, at most `FASTEST`.
/// Negative scrolls towards `start`.
pub fn edge_scroll(at: f64, start: f64, end: f64) -> f64 {
    let edge = EDGE.min((end - start) / 4.0);
    let speed = |depth: f64| (depth / edge).clamp(0.0, 1.0) * FASTEST;
    speed(at - (end - edge)) - speed(start + edge - at)
}

/// The place below the first `index` of the column's other cards.
pub fn place_at(index: usize, others: &[DealId]) -> Placement {
    match index.min(others.len()).checked_sub(1) {
        None => Placement::Top,
        Some(above) => Placement::After(others[above]),
    }
}

/// An arrow key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrow {
    /// Focuses the card above.
    Up,
    /// Focuses the card below.
    Down,
    /// Focuses the previous column.
    Left,
    /// Focuses the next column.
    Right,
}

impl Arrow {
    /// Parses `KeyboardEvent.key`.
    pub fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowUp" => Self::Up,
            "ArrowDown" => Self::Down,
            "ArrowLeft" => Self::Left,
            "ArrowRight" => Self::Right,
            _ => return None,
        })
    }
}

/// The column and row of the card that an arrow key focuses from the card at `column` and `row`; `cards` are the numbers of cards
/// that the columns show. Columns without cards are skipped; in a column with fewer rows, the last card is focused.
pub fn card_towards(arrow: Arrow, column: usize, row: usize, cards: &[usize]) -> Option<(usize, usize)> {
    let enter = |column: usize| (column, row.min(cards[column] - 1));
    match arrow {
        Arrow::Up => row.checked_sub(1).map(|row| (column, row)),
        Arrow::Down => (row + 1 < *cards.get(column)?).then_some((column, row + 1)),
        Arrow::Left => (0..column).rev().find(|column| cards[*column] > 0).map(enter),
        Arrow::Right => (column + 1..cards.len()).find(|column| cards[*column] > 0).map(enter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_small_slip_is_not_a_drag() {
        assert!(!exceeds((10.0, 10.0), (13.0, 12.0), CLICK_TOLERANCE));
        assert!(exceeds((10.0, 10.0), (10.0, 14.5), CLICK_TOLERANCE));
    }

    #[test]
    fn a_gap_belongs_to_the_nearer_column() {
        let spans = [(0.0, 100.0), (112.0, 212.0)];
        assert_eq!(column_at(50.0, &spans), Some(0));
        assert_eq!(column_at(105.0, &spans), Some(0));
        assert_eq!(column_at(108.0, &spans), Some(1));
        assert_eq!(column_at(224.0, &spans), Some(1));
        assert_eq!(column_at(225.0, &spans), None);
        assert_eq!(column_at(5.0, &[]), None);
    }

    #[test]
    fn a_card_goes_below_those_whose_middle_is_above() {
        let middles = [100.0, 200.0, 300.0];
        assert_eq!([99.0, 101.0, 250.0, 900.0].map(|y| index_at(y, &middles)), [0, 1, 2, 3]);
        assert_eq!(index_at(5.0, &[]), 0);
    }

    #[test]
    fn only_near_an_edge_it_scrolls() {
        assert_eq!(edge_scroll(500.0, 0.0, 1000.0), 0.0);
        assert!(edge_scroll(970.0, 0.0, 1000.0) > 0.0);
        assert!(edge_scroll(20.0, 0.0, 1000.0) < 0.0);
        assert_eq!(edge_scroll(2000.0, 0.0, 1000.0), FASTEST);
        assert_eq!(edge_scroll(-50.0, 0.0, 1000.0), -FASTEST);
    }

    #[test]
    fn a_place_is_named_by_the_card_above() {
        let ids: Vec<DealId> = (1..=3).map(|n| DealId(Uuid::from_u128(n))).collect();
        assert_eq!(place_at(0, &ids), Placement::Top);
        assert_eq!(place_at(2, &ids), Placement::After(ids[1]));
        assert_eq!(place_at(9, &ids), Placement::After(ids[2]));
        assert_eq!(place_at(0, &[]), Placement::Top);
    }

    #[test]
    fn arrows_pass_over_empty_columns() {
        let cards = [3, 0, 1];
        assert_eq!(card_towards(Arrow::Down, 0, 1, &cards), Some((0, 2)));
        assert_eq!(card_towards(Arrow::Down, 0, 2, &cards), None);
        assert_eq!(card_towards(Arrow::Up, 0, 0, &cards), None);
        assert_eq!(card_towards(Arrow::Right, 0, 2, &cards), Some((2, 0)));
        assert_eq!(card_towards(Arrow::Left, 2, 0, &cards), Some((0, 0)));
        assert_eq!(card_towards(Arrow::Right, 2, 0, &cards), None);
    }
}

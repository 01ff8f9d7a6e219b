//! What the lists have in common: which rows a page is, how many rows there are, what SQLite's search index knows.

use crate::{
    StoreError,
    rows::uint,
    search::{Needle, count_hits},
};
use domain::page::{PAGE_SIZE, PageNumber};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

/// A filtered list's total is counted no further than this: past it nobody reads the exact figure, and counting on
/// would cost the whole table.
pub const COUNT_CAP: u64 = 10_000;

/// Past this offset a page is reached from the list's nearer end, at the price of one more round trip.
const FAR: u64 = 2_000;

/// How many rows a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// The figure.
    pub count: u64,
    /// There are more than `count`, which is [`COUNT_CAP`].
    pub capped: bool,
}

impl Total {
    /// From what a statement counted: all there are, or of a filtered list to just past the cap.
    pub(crate) fn of(counted: i64, filtered: bool) -> Self {
        let total = uint(counted);
        let capped = filtered && total > COUNT_CAP;
        Self { count: if capped { COUNT_CAP } else { total }, capped }
    }
}

/// Which rows of the ordered list a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub limit: u64,
    pub offset: u64,
    /// Counted from the last row, in the opposite order.
    pub from_end: bool,
}

impl Window {
    /// The rows of a page, counted from the list's start.
    pub fn of(page: PageNumber) -> Self {
        Self { limit: PAGE_SIZE, offset: page.offset(), from_end: false }
    }

    /// Whether walking there from the list's start costs more than asking how long the list is.
    pub fn is_far(self) -> bool {
        self.offset > FAR
    }

    /// The same rows of a list of `total`, counted from whichever end is nearer.
    pub fn turned_to_nearer_end(self, total: u64) -> Self {
        let end = total.min(self.offset + self.limit);
        if self.offset >= total || self.offset <= total / 2 {
            return self;
        }
        Self { limit: end - self.offset, offset: total - end, from_end: true }
    }
}

/// What SQLite's search index finds: the phrases, and how many rows, counted to just past [`COUNT_CAP`].
pub(crate) struct Hits {
    pub phrases: String,
    pub number: u64,
}

impl Hits {
    /// What the index finds of these words in `table`; `None` where there is no index to ask, or no word it knows.
    pub(crate) async fn count(
        db: &impl ConnectionTrait,
        workspace_id: Uuid,
        table: &str,
        needle: &Needle,
    ) -> Result<Option<Self>, StoreError> {
        let Some(phrases) = needle.phrases(db.get_database_backend()) else { return Ok(None) };
        let number = count_hits(db, workspace_id, table, &phrases, COUNT_CAP + 1).await?;
        Ok(Some(Self { phrases, number }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_far_page_is_the_same_rows_from_the_other_end() {
        let window = |offset| Window { limit: 20, offset, from_end: false };
        assert_eq!(window(40).turned_to_nearer_end(100), window(40));
        assert_eq!(window(80).turned_to_nearer_end(95), Window { limit: 15, offset: 0, from_end: true });
        assert_eq!(window(60).turned_to_nearer_end(100), Window { limit: 20, offset: 20, from_end: true });
        assert_eq!(window(200).turned_to_nearer_end(95), window(200));
    }
}

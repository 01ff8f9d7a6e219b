//! Numbers of matching rows, cached by the query that counted them.

use crate::database::cache::Cached;
use chrono::{DateTime, Utc};
use domain::{fold::fold, page::ListQuery, search::RecentRecord};
use sha2::{Digest, Sha256};

/// A number of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CachedCount {
    pub rows: u64,
    /// The time from which on it may be another number, without a write; `None` for filters that don't depend on the time.
    pub until: Option<DateTime<Utc>>,
}

impl CachedCount {
    /// A number that only a write changes.
    pub fn of(rows: u64) -> Self {
        Self { rows, until: None }
    }
}

impl Cached for CachedCount {
    type Key = CountKey;
    /// Some 100 bytes each.
    const CAPACITY: usize = 4_096;

    fn holds_at(&self, now: DateTime<Utc>) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// Cache key of what a query found: its SHA-256, as a URL may be long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CountKey([u8; 32]);

impl CountKey {
    /// Key of the number of rows that a list's filters match, in any order and on any page.
    pub fn rows_of<Q: ListQuery>(query: &Q) -> Self {
        Self::without(query, &["sort", "column", "per_page", "view_id", "page"])
    }

    /// Key of the ids of the rows that a list's filters match, in its order.
    pub fn order_of<Q: ListQuery>(query: &Q) -> Self {
        Self::without(query, &["column", "per_page", "view_id", "page"])
    }

    /// Key of the ids of the first cards in each column of the board, under a list's filters.
    pub fn cards_of<Q: ListQuery>(query: &Q) -> Self {
        Self::of(&format!("cards {:?}{:?}", query.query_pairs(), query.relative_times()))
    }

    fn without<Q: ListQuery>(query: &Q, names: &[&str]) -> Self {
        let pairs: Vec<_> = query.query_pairs().into_iter().filter(|(name, _)| !names.contains(name)).collect();
        Self::of(&format!("{}{pairs:?}{:?}", Q::PATH, query.relative_times()))
    }

    /// Key of the first ids of those that this is the key of.
    pub fn first(self, rows: u64) -> Self {
        Self::of(&format!("first {rows} {:?}", self.0))
    }

    /// Key of a page of a list.
    pub fn page_of<Q: ListQuery>(query: &Q) -> Self {
        Self::without(query, &[])
    }

    /// Key of the best matches of a search of every kind of record, among which those that were opened recently come first.
    pub fn best_of(q: &str, recent: &[RecentRecord]) -> Self {
        Self::of(&format!("best {q} {recent:?}"))
    }

    /// Key of what matches in a search of every kind of record.
    pub fn matches_of(q: &str) -> Self {
        Self::of(&format!("matches {}", fold(q)))
    }

    /// Key of the number of hits that SQLite's search index has for this query of a table.
    pub fn hits_of(table: &str, fts_query: &str) -> Self {
        Self::of(&format!("{table} {fts_query}"))
    }

    fn of(query: &str) -> Self {
        Self(Sha256::digest(query).into())
    }
}

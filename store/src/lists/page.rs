//! Pages of lists: which rows a page shows, how many rows match, and by which plan they are read.

use crate::{
    Store, StoreError,
    database::{rows::to_u64, sql::Sql},
    lists::{
        cached_counts::{CachedCount, CountKey},
        search::{self, SearchTerms, count_hits},
    },
};
use chrono::{DateTime, Utc};
use domain::{
    access::Actor,
    page::{PAGE_SIZE, PageNumber},
};
use sea_orm::DbBackend;

/// Rows up to which the total of a filtered list is exact. Counting on would read the whole table.
pub const COUNT_CAP: u64 = 10_000;

/// Rows. A page past this offset is read from the list's nearer end, which costs one more round trip.
const DEEP_OFFSET: u64 = 2_000;

/// How many rows a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// Number of rows, at most [`COUNT_CAP`] if `capped`.
    pub count: u64,
    /// Whether there are more rows than `count`.
    pub capped: bool,
}

impl Total {
    /// From the number that a statement counted: of all rows, or for a filtered list up to [`COUNT_CAP`] + 1.
    pub(crate) fn of(counted: i64, filtered: bool) -> Self {
        let total = to_u64(counted);
        let capped = filtered && total > COUNT_CAP;
        Self { count: if capped { COUNT_CAP } else { total }, capped }
    }
}

/// Rows of an ordered list, as LIMIT and OFFSET.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowRange {
    pub limit: u64,
    pub offset: u64,
    /// Counted from the last row, in the opposite order.
    pub from_end: bool,
}

impl RowRange {
    /// The rows of a page, counted from the list's start.
    pub fn of(page: PageNumber) -> Self {
        Self { limit: PAGE_SIZE, offset: page.offset(), from_end: false }
    }

    /// Whether scanning from the list's start to this offset costs more than reading the list's length.
    pub fn is_deep(self) -> bool {
        self.offset > DEEP_OFFSET
    }

    /// The same rows of a list of `total`, counted from whichever end is nearer.
    pub fn counted_from_nearer_end(self, total: u64) -> Self {
        let end = total.min(self.offset + self.limit);
        if self.offset >= total || self.offset <= total / 2 {
            return self;
        }
        Self { limit: end - self.offset, offset: total - end, from_end: true }
    }

    /// SQL of LIMIT and OFFSET. Offset 0 is left out: PostgreSQL takes a bound offset for a tenth of the table, and plans the statement
    /// again at every run, which took longer than reading the first page.
    pub fn limit_clause(self, sql: &mut Sql) -> String {
        let limit = self.limit;
        if self.offset == 0 { format!("LIMIT {limit}") } else { format!("LIMIT {limit} OFFSET {}", sql.bind(self.offset as i64)) }
    }
}

/// What a list is sorted by, apart from the id that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SortKey {
    /// SQL of the key, which has an index of the table's live rows.
    pub sql: &'static str,
    /// Whether it may be NULL. Such rows come last in either direction.
    pub nullable: bool,
}

impl SortKey {
    /// A key that every row has.
    pub const fn of(sql: &'static str) -> Self {
        Self { sql, nullable: false }
    }

    /// A key that may be missing.
    pub const fn nullable(sql: &'static str) -> Self {
        Self { sql, nullable: true }
    }

    /// What follows the key in an ORDER BY. `from_end`: the opposite order of the whole list.
    pub fn direction(self, descending: bool, from_end: bool) -> &'static str {
        match (self.nullable, descending != from_end, from_end) {
            (false, false, _) => "ASC",
            (false, true, _) => "DESC",
            (true, false, false) => "ASC NULLS LAST",
            (true, false, true) => "ASC NULLS FIRST",
            (true, true, false) => "DESC NULLS LAST",
            (true, true, true) => "DESC NULLS FIRST",
        }
    }
}

/// Direction of the ids that break ties.
pub(crate) fn id_direction(descending: bool, from_end: bool) -> &'static str {
    if descending == from_end { "ASC" } else { "DESC" }
}

/// Returns the FROM item of one page, with the rows of `table` as `alias`, and the alias that holds `sort_key` and `id`.
///
/// - `whole`: read whole rows at once, as for the first page. Else read ids alone, so that no skipped row is read, and join the rows.
/// - `ordered`: SQL of the columns `id` and `sort_key`.
/// - `columns`: SQL of the other columns.
/// - `found`: SQL from FROM to LIMIT.
pub(crate) fn page_source_sql<'a>(
    whole: bool,
    table: &str,
    alias: &'a str,
    ordered: &str,
    columns: &str,
    found: &str,
) -> (String, &'a str) {
    if whole {
        return (format!("(SELECT {ordered}, {columns} {found}) AS {alias} ON 1 = 1"), alias);
    }
    let ids = format!("(SELECT {ordered} {found}) AS page ON 1 = 1");
    (format!("{ids} LEFT JOIN {table} {alias} ON {alias}.workspace_id = $1 AND {alias}.id = page.id"), "page")
}

/// How a list's page is read: the search terms, and what is already counted.
pub(crate) struct ListPlan {
    /// Terms that every row must match.
    pub terms: SearchTerms,
    /// Hits of SQLite's search index; `None` on PostgreSQL and where no term is indexed.
    pub hits: Option<Hits>,
    /// Number of matching rows, if it is cached.
    pub total: Option<u64>,
    /// Scan the list in its order. So many rows match that this reaches the page soonest, which a statement that PostgreSQL has
    /// planned once for all terms and filters doesn't know. If the matches are spread evenly, at most a tenth of the list is read.
    pub ordered_scan: bool,
    /// The database that reads it.
    pub backend: DbBackend,
    count: Option<CountKey>,
}

/// Hits of SQLite's search index: the FTS query, and the number of rows, counted up to [`COUNT_CAP`] + 1.
pub(crate) struct Hits {
    pub fts_query: String,
    pub number: u64,
}

impl ListPlan {
    /// Plans reading `range` of the rows of `table` that match the search text `q`. `count` is the cache key of their number;
    /// `None` if it is never cached.
    pub(crate) async fn build(
        store: &Store,
        actor: &Actor,
        table: &str,
        q: &str,
        range: RowRange,
        count: Option<CountKey>,
    ) -> Result<Self, StoreError> {
        let terms = SearchTerms::parse(q);
        let total = count
            .and_then(|key| store.cached::<CachedCount>(actor, key))
            .filter(|cached| cached.holds_at(store.now()))
            .map(|cached| cached.rows);
        let hits = match terms.fts_query(store.backend()) {
            Some(fts_query) => {
                let counting =
                    async { count_hits(store.read(), actor.workspace_id.0, table, &fts_query, COUNT_CAP + 1).await.map(CachedCount::of) };
                let counted = store.get_or_load(actor, CountKey::hits_of(table, &fts_query), counting).await?;
                Some(Hits { fts_query, number: counted.rows })
            }
            None => None,
        };
        let ordered_scan = store.backend() == DbBackend::Postgres && total.is_some_and(|total| range.offset + range.limit <= total / 10);
        Ok(Self {
            terms: if ordered_scan { terms.for_ordered_scan() } else { terms },
            hits,
            total,
            ordered_scan,
            backend: store.backend(),
            count,
        })
    }

    /// Whether each row of the list is compared by itself with what other tables hold, in place of reading all ids that match once. So
    /// many match that the page is soon full.
    pub fn compares_each_row(&self) -> bool {
        match self.backend {
            DbBackend::Sqlite => self.total.is_some_and(|total| total > search::FEW_HITS_MAX),
            _ => self.ordered_scan,
        }
    }

    /// Whether SQLite finds all rows that match and then sorts them. So few match that along the order of the list it would read most of it.
    pub fn sorts_afterwards(&self) -> bool {
        self.backend == DbBackend::Sqlite && self.total.is_some_and(|total| total <= search::FEW_HITS_MAX)
    }

    /// The index hits, if they are few enough to fetch and sort them all.
    pub fn few_hits(&self) -> Option<&Hits> {
        self.hits.as_ref().filter(|hits| hits.number <= search::FEW_HITS_MAX)
    }

    /// Number of matching rows without another query: the cached one, or the index's own if every term is indexed and no filter
    /// narrows the list.
    pub fn known_total(&self, narrowed: bool) -> Option<u64> {
        let by_index = self.hits.as_ref().filter(|_| self.terms.is_all_indexed() && !narrowed);
        self.total.or_else(|| by_index.map(|hits| hits.number))
    }

    /// Caches the number of matching rows, if it was not cached. `until`: the time from which on it may be another without a write.
    pub fn cache_total(&self, store: &Store, actor: &Actor, matching: i64, until: Option<DateTime<Utc>>) {
        if let (None, Some(count)) = (self.total, self.count) {
            store.cache(actor, count, CachedCount { rows: to_u64(matching), until });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_page_has_the_same_rows_from_the_nearer_end() {
        let range = |offset| RowRange { limit: 20, offset, from_end: false };
        assert_eq!(range(40).counted_from_nearer_end(100), range(40));
        assert_eq!(range(80).counted_from_nearer_end(95), RowRange { limit: 15, offset: 0, from_end: true });
        assert_eq!(range(60).counted_from_nearer_end(100), RowRange { limit: 20, offset: 20, from_end: true });
        assert_eq!(range(200).counted_from_nearer_end(95), range(200));
    }
}

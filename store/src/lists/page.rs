//! Pages of lists: which rows a page shows, how many rows match, and by which plan they are read.

use crate::{
    Store, StoreError,
    database::{rows::to_u64, sql::Sql},
    lists::{
        cached_counts::{CachedCount, CountKey},
        counters::WorkspaceCounts,
        ids_statement::IdsStatement,
        search::{SearchTerms, count_hits},
    },
};
use chrono::{DateTime, Utc};
use domain::{
    access::Actor,
    page::{ListQuery, ROWS_MAX},
};
use sea_orm::DbBackend;
use std::ops::Range;
use uuid::Uuid;

/// Rows up to which the total of a filtered list is exact. Counting on would read the whole table.
pub const COUNT_CAP: u64 = 10_000;

/// More rows than a list has, for a statement that reads all of them.
pub(crate) const ALL_ROWS: u64 = i64::MAX as u64;

/// Rows. A page past this offset is read from the list's nearer end, which costs one more round trip.
const DEEP_OFFSET: u64 = 2_000;

/// Longest list whose ids are all cached: what its pages reach.
const ALL_IDS_MAX: u64 = ROWS_MAX;

/// Numbers of first rows whose ids are cached of a long list. Ten pages are most that are ever asked for.
const PREFIXES: [u64; 3] = [200, 2_000, COUNT_CAP];

/// How many rows a list has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// Number of rows, at most [`COUNT_CAP`] if `capped`.
    pub count: u64,
    /// Whether there are more rows than `count`.
    pub capped: bool,
}

impl Total {
    /// From the number that a statement counted: of all rows, or for a filtered list up to [`COUNT_CAP`] + 1.
    pub(crate) fn of(total: u64, filtered: bool) -> Self {
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
    /// The rows of the query's page, counted from the list's start.
    pub fn of<Q: ListQuery>(query: &Q) -> Self {
        let size = query.page_size();
        Self { limit: size.rows(), offset: query.page().offset(size), from_end: false }
    }

    /// The rows, counted from the list's start.
    pub fn rows(self) -> Range<u64> {
        self.offset..self.offset + self.limit
    }

    /// Number of the first ids to read of a filtered list of `total` rows, by which these are found: all of few, of many as many as
    /// neighbouring pages need, too. `None` past those.
    pub fn ids_to_read(self, total: u64) -> Option<u64> {
        if total <= COUNT_CAP { Some(COUNT_CAP) } else { PREFIXES.into_iter().find(|rows| self.rows().end <= *rows) }
    }

    /// Number of ids to read of a list of `total` rows without a filter, by which these are found, if passing all rows before them costs
    /// more. SQLite passes them in time.
    pub fn all_ids_to_read(self, backend: DbBackend, total: u64) -> Option<u64> {
        (backend == DbBackend::Postgres && self.offset > COUNT_CAP && total <= ALL_IDS_MAX).then_some(ALL_IDS_MAX)
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

impl Store {
    /// The rows of a list's page, and the list's length, which `counter` takes from the workspace's counters. The length is read only for a
    /// page far from the start of a list without a filter: its rows are then counted from the nearer end.
    pub(crate) async fn locate_page<Q: ListQuery>(
        &self,
        actor: &Actor,
        query: &Q,
        counter: impl FnOnce(&WorkspaceCounts) -> i64,
    ) -> Result<(RowRange, Option<u64>), StoreError> {
        let range = RowRange::of(query);
        if !range.is_deep() || query.is_filtered() {
            return Ok((range, None));
        }
        let length = to_u64(counter(&self.workspace_counts(actor).await?));
        Ok((range.counted_from_nearer_end(length), Some(length)))
    }
}

/// What a list is sorted by, apart from the id that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SortKey {
    /// SQL of the key.
    pub sql: &'static str,
    /// Whether it may be NULL. Such rows come last in either direction.
    pub nullable: bool,
    /// How the list gets into its order.
    pub sorted: Sorted,
}

/// How a list gets into the order of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sorted {
    /// The key has an index of the table's live rows.
    ByIndex,
    /// The database sorts the whole list, whose ids are then cached.
    ByDatabase,
    /// The key is text as typed. No database here has the Vietnamese order, so the list is sorted by [`collation`](domain::collation) once it is read, and
    /// its ids are cached.
    InMemory,
}

impl SortKey {
    /// A key that every row has.
    pub const fn of(sql: &'static str) -> Self {
        Self { sql, nullable: false, sorted: Sorted::ByIndex }
    }

    /// A key that may be missing.
    pub const fn nullable(sql: &'static str) -> Self {
        Self { nullable: true, ..Self::of(sql) }
    }

    /// A key without an index, which may be missing.
    pub const fn without_index(sql: &'static str) -> Self {
        Self { sorted: Sorted::ByDatabase, ..Self::nullable(sql) }
    }

    /// Text as typed, which may be missing.
    pub const fn text(sql: &'static str) -> Self {
        Self { sorted: Sorted::InMemory, ..Self::nullable(sql) }
    }

    /// The number of ids to read of a list in this order, in place of the page's rows: all that its pages reach, unless an index has the
    /// order.
    pub fn ids_to_sort(self) -> Option<u64> {
        (self.sorted != Sorted::ByIndex).then_some(ALL_IDS_MAX)
    }

    /// The statement that reads the ids of a list in this order, at most `most`. `id`: SQL of the id; `rows`: from FROM to WHERE; `key`:
    /// the key as it is to be written.
    pub fn ids_statement(self, mut sql: Sql, (id, key): (&str, &str), rows: &str, descending: bool, most: u64) -> IdsStatement {
        if self.sorted == Sorted::InMemory {
            sql.push(&format!("SELECT {id} AS id, {key} AS sort_text {rows} LIMIT {most}"));
            return IdsStatement { sql, sorted_here: Some(descending) };
        }
        let (direction, by_id) = (self.direction(descending, false), id_direction(descending, false));
        sql.push(&format!("SELECT {id} AS id {rows} ORDER BY {key} {direction}, {id} {by_id} LIMIT {most}"));
        IdsStatement { sql, sorted_here: None }
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

/// SQL of a row's `place`, from 1, in a list with this ORDER BY.
pub(crate) fn place_sql(order: &str) -> String {
    format!("row_number() OVER (ORDER BY {order}) AS place")
}

/// SELECT of these ids of `table` as `id`, with the place of each as `sort_key`.
pub(crate) fn listed_ids_sql(sql: &mut Sql, ids: &[Uuid], table: &str) -> String {
    let places: Vec<String> = (0_i64..).zip(ids).map(|(place, id)| format!("({}, {place})", sql.bind(*id))).collect();
    match places.len() {
        0 => format!("SELECT id, 0 AS sort_key FROM {table} WHERE 1 = 0"),
        _ => format!("SELECT column1 AS id, column2 AS sort_key FROM (VALUES {}) AS listed", places.join(", ")),
    }
}

/// The FROM item of the page that has these ids, with the rows of `table` as `alias`. They are ordered by `page.sort_key`.
pub(crate) fn page_of_ids_sql(sql: &mut Sql, ids: &[Uuid], table: &str, alias: &str) -> String {
    let listed = listed_ids_sql(sql, ids, table);
    format!("({listed}) AS page ON 1 = 1 LEFT JOIN {table} {alias} ON {alias}.workspace_id = $1 AND {alias}.id = page.id")
}

/// What is cached of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ListCache {
    /// Of a filtered list alone: without a filter a counter has it.
    count: Option<CountKey>,
    ids: CountKey,
    key: SortKey,
    until: Option<DateTime<Utc>>,
}

impl ListCache {
    /// The cache entries of a query that is sorted by `key`. `until`: the time from which on other rows may match, or in another order,
    /// without a write; `None` for those that don't depend on the time.
    pub fn of<Q: ListQuery>(query: &Q, key: SortKey, until: Option<DateTime<Utc>>) -> Self {
        Self { count: query.is_filtered().then(|| CountKey::rows_of(query)), ids: CountKey::order_of(query), key, until }
    }
}

/// How a list's page is read: the search terms, and what is already counted.
pub(crate) struct ListPlan {
    /// Terms that every row must match.
    pub terms: SearchTerms,
    /// Hits of SQLite's search index; `None` on PostgreSQL and where no term is indexed.
    pub hits: Option<Hits>,
    /// Number of matching rows, if it is cached.
    pub total: Option<u64>,
    /// Ids of the page's rows, if the list's ids are cached.
    pub page_ids: Option<Vec<Uuid>>,
    /// The database that reads it.
    pub backend: DbBackend,
    cache: ListCache,
}

/// Hits of SQLite's search index: the FTS query, and the number of rows, counted up to [`COUNT_CAP`] + 1.
pub(crate) struct Hits {
    pub fts_query: String,
    pub number: u64,
}

impl ListPlan {
    /// Plans reading the rows of `table` that match the search terms.
    pub(crate) async fn build(store: &Store, actor: &Actor, table: &str, terms: SearchTerms, cache: ListCache) -> Result<Self, StoreError> {
        let total = cache.count.and_then(|count| store.cached::<CachedCount>(actor, count)).map(|cached| cached.rows);
        let hits = match terms.fts_query(store.backend()) {
            Some(fts_query) => {
                let counting =
                    async { count_hits(store.read(), actor.workspace_id.0, table, &fts_query, COUNT_CAP + 1).await.map(CachedCount::of) };
                let counted = store.get_or_load(actor, CountKey::hits_of(table, &fts_query), counting).await?;
                Some(Hits { fts_query, number: counted.rows })
            }
            None => None,
        };
        // So many match that the list is best scanned in its order, which a statement that PostgreSQL plans once for all terms doesn't know.
        let scanned = store.backend() == DbBackend::Postgres && total.is_some_and(|total| total > COUNT_CAP);
        Ok(Self {
            terms: if scanned { terms.for_ordered_scan() } else { terms },
            hits,
            total,
            page_ids: None,
            backend: store.backend(),
            cache,
        })
    }

    /// The plan of counting the rows that match a query without a search. `terms`: without words.
    pub(crate) fn of_count<Q: ListQuery>(backend: DbBackend, query: &Q, terms: SearchTerms) -> Self {
        Self { terms, hits: None, total: None, page_ids: None, backend, cache: ListCache::of(query, SortKey::of("id"), None) }
    }

    /// The plan of reading every row that matches a query.
    pub(crate) fn of_all<Q: ListQuery>(backend: DbBackend, query: &Q, terms: SearchTerms) -> Self {
        let hits = terms.fts_query(backend).map(|fts_query| Hits { fts_query, number: 0 });
        Self { hits, ..Self::of_count(backend, query, terms) }
    }

    /// Finds the ids of the page's rows: by those of the whole list, or of its first rows if many match. They are read by `statement`, which
    /// gets their largest number, unless they are cached. Does nothing where nobody has counted yet how many match. `length`: of a list
    /// without a filter, where the page is deep.
    pub(crate) async fn find_ids(
        &mut self,
        store: &Store,
        actor: &Actor,
        (range, length): (RowRange, Option<u64>),
        statement: impl FnOnce(&Self, u64) -> IdsStatement,
    ) -> Result<(), StoreError> {
        let cache = self.cache;
        let of_whole = length.and_then(|length| range.all_ids_to_read(self.backend, length)).filter(|_| cache.count.is_none());
        if let Some(most) = cache.key.ids_to_sort().or(of_whole) {
            let ids = store.all_ids(actor, cache.ids, cache.until, || statement(self, most)).await?;
            if ids.len() < most {
                self.cache_total(store, actor, ids.len());
                self.total = Some(ids.len());
            }
            self.page_ids = Some(ids.page(range));
            return Ok(());
        }
        if cache.count.is_none() {
            return Ok(());
        }
        let is_whole = self.matches_few();
        let most = if is_whole { Some(COUNT_CAP) } else { self.total.and_then(|total| range.ids_to_read(total)) };
        let Some(most) = most else { return Ok(()) };
        let ids = store.ordered_ids(actor, cache.ids.first(most), cache.until, || statement(self, most)).await?;
        if is_whole {
            self.cache_total(store, actor, ids.len());
            self.total = Some(ids.len());
        }
        self.page_ids = Some(ids.page(range));
        Ok(())
    }

    /// Whether so few rows match that all of them can be found and sorted.
    pub fn matches_few(&self) -> bool {
        let at_most = self.total.or_else(|| self.hits.as_ref().map(|hits| hits.number));
        at_most.is_some_and(|rows| rows <= COUNT_CAP)
    }

    /// Whether each row of the list is compared by itself with what other tables hold, in place of reading all ids that match once. So
    /// many match that the page is soon full.
    pub fn compares_each_row(&self) -> bool {
        self.total.is_some_and(|total| total > COUNT_CAP)
    }

    /// SQL of a sort key. With a plus sign SQLite finds all rows that match and then sorts them: along the order of the list it would read
    /// most of it.
    pub fn sort_key_sql(&self, key: SortKey) -> String {
        if self.backend == DbBackend::Sqlite && self.matches_few() { format!("+{}", key.sql) } else { key.sql.to_owned() }
    }

    /// The index hits, if they are few enough to fetch and sort them all.
    pub fn few_hits(&self) -> Option<&Hits> {
        self.hits.as_ref().filter(|_| self.matches_few())
    }

    /// Number of matching rows without another query: the cached one, or the index's own if every term is indexed and no filter
    /// narrows the list.
    pub fn known_total(&self, narrowed: bool) -> Option<u64> {
        let by_index = self.hits.as_ref().filter(|_| self.terms.is_all_indexed() && !narrowed);
        self.total.or_else(|| by_index.map(|hits| hits.number))
    }

    /// Caches the number of matching rows, if it was not cached.
    pub fn cache_total(&self, store: &Store, actor: &Actor, matching: u64) {
        if let (None, Some(count)) = (self.total, self.cache.count) {
            store.cache(actor, count, CachedCount { rows: matching, until: self.cache.until });
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

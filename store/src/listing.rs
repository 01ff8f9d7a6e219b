//! What the lists have in common: which rows a page is, how many rows there are, what is known of them before.

use crate::{
    Store, StoreError,
    remembered::CountKey,
    rows::uint,
    search::{self, Needle, count_hits},
    sql::Sql,
};
use domain::{
    access::Actor,
    page::{PAGE_SIZE, PageNumber},
};
use sea_orm::DbBackend;

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

    /// The end of the statement that reads these rows. PostgreSQL takes a bound offset for a tenth of the table and then plans
    /// the statement anew at every run, which cost the first page, the one most asked for, more than reading it.
    pub fn clause(self, sql: &mut Sql) -> String {
        let limit = self.limit;
        if self.offset == 0 { format!("LIMIT {limit}") } else { format!("LIMIT {limit} OFFSET {}", sql.bind(self.offset as i64)) }
    }
}

/// What a page's rows are joined from, as `alias`, and what their order, `sort_key` and `id`, stands in. `found` names them,
/// from FROM to LIMIT; `ordered` is what it is ordered by, under these names. Where it reads `whole` rows, as the first page's,
/// it takes their columns along; else it walks for ids alone, reads no row that it skips, and the rows are read by them.
pub(crate) fn page_of<'a>(whole: bool, table: &str, alias: &'a str, ordered: &str, columns: &str, found: &str) -> (String, &'a str) {
    if whole {
        return (format!("(SELECT {ordered}, {columns} {found}) AS {alias} ON 1 = 1"), alias);
    }
    let ids = format!("(SELECT {ordered} {found}) AS page ON 1 = 1");
    (format!("{ids} LEFT JOIN {table} {alias} ON {alias}.workspace_id = $1 AND {alias}.id = page.id"), "page")
}

/// What is known of a list's rows before they are read.
pub(crate) struct Known {
    /// The words they must have.
    pub needle: Needle,
    /// What SQLite's search index finds of the words; `None` where there is no index to ask, or no word it knows.
    pub hits: Option<Hits>,
    /// How many rows match, where it was counted before.
    pub total: Option<u64>,
    /// So many rows match that walking the list meets the page soonest, which a statement that PostgreSQL has planned once for
    /// all words and filters doesn't know. At most a tenth of the list is walked, if the rows are spread over it.
    pub walks: bool,
    count: Option<CountKey>,
}

/// What SQLite's search index finds: the phrases, and how many rows, counted to just past [`COUNT_CAP`].
pub(crate) struct Hits {
    pub phrases: String,
    pub number: u64,
}

impl Known {
    /// Of the rows of `table` that have the words, of which a window is read; `count` is what their number is remembered under.
    pub(crate) async fn of(
        store: &Store,
        actor: &Actor,
        table: &str,
        q: &str,
        window: Window,
        count: Option<CountKey>,
    ) -> Result<Self, StoreError> {
        let needle = Needle::of(q);
        let total = count.and_then(|what| store.counted_before(actor, what));
        let hits = match needle.phrases(store.backend()) {
            Some(phrases) => {
                let counting = count_hits(store.read(), actor.workspace_id.0, table, &phrases, COUNT_CAP + 1);
                let counts = &store.shared.memory.counts;
                let number = counts.or_read(store, actor, CountKey::hits_of(table, &phrases), counting).await?;
                Some(Hits { phrases, number })
            }
            None => None,
        };
        let walks = store.backend() == DbBackend::Postgres && total.is_some_and(|total| window.offset + window.limit <= total / 10);
        Ok(Self { needle: if walks { needle.walking() } else { needle }, hits, total, walks, count })
    }

    /// The hits, where they are so few that fetching and sorting them all is quickest.
    pub fn few(&self) -> Option<&Hits> {
        self.hits.as_ref().filter(|hits| hits.number <= search::FEW)
    }

    /// How many rows match, as counted before; or as the index counts them, if it knows all words and nothing else narrows the
    /// list.
    pub fn counted(&self, narrowed: bool) -> Option<u64> {
        let by_index = self.hits.as_ref().filter(|_| self.needle.is_all_indexed() && !narrowed);
        self.total.or_else(|| by_index.map(|hits| hits.number))
    }

    /// Remembers how many rows matched, if that was not known.
    pub fn remember(&self, store: &Store, actor: &Actor, matching: i64) {
        if let (None, Some(count)) = (self.total, self.count) {
            store.remember_count(actor, count, uint(matching));
        }
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

//! How the matches of each kind are found, chosen by how many of its newest records match.
//!
//! - Few match: by the search index, from the latest record on.
//! - Many match: by scanning from the newest record on, which soon has enough.
//! - One letter is no word of SQLite's index, and one word beside it may be a frequent one: then only the newest records are searched,
//!   besides names that begin with what was typed.
//!
//! Counting all hits of the index first, as lists do, costs more than reading the few that are shown.

use super::source::{SOURCES, Source};
use crate::{
    Store, StoreError,
    database::{cache::Cached, rows::to_u64, sql::Sql},
    lists::{cached_counts::CountKey, search::SearchTerms},
};
use domain::{access::Actor, companies::Archived, search::SearchKind};
use sea_orm::{DbBackend, FromQueryResult};
use std::sync::Arc;

/// Newest records of a kind in which matches are counted.
const SAMPLE: u64 = 200;
/// Matches in the sample from which on scanning costs less than the index: a twentieth. PostgreSQL's index then finds 5,000 of 100,000
/// records at most, each of which it compares, and a scan for 150 reads 3,000: some 5 ms each.
const FREQUENT: i64 = 10;
/// Newest records of a kind that are searched for a single letter.
pub const NEWEST_SEARCHED: u64 = 1_000;

/// How the matches of one kind are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// By the search index.
    Index,
    /// By a scan from the newest record on.
    Scan,
    /// By a scan of the [`NEWEST_SEARCHED`] newest records.
    Newest,
}

impl Plan {
    /// - `matching`: records of the sample that match all words.
    /// - `indexed`: records of the sample that match the words of SQLite's index; `None` if it has none of the words.
    fn choose(matching: i64, indexed: Option<i64>) -> Self {
        match indexed {
            _ if matching >= FREQUENT => Self::Scan,
            Some(indexed) if indexed < FREQUENT => Self::Index,
            _ => Self::Newest,
        }
    }
}

/// The words, and a plan for each kind. Cached, as a search is asked for again on each of its tabs and pages.
pub(super) struct Plans {
    terms: SearchTerms,
    plans: [Plan; SOURCES.len()],
    /// Whether each word is frequent in the records of each kind; empty on SQLite.
    frequent: [Vec<bool>; SOURCES.len()],
    /// Number of records of each kind.
    records: [u64; SOURCES.len()],
}

impl Cached for Arc<Plans> {
    type Key = CountKey;
    const CAPACITY: usize = 1_024;
}

#[derive(FromQueryResult)]
struct Sample {
    kind: i32,
    matching: i64,
    indexed: i64,
    /// A character per word: 1 if it is frequent.
    frequent: String,
    records: i64,
}

impl Plans {
    /// The plans of a search; `None` for an empty one.
    pub(super) async fn of_search(store: &Store, actor: &Actor, q: &str) -> Result<Option<Arc<Self>>, StoreError> {
        let terms = SearchTerms::parse(q);
        if terms.is_empty() {
            return Ok(None);
        }
        store.get_or_load(actor, CountKey::matches_of(q), Self::build(store, actor, terms)).await.map(Some)
    }

    async fn build(store: &Store, actor: &Actor, terms: SearchTerms) -> Result<Arc<Self>, StoreError> {
        let mut sql = Sql::with([actor.workspace_id.0.into()]);
        let samples = SOURCES.each_ref().map(|source| sample_sql(&mut sql, store.backend(), source, &terms));
        sql.push(&samples.join(" UNION ALL "));
        let samples: Vec<Sample> = sql.all(store.read()).await?;
        let frequent = [const { Vec::new() }; SOURCES.len()];
        let mut plans = Self { terms, plans: [Plan::Newest; SOURCES.len()], frequent, records: [0; SOURCES.len()] };
        let has_index = plans.terms.are_indexed().any(|indexed| indexed);
        for (place, source) in SOURCES.iter().enumerate() {
            if let Some(sample) = samples.iter().find(|sample| sample.kind == source.kind_number()) {
                plans.plans[place] = Plan::choose(sample.matching, has_index.then_some(sample.indexed));
                plans.frequent[place] = sample.frequent.chars().map(|flag| flag == '1').collect();
                plans.records[place] = to_u64(sample.records);
            }
        }
        Ok(Arc::new(plans))
    }

    /// The words.
    pub fn terms(&self) -> &SearchTerms {
        &self.terms
    }

    /// The words as they are compared in a table: only companies can be archived.
    pub fn terms_of(&self, source: &Source) -> SearchTerms {
        let archived = if source.kind == SearchKind::Companies { Archived::No } else { Archived::Any };
        self.terms.clone().archived(archived).with_frequent(&self.frequent[source.kind.index()])
    }

    /// The plan of a kind with a search column.
    pub fn of(&self, source: &Source) -> Plan {
        self.plans[source.kind.index()]
    }

    /// Whether records of a kind were not searched.
    pub fn leaves_out(&self, kind: SearchKind) -> bool {
        let place = kind.index();
        self.plans.get(place) == Some(&Plan::Newest) && self.records[place] > NEWEST_SEARCHED
    }
}

/// SELECT of how many of the newest records of a kind match, and how many there are. Each word is compared once, in a column of its own.
fn sample_sql(sql: &mut Sql, backend: DbBackend, source: &Source, terms: &SearchTerms) -> String {
    let Source { table, touched, live, .. } = source;
    let conditions = terms.like_conditions(sql, "x");
    let words: Vec<String> = (1..=conditions.len()).map(|place| format!("x.word_{place}")).collect();
    let indexed: Vec<String> =
        words.iter().zip(terms.are_indexed()).filter(|(_, indexed)| *indexed).map(|(word, _)| word.clone()).collect();
    let number = |words: &[String]| match words {
        [] => "count(*)".to_owned(),
        words => format!("count(CASE WHEN {} THEN 1 END)", words.join(" AND ")),
    };
    let frequent = if backend == DbBackend::Postgres && words.len() > 1 {
        let flag = |word: &String| format!("CASE WHEN {} >= {FREQUENT} THEN '1' ELSE '0' END", number(std::slice::from_ref(word)));
        words.iter().map(flag).collect::<Vec<_>>().join(" || ")
    } else {
        "''".to_owned()
    };
    let columns: Vec<String> = conditions.iter().zip(1..).map(|(condition, place)| format!("{condition} AS word_{place}")).collect();
    format!(
        "SELECT {} AS kind, {} AS matching, {} AS indexed,
           {frequent} AS frequent, COALESCE((SELECT w.{table} FROM workspace_counters w WHERE w.workspace_id = $1), 0) AS records
         FROM (SELECT {} FROM {table} x WHERE x.workspace_id = $1 AND {live} ORDER BY x.{touched} DESC, x.id DESC LIMIT {SAMPLE}) AS x",
        source.kind_number(),
        number(&words),
        number(&indexed),
        columns.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_matches_are_found_by_the_index_and_many_by_a_scan() {
        assert_eq!(Plan::choose(0, Some(0)), Plan::Index);
        assert_eq!(Plan::choose(FREQUENT, Some(FREQUENT)), Plan::Scan);
        assert_eq!(Plan::choose(FREQUENT, None), Plan::Scan);
    }

    #[test]
    fn a_letter_that_few_have_is_looked_for_in_the_newest() {
        assert_eq!(Plan::choose(1, None), Plan::Newest);
        assert_eq!(Plan::choose(1, Some(FREQUENT)), Plan::Newest, "beside a frequent word");
        assert_eq!(Plan::choose(1, Some(1)), Plan::Index, "beside a rare word");
    }
}

//! Global search: companies, contacts, deals, activities, tasks and tags, the best of each kind first.
//!
//! Two round trips, whatever is searched for: one looks at the newest records of each kind for how many match ([`plan`]), one reads the
//! best matches of all kinds ([`statement`]). Both databases choose the same plan by the same figures, and so answer alike. Further pages
//! and tabs of the same words have the plan and the counts from the cache.

mod hit;
mod plan;
mod source;
mod statement;

pub use hit::{HitFacts, SearchHit};
pub use plan::NEWEST_SEARCHED;

use crate::{
    Store, StoreError,
    database::cache::Cached,
    error::authorize,
    lists::{cached_counts::CountKey, page::Total},
};
use domain::{
    access::{Actor, Entity, Verb},
    page::{ListQuery, PAGE_SIZE},
    search::{GlobalQuery, RecentRecord, SearchKind},
};
use hit::Found;
use plan::Plans;
use statement::{Asked, Rows, statement};
use std::sync::Arc;

/// Hits of a kind that are shown beside those of others.
pub const HITS_OF_EACH: u64 = 5;
/// Matches of a kind that `/search` counts and shows, page by page. Whoever has more looks for another word.
pub const SEARCH_CAP: u64 = 200;
/// The number of matches of each kind, counted up to [`SEARCH_CAP`] and one beyond.
#[derive(Debug, Clone, Copy, Default)]
struct MatchCounts([u64; SearchKind::ALL.len()]);

impl Cached for MatchCounts {
    type Key = CountKey;
    const CAPACITY: usize = 1_024;
}

/// The best hits, kind by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GlobalHits {
    /// The kinds with hits, in the order of [`SearchKind::ALL`].
    pub groups: Vec<HitGroup>,
}

/// The best hits of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitGroup {
    /// The kind.
    pub kind: SearchKind,
    /// At least one hit, the best first.
    pub hits: Vec<SearchHit>,
    /// Whether there are more.
    pub more: bool,
}

/// A page of `/search`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchPage {
    /// The number of matches of each kind in the order of [`SearchKind::ALL`], counted up to [`SEARCH_CAP`].
    pub counts: [Total; SearchKind::ALL.len()],
    /// The hits: a page of one kind, or a few of each.
    pub hits: GlobalHits,
    /// Whether of some kind only the [`NEWEST_SEARCHED`] newest records were searched, as for a single letter.
    pub only_newest: bool,
}

impl SearchPage {
    /// The number of matches of a kind.
    pub fn count(&self, kind: SearchKind) -> Total {
        self.counts[kind.index()]
    }

    /// The number of matches of all kinds.
    pub fn total(&self) -> Total {
        let count = self.counts.iter().map(|total| total.count).sum();
        Total { count, capped: self.counts.iter().any(|total| total.capped) }
    }
}

/// Hits of a search, some 20 kB, for whoever comes back from a record or types a word anew.
const PAGES_CACHED: usize = 128;

impl Cached for Arc<GlobalHits> {
    type Key = CountKey;
    const CAPACITY: usize = PAGES_CACHED;
}

impl Cached for Arc<SearchPage> {
    type Key = CountKey;
    const CAPACITY: usize = PAGES_CACHED;
}

impl Store {
    /// The [`HITS_OF_EACH`] best hits of each kind. Nothing is found by an empty search.
    ///
    /// `recent`: records that the user opened recently, the last one first. They come first among hits of one rank.
    pub async fn global_search(&self, actor: &Actor, q: &str, recent: &[RecentRecord]) -> Result<Arc<GlobalHits>, StoreError> {
        authorize_all(actor)?;
        self.get_or_load(actor, CountKey::best_of(q, recent), self.find_best(actor, q, recent)).await
    }

    async fn find_best(&self, actor: &Actor, q: &str, recent: &[RecentRecord]) -> Result<Arc<GlobalHits>, StoreError> {
        let Some(plans) = Plans::of_search(self, actor, q).await? else { return Ok(Arc::default()) };
        let asked = Asked { actor, q, recent, counted: false, rows: Rows::Best };
        Ok(Arc::new(groups(self.found(&plans, &asked).await?.hits, HITS_OF_EACH)))
    }

    /// A page of `/search`: a few hits of each kind, or a page of one kind, with the number of matches of each.
    pub async fn search_page(&self, actor: &Actor, query: &GlobalQuery) -> Result<Arc<SearchPage>, StoreError> {
        authorize_all(actor)?;
        self.get_or_load(actor, CountKey::page_of(query), self.find_page(actor, query)).await
    }

    async fn find_page(&self, actor: &Actor, query: &GlobalQuery) -> Result<Arc<SearchPage>, StoreError> {
        let Some(plans) = Plans::of_search(self, actor, &query.q).await? else {
            let none = Total { count: 0, capped: false };
            let counts = [none; SearchKind::ALL.len()];
            return Ok(Arc::new(SearchPage { counts, hits: GlobalHits::default(), only_newest: false }));
        };
        let (rows, shown) = match query.kind {
            None => (Rows::Best, HITS_OF_EACH),
            Some(kind) => (Rows::Page(kind, query.page()), PAGE_SIZE),
        };
        let key = CountKey::matches_of(&query.q);
        let counted = self.cached::<MatchCounts>(actor, key);
        let asked = Asked { actor, q: &query.q, recent: &[], counted: counted.is_none(), rows };
        let found = self.found(&plans, &asked).await?;
        let MatchCounts(counted) = counted.unwrap_or(found.counts);
        self.cache(actor, key, MatchCounts(counted));
        let counts = SearchKind::ALL.map(|kind| {
            let count = counted[kind.index()];
            Total { count: count.min(SEARCH_CAP), capped: count > SEARCH_CAP || plans.leaves_out(kind) }
        });
        let only_newest = SearchKind::ALL.into_iter().any(|kind| plans.leaves_out(kind));
        Ok(Arc::new(SearchPage { counts, hits: groups(found.hits, shown), only_newest }))
    }

    async fn found(&self, plans: &Plans, asked: &Asked<'_>) -> Result<Found, StoreError> {
        match statement(self.backend(), plans, asked) {
            Some(statement) => hit::read(statement.all(self.read()).await?),
            None => Ok(Found::default()),
        }
    }
}

/// Every role reads every kind. Were that to change, a search would have to leave kinds out.
fn authorize_all(actor: &Actor) -> Result<(), StoreError> {
    [Entity::Company, Entity::Contact, Entity::Deal, Entity::Activity, Entity::Task, Entity::Tag]
        .into_iter()
        .try_for_each(|entity| authorize(actor, Verb::Read, entity))
}

/// The hits by kind, at most `shown` of each.
fn groups(hits: Vec<SearchHit>, shown: u64) -> GlobalHits {
    let shown = usize::try_from(shown).unwrap_or(usize::MAX);
    let groups = hits.chunk_by(|left, right| left.kind == right.kind).map(|group| HitGroup {
        kind: group[0].kind,
        hits: group.iter().take(shown).cloned().collect(),
        more: group.len() > shown,
    });
    GlobalHits { groups: groups.collect() }
}

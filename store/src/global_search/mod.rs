//! Global search: companies, contacts, deals, activities and tags, the best of each kind first.
//!
//! Two round trips, whatever is searched for: one looks at the newest records of each kind for how many match ([`plan`]), one reads the
//! best matches of all kinds ([`statement`]). Both databases choose the same plan by the same figures, and so answer alike.

mod hit;
mod plan;
mod source;
mod statement;

pub use hit::{HitFacts, SearchHit};
pub use plan::NEWEST_SEARCHED;

use crate::{Store, StoreError, error::authorize, lists::page::Total};
use domain::{
    access::{Actor, Entity, Verb},
    page::{ListQuery, PAGE_SIZE},
    search::{GlobalQuery, RecentRecord, SearchKind},
};
use hit::HitRow;
use plan::Plans;
use statement::{Asked, Rows, statement};

/// Hits of a kind that are shown beside those of others.
pub const HITS_OF_EACH: u64 = 5;
/// Matches of a kind that `/search` counts and shows, page by page. Whoever has more looks for another word.
pub const SEARCH_CAP: u64 = 500;
/// The newest matches of a kind that are ranked where a few of each kind are shown.
const RANKED_OF_EACH: u64 = 150;

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

impl Store {
    /// The [`HITS_OF_EACH`] best hits of each kind. Nothing is found by an empty search.
    ///
    /// `recent`: records that the user opened recently, the last one first. They come first among hits of one rank.
    pub async fn global_search(&self, actor: &Actor, q: &str, recent: &[RecentRecord]) -> Result<GlobalHits, StoreError> {
        authorize_all(actor)?;
        let Some(plans) = Plans::build(self, actor, q).await? else { return Ok(GlobalHits::default()) };
        let asked = Asked { actor, q, recent, ranked: RANKED_OF_EACH, counted: None, rows: Rows::Best };
        let rows: Vec<HitRow> = statement(self.backend(), &plans, &asked).all(self.read()).await?;
        Ok(groups(hit::read(rows)?.hits, HITS_OF_EACH))
    }

    /// A page of `/search`: a few hits of each kind, or a page of one kind, with the number of matches of each.
    pub async fn search_page(&self, actor: &Actor, query: &GlobalQuery) -> Result<SearchPage, StoreError> {
        authorize_all(actor)?;
        let none = Total { count: 0, capped: false };
        let Some(plans) = Plans::build(self, actor, &query.q).await? else {
            return Ok(SearchPage { counts: [none; SearchKind::ALL.len()], hits: GlobalHits::default(), only_newest: false });
        };
        let (rows, shown, ranked) = match query.kind {
            None => (Rows::Best, HITS_OF_EACH, RANKED_OF_EACH),
            Some(kind) => (Rows::Page(kind, query.page()), PAGE_SIZE, SEARCH_CAP),
        };
        let asked = Asked { actor, q: &query.q, recent: &[], ranked, counted: Some(SEARCH_CAP), rows };
        let rows: Vec<HitRow> = statement(self.backend(), &plans, &asked).all(self.read()).await?;
        let found = hit::read(rows)?;
        let counts = SearchKind::ALL.map(|kind| {
            let count = found.counts[kind.index()];
            Total { count: count.min(SEARCH_CAP), capped: count > SEARCH_CAP || plans.leaves_out(kind) }
        });
        let only_newest = SearchKind::ALL.into_iter().any(|kind| plans.leaves_out(kind));
        Ok(SearchPage { counts, hits: groups(found.hits, shown), only_newest })
    }
}

/// Every role reads every kind. Were that to change, a search would have to leave kinds out.
fn authorize_all(actor: &Actor) -> Result<(), StoreError> {
    [Entity::Company, Entity::Contact, Entity::Deal, Entity::Activity, Entity::Tag]
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

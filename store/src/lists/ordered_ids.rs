//! Ids of the rows that a list's filters match, in its order, cached: so a list whose matches lie anywhere in its order is searched once,
//! not at every page.

use crate::{
    Store, StoreError,
    database::{cache::Cached, sql::Sql},
    lists::{cached_counts::CountKey, page::RowRange},
};
use chrono::{DateTime, Utc};
use domain::access::Actor;
use sea_orm::FromQueryResult;
use std::{ops::Range, sync::Arc};
use uuid::Uuid;

/// Ids of a filtered list, from its start.
#[derive(Debug, Clone)]
pub(crate) struct OrderedIds {
    ids: Arc<[Uuid]>,
    /// The time from which on they may be others, without a write; `None` for filters that don't depend on the time.
    until: Option<DateTime<Utc>>,
}

impl Cached for OrderedIds {
    type Key = CountKey;
    /// 160 kB each at most.
    const CAPACITY: usize = 64;
}

impl OrderedIds {
    /// Number of ids.
    pub fn len(&self) -> u64 {
        self.ids.len() as u64
    }

    /// All of them.
    pub fn all(&self) -> &[Uuid] {
        &self.ids
    }

    /// The ids of a page; none past the end.
    pub fn page(&self, range: RowRange) -> Vec<Uuid> {
        let place = |row: u64| usize::try_from(row).unwrap_or(usize::MAX).min(self.ids.len());
        let Range { start, end } = range.rows();
        self.ids[place(start)..place(end)].to_vec()
    }
}

impl Store {
    /// The ids that `statement` selects, cached under `key` until that time.
    pub(crate) async fn ordered_ids(
        &self,
        actor: &Actor,
        key: CountKey,
        until: Option<DateTime<Utc>>,
        statement: impl FnOnce() -> Sql,
    ) -> Result<OrderedIds, StoreError> {
        #[derive(FromQueryResult)]
        struct Id {
            id: Uuid,
        }
        let cached = self.cached::<OrderedIds>(actor, key);
        if let Some(cached) = cached.filter(|cached| cached.until.is_none_or(|until| self.now() < until)) {
            return Ok(cached);
        }
        let rows: Vec<Id> = statement().all(self.read()).await?;
        let ids = OrderedIds { ids: rows.into_iter().map(|row| row.id).collect(), until };
        self.cache(actor, key, ids.clone());
        Ok(ids)
    }
}

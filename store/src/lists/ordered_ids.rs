//! Ids of the rows of a list, in its order, cached: so a list whose matches lie anywhere in its order is searched once, not at every page,
//! and a page far from both ends is found without passing all rows before it.

use crate::{
    Store, StoreError,
    database::{cache::Cached, read_pool::ReadPool},
    lists::{cached_counts::CountKey, ids_statement::IdsStatement, page::RowRange},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{access::Actor, collation};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use std::{ops::Range, sync::Arc};
use uuid::Uuid;

/// How long an order is cached that moves without a change of the workspace.
pub(crate) const MOVING_ORDER_CACHED: TimeDelta = TimeDelta::seconds(30);

/// Ids of a list, from its start.
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

    fn holds_at(&self, now: DateTime<Utc>) -> bool {
        self.until.is_none_or(|until| now < until)
    }
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

    /// The ids of a page, in the order in which the range counts; none past the end.
    pub fn page(&self, range: RowRange) -> Vec<Uuid> {
        let place = |row: u64| usize::try_from(row).unwrap_or(usize::MAX).min(self.ids.len());
        let Range { start, end } = range.rows();
        let (start, end) = (place(start), place(end));
        if range.from_end {
            let length = self.ids.len();
            return self.ids[length - end..length - start].iter().rev().copied().collect();
        }
        self.ids[start..end].to_vec()
    }
}

/// Ids of every row of a list.
#[derive(Debug, Clone)]
struct AllIds(OrderedIds);

impl Cached for AllIds {
    type Key = CountKey;
    /// 3.2 MB each at most.
    const CAPACITY: usize = 4;

    fn holds_at(&self, now: DateTime<Utc>) -> bool {
        self.0.holds_at(now)
    }
}

impl From<AllIds> for OrderedIds {
    fn from(AllIds(ids): AllIds) -> Self {
        ids
    }
}

impl From<OrderedIds> for AllIds {
    fn from(ids: OrderedIds) -> Self {
        Self(ids)
    }
}

impl Store {
    /// The ids of a filtered list that `statement` selects, cached under `key` until that time.
    pub(crate) async fn ordered_ids(
        &self,
        actor: &Actor,
        key: CountKey,
        until: Option<DateTime<Utc>>,
        statement: impl FnOnce() -> IdsStatement,
    ) -> Result<OrderedIds, StoreError> {
        self.cached_ids::<OrderedIds>(actor, key, until, statement).await
    }

    /// As [`Self::ordered_ids`], of a list that may be long.
    pub(crate) async fn all_ids(
        &self,
        actor: &Actor,
        key: CountKey,
        until: Option<DateTime<Utc>>,
        statement: impl FnOnce() -> IdsStatement,
    ) -> Result<OrderedIds, StoreError> {
        self.cached_ids::<AllIds>(actor, key, until, statement).await
    }

    /// `C`: the cache that holds them.
    async fn cached_ids<C>(
        &self,
        actor: &Actor,
        key: CountKey,
        until: Option<DateTime<Utc>>,
        statement: impl FnOnce() -> IdsStatement,
    ) -> Result<OrderedIds, StoreError>
    where
        C: Cached<Key = CountKey> + From<OrderedIds> + Into<OrderedIds>,
    {
        let reading = async { Ok(C::from(OrderedIds { ids: read_ids(self.read(), statement()).await?, until })) };
        self.get_or_load(actor, key, reading).await.map(C::into)
    }
}

/// Runs a statement. PostgreSQL sends all ids as one value: 100,000 took 13 ms, and a row each would cost as much again to read.
pub(crate) async fn read_ids(db: &ReadPool, IdsStatement { sql: statement, sorted_here }: IdsStatement) -> Result<Arc<[Uuid]>, StoreError> {
    #[derive(FromQueryResult)]
    struct Id {
        id: Uuid,
    }
    if let Some(descending) = sorted_here {
        let rows: Vec<(Uuid, Option<String>)> =
            statement.all::<TextRow>(db).await?.into_iter().map(|row| (row.id, row.sort_text)).collect();
        let sorted = tokio::task::spawn_blocking(move || sorted_by_text(rows, descending)).await;
        return sorted.map_err(|_| StoreError::Internal);
    }
    #[derive(FromQueryResult)]
    struct Joined {
        ids: Option<Vec<u8>>,
    }
    if db.get_database_backend() == DbBackend::Sqlite {
        let rows: Vec<Id> = statement.all(db).await?;
        return Ok(rows.into_iter().map(|row| row.id).collect());
    }
    let joined = statement.enclosed("SELECT string_agg(uuid_send(id), ''::bytea) AS ids FROM (", ") AS ordered");
    let bytes = joined.one::<Joined>(db).await?.and_then(|row| row.ids).unwrap_or_default();
    Ok(bytes.as_chunks().0.iter().copied().map(Uuid::from_bytes).collect())
}

#[derive(FromQueryResult)]
struct TextRow {
    id: Uuid,
    sort_text: Option<String>,
}

/// The ids in Vietnamese order of their texts. Those without a text come last in either direction.
fn sorted_by_text(rows: Vec<(Uuid, Option<String>)>, descending: bool) -> Arc<[Uuid]> {
    let mut keyed: Vec<(Option<String>, Uuid)> = rows
        .into_iter()
        .map(|(id, text)| (text.filter(|text| !text.trim().is_empty()).map(|text| collation::sort_key(&text)), id))
        .collect();
    keyed.sort_unstable_by(|one, other| {
        let by_text = match (&one.0, &other.0) {
            (Some(one), Some(other)) if descending => other.cmp(one),
            (one, other) => one.is_none().cmp(&other.is_none()).then_with(|| one.cmp(other)),
        };
        by_text.then_with(|| if descending { other.1.cmp(&one.1) } else { one.1.cmp(&other.1) })
    });
    keyed.into_iter().map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_in_vietnamese_order_and_missing_ones_last() {
        let texts = [Some("Đào"), None, Some("an"), Some("Zin"), Some(" "), Some("đạo"), Some("Ân")];
        let rows = || texts.iter().enumerate().map(|(place, text)| (Uuid::from_u128(place as u128), text.map(str::to_owned))).collect();
        let places = |ids: Arc<[Uuid]>| ids.iter().map(|id| id.as_u128()).collect::<Vec<_>>();
        assert_eq!(places(sorted_by_text(rows(), false)), [2, 6, 0, 5, 3, 1, 4]);
        assert_eq!(places(sorted_by_text(rows(), true)), [3, 5, 0, 6, 2, 4, 1]);
    }
}

//! Totals of the board's columns: per stage, the number, value and weighted value of all its deals that match.

use super::filter::{Matching, WEIGHTED, filter_sql};
use crate::{
    Store, StoreError,
    database::{
        cache::Cached,
        rows::{decode_enum, to_u64},
        sql::{Sql, indexed_by},
    },
    lists::cached_counts::CountKey,
    stages::Stage,
};
use domain::{
    access::Actor,
    deals::{ColumnTotals, DealColumn, DealFilter, DealQuery},
    ids::StageId,
    money::Money,
    record_filter::{FIELD, RecordFilter},
    stages::{StageColor, StageKind},
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::sync::Arc;
use uuid::Uuid;

#[derive(FromQueryResult)]
pub(super) struct ColumnTotalsRow {
    pub id: Uuid,
    name: String,
    slug: String,
    kind: String,
    color: String,
    position: i32,
    probability: i16,
    idle_days: Option<i16>,
    deals: i64,
    deals_value: i64,
    weighted_value: i64,
    /// The newest sequence number of the workspace's audit log.
    pub seq: i64,
}

impl ColumnTotalsRow {
    pub fn stage(&self) -> Result<Stage, StoreError> {
        Ok(Stage {
            id: StageId(self.id),
            name: self.name.clone(),
            slug: self.slug.clone(),
            kind: decode_enum(StageKind::from_slug(&self.kind), "stages.kind")?,
            color: decode_enum(StageColor::from_slug(&self.color), "stages.color")?,
            position: self.position,
            probability: self.probability,
            idle_days: self.idle_days,
        })
    }

    pub fn totals(&self) -> ColumnTotals {
        ColumnTotals {
            stage: self.slug.clone(),
            count: to_u64(self.deals),
            value: Money::from_hundredths(self.deals_value),
            weighted: Money::from_hundredths(self.weighted_value),
        }
    }
}

impl Cached for Arc<[ColumnTotalsRow]> {
    type Key = CountKey;
    /// Some kB each.
    const CAPACITY: usize = 512;
}

impl Store {
    /// As [`column_totals`], cached under a filter.
    pub(super) async fn cached_column_totals(&self, actor: &Actor, filter: &DealFilter) -> Result<Arc<[ColumnTotalsRow]>, StoreError> {
        let reading = async { column_totals(self.read(), actor.workspace_id.0, filter).await.map(Arc::from) };
        if filter.is_empty() {
            return reading.await;
        }
        let key = CountKey::rows_of(&DealQuery { filter: filter.clone(), ..DealQuery::default() });
        self.get_or_load(actor, key, reading).await
    }
}

/// The stages in order with their totals: from `stage_counters` without a filter, else summed over all deals that match.
pub(super) async fn column_totals(
    db: &impl ConnectionTrait,
    workspace_id: Uuid,
    filter: &DealFilter,
) -> Result<Vec<ColumnTotalsRow>, StoreError> {
    let mut sql = Sql::with([workspace_id.into()]);
    let totals = if filter.is_empty() {
        "SELECT stage_id, deals, deals_value, weighted_value FROM stage_counters WHERE workspace_id = $1".to_owned()
    } else {
        let backend = db.get_database_backend();
        let conditions = filter_sql(&mut sql, filter, backend, "d", Matching::Set);
        // SQLite would read each matching row of the table.
        let index = if is_selective(filter) || compares_more(filter) { String::new() } else { indexed_by(backend, covering_index(filter)) };
        format!(
            "SELECT d.stage_id, count(*) AS deals, CAST(SUM(d.value) AS bigint) AS deals_value,
               CAST(SUM({WEIGHTED}) AS bigint) AS weighted_value
             FROM deals d {index} WHERE d.workspace_id = $1{conditions} GROUP BY d.stage_id"
        )
    };
    sql.push(&format!(
        "SELECT s.id, s.name, s.slug, s.kind, s.color, s.position, s.probability, s.idle_days, h.seq,
           COALESCE(k.deals, 0) AS deals, COALESCE(k.deals_value, 0) AS deals_value, COALESCE(k.weighted_value, 0) AS weighted_value
         FROM stages s JOIN audit_heads h ON h.workspace_id = $1
         LEFT JOIN ({totals}) AS k ON k.stage_id = s.id
         WHERE s.workspace_id = $1 ORDER BY s.position, s.id"
    ));
    Ok(sql.all(db).await?)
}

/// The index that holds all that this filter compares, and what is summed.
fn covering_index(filter: &DealFilter) -> &'static str {
    if filter.promised_step {
        return "deals_with_next_step";
    }
    if filter.record.created.is_set() { "deals_by_created_at_id_stage_id_value_probability_owner_id" } else { "deals_by_filter" }
}

/// Whether an index leads to few deals that may match.
fn is_selective(filter: &DealFilter) -> bool {
    // No index leads to all but some.
    let names = |name: &str, is_set: bool| is_set && !filter.record.excludes(name);
    let by_text = [&filter.q, &filter.company, &filter.contact].into_iter().any(|typed| !typed.is_empty());
    by_text
        || filter.closed.is_set()
        || filter.no_primary
        || names("company_id", !filter.company_id.is_empty())
        || names("contact_id", !filter.contact_id.is_empty())
        || names("source", !filter.source.is_empty())
        || names("lost_reason", !filter.lost_reason.is_empty())
        || names(FIELD, !filter.record.field.is_empty())
}

/// Whether the filter compares what [`covering_index`] doesn't hold.
fn compares_more(filter: &DealFilter) -> bool {
    let RecordFilter { changed, empty, filled, .. } = &filter.record;
    changed.is_set() || empty.iter().chain(filled).any(|column| *column == DealColumn::Contact)
}

//! Totals of the board's columns: per stage, the number, value and weighted value of all its deals that match.

use super::filter::{WEIGHTED, filter_sql};
use crate::{
    StoreError,
    database::{
        rows::{decode_enum, to_u64},
        sql::Sql,
    },
    stages::Stage,
};
use domain::{
    deals::{ColumnTotals, DealFilter},
    ids::StageId,
    money::Money,
    stages::StageKind,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

#[derive(FromQueryResult)]
pub(super) struct ColumnTotalsRow {
    pub id: Uuid,
    name: String,
    slug: String,
    kind: String,
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
        let conditions = filter_sql(&mut sql, filter, db.get_database_backend(), "d");
        format!(
            "SELECT d.stage_id, count(*) AS deals, CAST(SUM(d.value) AS bigint) AS deals_value,
               CAST(SUM({WEIGHTED}) AS bigint) AS weighted_value
             FROM deals d WHERE d.workspace_id = $1{conditions} GROUP BY d.stage_id"
        )
    };
    sql.push(&format!(
        "SELECT s.id, s.name, s.slug, s.kind, s.position, s.probability, s.idle_days, h.seq,
           COALESCE(k.deals, 0) AS deals, COALESCE(k.deals_value, 0) AS deals_value, COALESCE(k.weighted_value, 0) AS weighted_value
         FROM stages s JOIN audit_heads h ON h.workspace_id = $1
         LEFT JOIN ({totals}) AS k ON k.stage_id = s.id
         WHERE s.workspace_id = $1 ORDER BY s.position, s.id"
    ));
    Ok(sql.all(db).await?)
}

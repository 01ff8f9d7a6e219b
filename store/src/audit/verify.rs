//! Verification of the audit log's chain.

use super::{
    chain::{ROOT, is_intact},
    erasure::Erasures,
};
use crate::{Store, StoreError, database::sql::sql, entity::audit_log};
use domain::ids::WorkspaceId;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

/// Rows read by one query.
const BATCH: u64 = 1_000;

/// The place at which a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditFault {
    /// The first row, counted from 1, that is changed, missing or out of place.
    Row(i64),
    /// Rows are missing from the end, or the record of the end was changed.
    End,
}

/// The recorded end of a chain and its last row, as they were at one moment.
#[derive(FromQueryResult)]
pub(crate) struct ChainEnd {
    seq: i64,
    hash: Vec<u8>,
    /// Number of the last row; 0 for none.
    pub last_row: i64,
}

impl ChainEnd {
    /// The end of a workspace's chain; `None` for an unknown workspace. One statement, as others append meanwhile.
    pub(crate) async fn read(store: &Store, workspace_id: WorkspaceId) -> Result<Option<Self>, StoreError> {
        let read = sql(
            "SELECT h.seq, h.hash, COALESCE((SELECT max(a.seq) FROM audit_log a WHERE a.workspace_id = $1), 0) AS last_row
             FROM audit_heads h WHERE h.workspace_id = $1",
            [workspace_id.0.into()],
        );
        Ok(read.one(store.read()).await?)
    }
}

/// Verifies the hash chain of a workspace's audit log; `None` if it is intact. A command of the operator.
pub async fn verify_chain(store: &Store, workspace_id: WorkspaceId) -> Result<Option<AuditFault>, StoreError> {
    let Some(end) = ChainEnd::read(store, workspace_id).await? else { return Ok(Some(AuditFault::End)) };
    verify_rows(store, workspace_id, &end, 0, end.last_row).await
}

/// Verifies the rows after the row `after`, up to `until`, and the recorded end if that is the last row. The row `after` itself has been
/// verified; 0 starts with the first row.
pub(crate) async fn verify_rows(
    store: &Store,
    workspace_id: WorkspaceId,
    end: &ChainEnd,
    after: i64,
    until: i64,
) -> Result<Option<AuditFault>, StoreError> {
    let (mut seq, mut previous) = (after, ROOT.to_vec());
    if after > 0 {
        let Some(row) = audit_log::Entity::find_by_id((workspace_id.0, after)).one(store.read()).await? else {
            return Ok(Some(AuditFault::Row(after)));
        };
        previous = row.hash;
    }
    let mut erasures = Erasures::default();
    while seq < until {
        let rows = audit_log::Entity::find()
            .filter(audit_log::Column::WorkspaceId.eq(workspace_id.0))
            .filter(audit_log::Column::Seq.gt(seq))
            .filter(audit_log::Column::Seq.lte(until))
            .order_by_asc(audit_log::Column::Seq)
            .limit(BATCH)
            .all(store.read())
            .await?;
        if rows.is_empty() {
            return Ok(Some(AuditFault::Row(seq + 1)));
        }
        for row in rows {
            seq += 1;
            let is_in_place = row.seq == seq && row.previous_hash == previous;
            if !is_in_place || !(is_intact(&row) || erasures.vouch_for(store.read(), &row).await?) {
                return Ok(Some(AuditFault::Row(seq)));
            }
            previous = row.hash;
        }
    }
    let is_end_wrong = until == end.last_row && (end.seq, &end.hash) != (seq, &previous);
    Ok(is_end_wrong.then_some(AuditFault::End))
}

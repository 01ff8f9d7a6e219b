//! Verification of the audit log's chain.

use super::chain::{ROOT, hash};
use crate::{
    Store, StoreError,
    entity::{audit_head, audit_log},
};
use domain::ids::WorkspaceId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

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

/// Verifies the hash chain of a workspace's audit log; `None` if it is intact. A command of the operator.
pub async fn verify_chain(store: &Store, workspace_id: WorkspaceId) -> Result<Option<AuditFault>, StoreError> {
    let (mut seq, mut previous) = (0, ROOT.to_vec());
    loop {
        let rows = audit_log::Entity::find()
            .filter(audit_log::Column::WorkspaceId.eq(workspace_id.0))
            .filter(audit_log::Column::Seq.gt(seq))
            .order_by_asc(audit_log::Column::Seq)
            .limit(BATCH)
            .all(store.read())
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            seq += 1;
            if row.seq != seq || row.previous_hash != previous || row.hash != hash(&row) {
                return Ok(Some(AuditFault::Row(seq)));
            }
            previous = row.hash;
        }
    }
    let head = audit_head::Entity::find_by_id(workspace_id.0).one(store.read()).await?;
    let whole = head.is_some_and(|head| (head.seq, head.hash) == (seq, previous));
    Ok(if whole { None } else { Some(AuditFault::End) })
}

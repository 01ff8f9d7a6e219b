//! The audit log: changes by user, as a hash chain per workspace.
//!
//! A row's hash covers the row and the hash before it, and the end of the chain is stored apart. So
//! [`verify_chain`](crate::verify_chain) finds a row that was changed, removed, or cut off at the end.

use crate::{
    database::transaction::Transaction,
    entity::{audit_head, audit_log},
    error::StoreError,
};
use domain::ids::{UserId, WorkspaceId};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    prelude::{DateTimeUtc, Uuid},
    sea_query::LockType,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// The hash before the first row.
pub(super) const ROOT: [u8; 32] = [0; 32];

/// One change to append to the audit log.
#[derive(Debug, Clone)]
pub(crate) struct Change<'a> {
    /// What was done: `create`, `update`, `move`, `delete` …
    pub action: &'a str,
    /// The kind of record: [`domain::access::Entity::noun`].
    pub entity: &'a str,
    /// Id of the record.
    pub id: Uuid,
    /// The changed fields before.
    pub before: Option<Value>,
    /// The changed fields after.
    pub after: Option<Value>,
}

/// Takes the lock that every write of a workspace takes first: until the transaction ends no other write of it begins, and the two can't
/// deadlock.
pub(crate) async fn lock_workspace(tx: &Transaction, workspace_id: Uuid) -> Result<(), StoreError> {
    Chain::lock(tx, WorkspaceId(workspace_id)).await.map(drop)
}

/// The end of a workspace's chain, inside the transaction that holds its lock.
#[derive(Debug)]
pub(crate) struct Chain {
    workspace_id: WorkspaceId,
    seq: i64,
    hash: Vec<u8>,
}

impl Chain {
    /// The chain of a workspace made in this transaction.
    pub async fn start(db: &Transaction, workspace_id: WorkspaceId) -> Result<Self, StoreError> {
        let head = audit_head::ActiveModel { workspace_id: Set(workspace_id.0), seq: Set(0), hash: Set(ROOT.to_vec()) };
        audit_head::Entity::insert(head).exec_without_returning(db).await?;
        Ok(Self::at(workspace_id, 0, ROOT.to_vec()))
    }

    /// The chain of a workspace, locked until the transaction ends: the lock that every write of a workspace takes first. Whoever takes
    /// several takes them in the order of their ids. `None` for a workspace that is gone.
    pub async fn lock(db: &Transaction, workspace_id: WorkspaceId) -> Result<Option<Self>, StoreError> {
        let head = audit_head::Entity::find_by_id(workspace_id.0).lock(LockType::Update).one(db).await?;
        Ok(head.map(|head| Self::at(workspace_id, head.seq, head.hash)))
    }

    /// A chain that ends here.
    pub fn at(workspace_id: WorkspaceId, seq: i64, hash: Vec<u8>) -> Self {
        Self { workspace_id, seq, hash }
    }

    /// The number of its last row; 0 for none.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// The hash of its last row; zeros for none.
    pub fn hash(&self) -> &[u8] {
        &self.hash
    }

    /// Adds a row.
    pub async fn append(
        &mut self,
        db: &Transaction,
        actor: Option<UserId>,
        address: Option<IpAddr>,
        at: DateTimeUtc,
        change: Change<'_>,
    ) -> Result<(), StoreError> {
        let mut row = audit_log::Model {
            workspace_id: self.workspace_id.0,
            seq: self.seq + 1,
            actor_id: actor.map(|actor| actor.0),
            action: change.action.to_owned(),
            entity: change.entity.to_owned(),
            entity_id: change.id,
            before: change.before.map(|value| value.to_string()),
            after: change.after.map(|value| value.to_string()),
            ip_address: address.map(|address| address.to_string()),
            at,
            previous_hash: std::mem::take(&mut self.hash),
            hash: Vec::new(),
        };
        row.hash = hash(&row);
        (self.seq, self.hash) = (row.seq, row.hash.clone());
        audit_log::Entity::insert(audit_log::ActiveModel::from(row)).exec_without_returning(db).await?;
        Ok(())
    }

    /// Saves the end of the chain.
    pub async fn save(&self, db: &Transaction) -> Result<(), StoreError> {
        audit_head::Entity::update_many()
            .col_expr(audit_head::Column::Seq, self.seq.into())
            .col_expr(audit_head::Column::Hash, self.hash.clone().into())
            .filter(audit_head::Column::WorkspaceId.eq(self.workspace_id.0))
            .exec(db)
            .await?;
        Ok(())
    }
}

/// SHA-256 of the row. Each field is preceded by its length, so that no two rows have the same bytes.
pub(super) fn hash(row: &audit_log::Model) -> Vec<u8> {
    let mut digest = Sha256::new();
    let mut field = |bytes: Option<&[u8]>| {
        digest.update(bytes.map_or(u64::MAX, |bytes| bytes.len() as u64).to_be_bytes());
        digest.update(bytes.unwrap_or_default());
    };
    field(Some(&row.previous_hash));
    field(Some(row.workspace_id.as_bytes()));
    field(Some(&row.seq.to_be_bytes()));
    field(row.actor_id.as_ref().map(|id| id.as_bytes().as_slice()));
    field(Some(row.action.as_bytes()));
    field(Some(row.entity.as_bytes()));
    field(Some(row.entity_id.as_bytes()));
    field(row.before.as_ref().map(String::as_bytes));
    field(row.after.as_ref().map(String::as_bytes));
    field(row.ip_address.as_ref().map(String::as_bytes));
    field(Some(&row.at.timestamp_millis().to_be_bytes()));
    digest.finalize().to_vec()
}

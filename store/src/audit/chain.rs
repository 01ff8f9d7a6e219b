//! The audit log: changes by user, as a hash chain per workspace.
//!
//! A row's hash covers the row and the hash before it, and the end of the chain is stored apart. So
//! [`verify_chain`](crate::verify_chain) finds a row that was changed, removed, or cut off at the end. The values of a row, `before` and
//! `after`, are covered by a commitment, so that they can be erased ([`super::erasure`]) and the chain stays whole. Rows that an earlier
//! version wrote have none: their hash covers the values themselves.

use crate::{
    database::transaction::Transaction,
    entity::{audit_head, audit_log},
    error::StoreError,
};
use domain::{
    ids::{BulkChangeId, UserId, WorkspaceId},
    random::Random,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    prelude::{DateTimeUtc, Uuid},
    sea_query::LockType,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{fmt::Write as _, net::IpAddr};

/// The hash before the first row.
pub(super) const ROOT: [u8; 32] = [0; 32];

/// Bytes of a row's salt. Without it nobody finds a value with few possibilities, as a telephone number, by trying them all.
const SALT_BYTES: usize = 16;

/// Rows of one INSERT: 16 values each, of which PostgreSQL takes 65,535 and SQLite 32,766.
const ROWS_PER_INSERT: usize = 500;

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
    /// The bulk change that rows are part of from now on.
    bulk_change: Option<BulkChangeId>,
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
        Self { workspace_id, seq, hash, bulk_change: None }
    }

    /// The number of its last row; 0 for none.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// The hash of its last row; zeros for none.
    pub fn hash(&self) -> &[u8] {
        &self.hash
    }

    /// Makes the rows that are added from now on part of a bulk change.
    pub fn set_bulk_change(&mut self, id: BulkChangeId) {
        self.bulk_change = Some(id);
    }

    /// Adds a row. `random`: the source of its salt.
    pub async fn append(
        &mut self,
        db: &Transaction,
        random: &dyn Random,
        actor: Option<UserId>,
        address: Option<IpAddr>,
        at: DateTimeUtc,
        change: Change<'_>,
    ) -> Result<(), StoreError> {
        let row = self.next_row(random, actor, address, at, change);
        audit_log::Entity::insert(audit_log::ActiveModel::from(row)).exec_without_returning(db).await?;
        Ok(())
    }

    /// Adds rows, up to [`ROWS_PER_INSERT`] in a statement.
    pub async fn append_all(
        &mut self,
        db: &Transaction,
        random: &dyn Random,
        actor: Option<UserId>,
        address: Option<IpAddr>,
        at: DateTimeUtc,
        changes: Vec<Change<'_>>,
    ) -> Result<(), StoreError> {
        let rows: Vec<_> = changes.into_iter().map(|change| self.next_row(random, actor, address, at, change)).collect();
        for chunk in rows.chunks(ROWS_PER_INSERT) {
            let rows = chunk.iter().cloned().map(audit_log::ActiveModel::from);
            audit_log::Entity::insert_many(rows).exec_without_returning(db).await?;
        }
        Ok(())
    }

    /// The row of a change. The chain ends with it.
    fn next_row(
        &mut self,
        random: &dyn Random,
        actor: Option<UserId>,
        address: Option<IpAddr>,
        at: DateTimeUtc,
        change: Change<'_>,
    ) -> audit_log::Model {
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
            salt: None,
            commitment: None,
            erased_by: None,
            bulk_change_id: self.bulk_change.map(|id| id.0),
        };
        if row.before.is_some() || row.after.is_some() {
            let mut salt = vec![0; SALT_BYTES];
            random.fill(&mut salt);
            row.commitment = Some(commitment(&salt, row.before.as_deref(), row.after.as_deref()));
            row.salt = Some(salt);
        }
        row.hash = hash(&row);
        (self.seq, self.hash) = (row.seq, row.hash.clone());
        row
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

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 of a sequence of fields. Each is preceded by its length, so that no two sequences have the same bytes.
pub(super) struct FieldDigest(Sha256);

impl FieldDigest {
    pub fn new() -> Self {
        Self(Sha256::new())
    }

    /// Adds a field; `None` for one that is null.
    pub fn field(&mut self, bytes: Option<&[u8]>) {
        self.0.update(bytes.map_or(u64::MAX, |bytes| bytes.len() as u64).to_be_bytes());
        self.0.update(bytes.unwrap_or_default());
    }

    /// Adds a mark that no length is.
    fn mark(&mut self) {
        self.0.update((u64::MAX - 1).to_be_bytes());
    }

    pub fn finish(self) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}

/// SHA-256 of the salt and the values of a row.
fn commitment(salt: &[u8], before: Option<&str>, after: Option<&str>) -> Vec<u8> {
    let mut digest = FieldDigest::new();
    digest.field(Some(salt));
    digest.field(before.map(str::as_bytes));
    digest.field(after.map(str::as_bytes));
    digest.finish()
}

/// SHA-256 of the row: of its commitment, or of its values if it has none.
pub(super) fn hash(row: &audit_log::Model) -> Vec<u8> {
    let mut digest = FieldDigest::new();
    digest.field(Some(&row.previous_hash));
    digest.field(Some(row.workspace_id.as_bytes()));
    digest.field(Some(&row.seq.to_be_bytes()));
    digest.field(row.actor_id.as_ref().map(|id| id.as_bytes().as_slice()));
    digest.field(Some(row.action.as_bytes()));
    digest.field(Some(row.entity.as_bytes()));
    digest.field(Some(row.entity_id.as_bytes()));
    match &row.commitment {
        // The mark keeps a commitment from being taken for a value of 32 bytes.
        Some(commitment) => {
            digest.mark();
            digest.field(Some(commitment));
        }
        None => {
            digest.field(row.before.as_ref().map(String::as_bytes));
            digest.field(row.after.as_ref().map(String::as_bytes));
        }
    }
    digest.field(row.ip_address.as_ref().map(String::as_bytes));
    digest.field(Some(&row.at.timestamp_millis().to_be_bytes()));
    // Rows of earlier versions have none, and their hash covers no field for it.
    if let Some(id) = &row.bulk_change_id {
        digest.field(Some(id.as_bytes()));
    }
    digest.finish()
}

/// Whether a row is as it was written: its values fit its commitment, and the row its hash.
pub(super) fn is_intact(row: &audit_log::Model) -> bool {
    let has_its_values = match (&row.commitment, &row.salt) {
        (Some(stored), Some(salt)) => *stored == commitment(salt, row.before.as_deref(), row.after.as_deref()),
        // The values are gone, or the row is one without.
        (Some(_), None) | (None, Some(_)) => false,
        (None, None) => true,
    };
    row.erased_by.is_none() && has_its_values && row.hash == hash(row)
}

//! Removed records: how a record was removed, and restoring it with the records it needs.

use crate::{
    Store, StoreError, activities,
    audit::purges::purged_record,
    bin::{BIN_TABLES, BinTable, Restored, entity_of, retention_cutoff},
    companies, contacts,
    database::{
        sql::{Sql, sql},
        write::WorkspaceTx,
    },
    deals,
    error::authorize,
    tags, tasks,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    bin::BIN_DAYS,
    contacts::ERASED_NAME,
    ids::{ActivityId, CompanyId, ContactId, DealId, TagId, TaskId, UserId},
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// A removed record of the actor's workspace: one in the bin, or a tag that was merged or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedRecord {
    /// A company, contact, deal, activity, task or tag.
    pub entity: Entity,
    /// Its id.
    pub id: Uuid,
    /// Its name or subject when it was removed.
    pub name: String,
    /// When it was removed: for ever, if it was.
    pub removed_at: DateTime<Utc>,
    /// Name of the user who removed it.
    pub removed_by: Option<String>,
    /// How it was removed.
    pub removal: Removal,
}

impl RemovedRecord {
    /// Whether it is in the bin.
    pub fn is_in_bin(&self) -> bool {
        matches!(self.removal, Removal::Binned { .. })
    }

    /// Whether it was deleted for ever and can't come back.
    pub fn is_purged(&self) -> bool {
        matches!(self.removal, Removal::Purged { .. })
    }
}

/// How a record was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// The record is in the bin, less than thirty days.
    Binned {
        /// Its version now. Deleting added 1 to the version it had before.
        version: i64,
        /// Name of the company or contact that [`Store::restore_removed`] restores first; `None` if the record can be
        /// restored alone. Restoring a company or contact also restores what was deleted with it.
        comes_with: Option<String>,
        /// Whether [`Store::restore_removed`] is open to the actor: their role, and where members change only what they own,
        /// the owners of the record and of the records restored before it.
        restorable: bool,
        /// Name of the record's owner. If the actor may restore the record and not one that is restored before it, the name
        /// of that one's owner.
        owner_name: Option<String>,
    },
    /// The tag was merged into another one.
    Merged {
        /// The tag that took its place. If that one was merged too, the last one, which is still there.
        into: TagId,
        /// Its name now.
        name: String,
    },
    /// The tag was deleted for good, or merged into one that was deleted since.
    Deleted,
    /// The record was in the bin and was deleted for ever.
    Purged {
        /// Whether nobody did it: its time in the bin was over.
        is_expired: bool,
    },
}

impl Store {
    /// How the record with this id, of any kind, was removed.
    ///
    /// `None` if the id was never used in the actor's workspace, or if the record was not removed. What was deleted for ever is found by
    /// its entry in the audit log.
    ///
    /// # Errors
    /// [`StoreError::Denied`] without [`Verb::Read`] on [`Entity::Company`], as for [`Store::bin`].
    pub async fn removed_record(&self, actor: &Actor, id: Uuid) -> Result<Option<RemovedRecord>, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let (db, workspace_id) = (self.read(), actor.workspace_id.0);
        let chain = restore_order(db, workspace_id, self.now(), id).await?;
        if !chain.is_empty() {
            return binned(actor, chain);
        }
        if let Some(purged) = purged(db, workspace_id, id).await? {
            return Ok(Some(purged));
        }
        match expired(db, workspace_id, id).await? {
            Some(expired) => Ok(Some(expired)),
            None => removed_tag(db, workspace_id, id).await,
        }
    }

    /// Restores a record from the bin so that it can be changed, after the records it needs. Returns its version afterwards; a
    /// record that is not in the bin keeps its version.
    ///
    /// Restored first are:
    /// - for a deal, an activity or a task: its company, if that is in the bin;
    /// - for a contact that was deleted with its company: the company;
    /// - for an activity or a task of no company that was deleted with its contact or deal: the contact or deal, and its company if that
    ///   is what was deleted.
    ///
    /// # Errors
    /// - [`StoreError::NotFound`] for an id that is no company, contact, deal, activity or task of the actor's workspace, and for a
    ///   record that has been in the bin for more than thirty days.
    /// - [`StoreError::Denied`] if the actor may not restore the record or one that is restored first. Nothing is restored.
    pub async fn restore_removed(&self, actor: &Actor, id: Uuid) -> Result<i64, StoreError> {
        // The verb that every kind requires. The rule of the kind is checked for each record.
        self.write(actor, Verb::Delete, Entity::Company, move |tx| Box::pin(restore_in_order(tx, id))).await
    }
}

async fn restore_in_order(tx: &mut WorkspaceTx, id: Uuid) -> Result<i64, StoreError> {
    let chain = restore_order(&tx.db, tx.workspace_id(), tx.now, id).await?;
    let mut restored = Err(StoreError::NotFound);
    for record in chain.iter().rev() {
        restored = Ok(restore(tx, record).await?.version);
    }
    restored
}

async fn restore(tx: &mut WorkspaceTx, record: &Row) -> Result<Restored, StoreError> {
    match record.kind()? {
        Entity::Company => companies::restore(tx, CompanyId(record.id)).await,
        Entity::Contact => contacts::restore(tx, ContactId(record.id)).await,
        Entity::Deal => deals::restore(tx, DealId(record.id)).await,
        Entity::Activity => activities::restore(tx, ActivityId(record.id)).await,
        Entity::Task => tasks::restore(tx, TaskId(record.id)).await,
        Entity::Note
        | Entity::Stage
        | Entity::Tag
        | Entity::View
        | Entity::NextAction
        | Entity::Workspace
        | Entity::WorkspaceProfile
        | Entity::Member
        | Entity::Ownership
        | Entity::AuditLog
        | Entity::Export
        | Entity::PersonalData
        | Entity::Bin
        | Entity::Team
        | Entity::Account => Err(StoreError::NotFound),
    }
}

/// A record that is not in the bin, or can still be restored.
#[derive(FromQueryResult)]
struct Row {
    entity: String,
    id: Uuid,
    name: String,
    owner_id: Uuid,
    version: i64,
    deleted_at: Option<DateTime<Utc>>,
    company_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    deal_id: Option<Uuid>,
    owner_name: Option<String>,
    removed_by: Option<String>,
}

impl Row {
    fn kind(&self) -> Result<Entity, StoreError> {
        entity_of(&self.entity)
    }

    fn may_be_restored_by(&self, actor: &Actor) -> bool {
        self.kind().is_ok_and(|entity| actor.may_with(Verb::Delete, entity, UserId(self.owner_id)))
    }

    /// The ids of the records that may have to be restored before this one.
    fn referenced(&self) -> Vec<Uuid> {
        match self.company_id {
            Some(company_id) => vec![company_id],
            None => self.contact_id.into_iter().chain(self.deal_id).collect(),
        }
    }

    /// Whether `other`, which this record references, has to be restored before it. Deals, activities and tasks are not restored
    /// without their company. Otherwise only what took this record along counts: both have the same time of deletion.
    fn needs(&self, other: &Self) -> bool {
        let stands_alone = self.company_id.is_none() || self.entity == Entity::Contact.noun();
        other.deleted_at.is_some() && (!stands_alone || other.deleted_at == self.deleted_at)
    }
}

/// A record, followed by the records that have to be restored before it, the first to restore last. Empty if there is no such record, or
/// if it has been in the bin for more than thirty days. A record that is not in the bin is alone.
async fn restore_order(db: &impl ConnectionTrait, workspace_id: Uuid, now: DateTime<Utc>, id: Uuid) -> Result<Vec<Row>, StoreError> {
    let find = async |id: Uuid| statement(workspace_id, id, retention_cutoff(now)).one::<Row>(db).await;
    let mut chain: Vec<Row> = find(id).await?.into_iter().collect();
    // Each step leads from an activity or a task to a contact or deal, or from one of these to a company.
    'steps: while let Some(record) = chain.last().filter(|record| record.deleted_at.is_some()) {
        for id in record.referenced() {
            if let Some(other) = find(id).await?.filter(|other| record.needs(other)) {
                chain.push(other);
                continue 'steps;
            }
        }
        break;
    }
    Ok(chain)
}

/// The statement that finds a record of any kind that has a bin, with the names of its owner and of who deleted it.
fn statement(workspace_id: Uuid, id: Uuid, retention_cutoff: DateTime<Utc>) -> Sql {
    let text = format!(
        "SELECT g.*, o.name AS owner_name, u.name AS removed_by FROM ({}) AS g
         LEFT JOIN users o ON o.id = g.owner_id
         LEFT JOIN audit_log l ON l.workspace_id = $1 AND l.entity = g.entity AND l.entity_id = g.id AND l.action = 'delete'
           AND l.at = g.deleted_at
         LEFT JOIN users u ON u.id = l.actor_id LIMIT 1",
        BIN_TABLES.map(row_by_id_sql).join(" UNION ALL ")
    );
    sql(&text, [workspace_id.into(), id.into(), retention_cutoff.into()])
}

/// SQL of the row of one table with the id `$2` in the workspace `$1`, unless deleted before `$3`.
fn row_by_id_sql(table: &BinTable) -> String {
    let BinTable { entity, table, name, company, cascades_from } = table;
    let key = |key: &str| {
        if cascades_from.iter().any(|(_, column)| *column == key) { format!("x.{key}") } else { "CAST(NULL AS uuid)".to_owned() }
    };
    format!(
        "SELECT '{}' AS entity, x.id AS id, x.{name} AS name, x.owner_id AS owner_id, x.version AS version, x.deleted_at AS deleted_at,
           {company} AS company_id, {} AS contact_id, {} AS deal_id
         FROM {table} x WHERE x.workspace_id = $1 AND x.id = $2 AND (x.deleted_at IS NULL OR x.deleted_at >= $3)",
        entity.noun(),
        key("contact_id"),
        key("deal_id"),
    )
}

/// The first of a chain as a record in the bin; `None` if it is not in the bin.
fn binned(actor: &Actor, chain: Vec<Row>) -> Result<Option<RemovedRecord>, StoreError> {
    let refusing = chain.iter().find(|record| !record.may_be_restored_by(actor));
    let restorable = refusing.is_none();
    let owner_name = refusing.or(chain.first()).and_then(|record| record.owner_name.clone());
    let comes_with = chain.iter().skip(1).next_back().map(|first| first.name.clone());
    let record = chain.into_iter().next().and_then(|record| Some((record.deleted_at?, record)));
    let Some((removed_at, record)) = record else { return Ok(None) };
    Ok(Some(RemovedRecord {
        entity: record.kind()?,
        id: record.id,
        name: record.name,
        removed_at,
        removed_by: record.removed_by,
        removal: Removal::Binned { version: record.version, comes_with, restorable, owner_name },
    }))
}

/// A record that was deleted for ever.
async fn purged(db: &impl ConnectionTrait, workspace_id: Uuid, id: Uuid) -> Result<Option<RemovedRecord>, StoreError> {
    let Some(purged) = purged_record(db, workspace_id, id).await? else { return Ok(None) };
    Ok(Some(RemovedRecord {
        entity: entity_of(&purged.entity)?,
        id,
        name: purged.name.unwrap_or_else(|| ERASED_NAME.to_owned()),
        removed_at: purged.at,
        removed_by: purged.by,
        removal: Removal::Purged { is_expired: purged.is_expired },
    }))
}

/// A record whose time in the bin is over and that the job has not come to yet.
async fn expired(db: &impl ConnectionTrait, workspace_id: Uuid, id: Uuid) -> Result<Option<RemovedRecord>, StoreError> {
    let row: Option<Row> = statement(workspace_id, id, DateTime::UNIX_EPOCH).one(db).await?;
    let Some((deleted_at, row)) = row.and_then(|row| Some((row.deleted_at?, row))) else { return Ok(None) };
    Ok(Some(RemovedRecord {
        entity: row.kind()?,
        id,
        name: row.name,
        removed_at: deleted_at + TimeDelta::days(BIN_DAYS),
        removed_by: None,
        removal: Removal::Purged { is_expired: true },
    }))
}

async fn removed_tag(db: &impl ConnectionTrait, workspace_id: Uuid, id: Uuid) -> Result<Option<RemovedRecord>, StoreError> {
    let removed = tags::removal::removed_tag(db, workspace_id, TagId(id)).await?;
    Ok(removed.map(|tag| RemovedRecord {
        entity: Entity::Tag,
        id,
        name: tag.name,
        removed_at: tag.removed_at,
        removed_by: tag.removed_by,
        removal: tag.successor.map_or(Removal::Deleted, |(into, name)| Removal::Merged { into, name }),
    }))
}

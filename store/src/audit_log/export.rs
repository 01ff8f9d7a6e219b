//! Export of the log. The request for it is an entry of the log itself, by which its file can be downloaded for an hour.

use super::{filter::conditions, page::record};
use crate::{
    Store, StoreError,
    audit::{
        chain::Change,
        history::{AuditRow, ERASURE_COLUMNS, ERASURE_JOIN, Erased},
        names::record_names,
    },
    database::sql::sql,
    error::authorize,
    lists::time_range::TimeRange,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    audit_log::{AuditFilter, EXPORT_MINUTES},
};
use sea_orm::FromQueryResult;
use serde_json::{Map, Value};
use std::collections::HashSet;
use uuid::Uuid;

/// Entries read by one query.
const BATCH: u64 = 1_000;

/// The action of an export's own entry.
const EXPORT: &str = "export";

/// An export that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditExport {
    /// Which entries it has.
    pub filter: AuditFilter,
    /// Number of its own entry, before which it ends.
    pub seq: i64,
    /// When it was asked for.
    pub at: DateTime<Utc>,
}

/// An entry as it is exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedEntry {
    /// Its number.
    pub seq: i64,
    /// Time of the change.
    pub at: DateTime<Utc>,
    /// Present name of the user who made it.
    pub actor_name: Option<String>,
    /// Their present email address.
    pub actor_email: Option<String>,
    /// What was done.
    pub action: String,
    /// The kind of the changed record.
    pub kind: String,
    /// The record's present name, or the one in the entry.
    pub record_name: Option<String>,
    /// The record's id.
    pub record_id: Uuid,
    /// The changed fields before, as JSON.
    pub before: Option<String>,
    /// The changed fields after, as JSON.
    pub after: Option<String>,
    /// Who erased values of it, and when; `None` if it has all.
    pub erased: Option<Erased>,
    /// Address that the change came from.
    pub ip_address: Option<String>,
}

#[derive(FromQueryResult)]
struct Asked {
    seq: i64,
    at: DateTime<Utc>,
    after: Option<String>,
}

#[derive(FromQueryResult)]
struct Row {
    seq: i64,
    #[sea_orm(nested)]
    audit: AuditRow,
    actor_email: Option<String>,
    entity: String,
    entity_id: Uuid,
    ip_address: Option<String>,
}

impl Store {
    /// Appends an export to the log, and returns the id by which it can be downloaded.
    pub async fn request_audit_export(&self, actor: &Actor, filter: AuditFilter) -> Result<Uuid, StoreError> {
        self.write(actor, Verb::Create, Entity::AuditLog, move |tx| {
            Box::pin(async move {
                let id = tx.new_id();
                let filters: Map<String, Value> = filter.pairs().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
                let change =
                    Change { action: EXPORT, entity: Entity::AuditLog.noun(), id, before: None, after: Some(Value::Object(filters)) };
                tx.audit(change).await?;
                Ok(id)
            })
        })
        .await
    }

    /// An export that the actor asked for in the last [`EXPORT_MINUTES`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is none.
    pub async fn audit_export(&self, actor: &Actor, id: Uuid) -> Result<AuditExport, StoreError> {
        authorize(actor, Verb::Read, Entity::AuditLog)?;
        let values = [
            actor.workspace_id.0.into(),
            Entity::AuditLog.noun().into(),
            id.into(),
            actor.user_id.0.into(),
            (self.now() - TimeDelta::minutes(EXPORT_MINUTES)).into(),
        ];
        let find = "SELECT seq, at, after FROM audit_log
             WHERE workspace_id = $1 AND entity = $2 AND entity_id = $3 AND actor_id = $4 AND at > $5";
        let asked: Asked = sql(find, values).one(self.read()).await?.ok_or(StoreError::NotFound)?;
        let filters: Map<String, Value> = asked.after.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let pairs = filters.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
        let filter = AuditFilter::parse(pairs).map_err(|_| StoreError::Internal)?;
        Ok(AuditExport { filter, seq: asked.seq, at: asked.at })
    }

    /// The next entries of an export after the entry `after`, oldest first; empty at its end. `days_utc`: the days of its filter.
    pub async fn exported_entries(
        &self,
        actor: &Actor,
        export: &AuditExport,
        days_utc: TimeRange,
        after: i64,
    ) -> Result<Vec<ExportedEntry>, StoreError> {
        authorize(actor, Verb::Read, Entity::AuditLog)?;
        let mut statement = sql("", [actor.workspace_id.0.into()]);
        let all = conditions(&mut statement, &export.filter, days_utc);
        let (after, until) = (statement.bind(after), statement.bind(export.seq));
        statement.push(&format!(
            "SELECT a.seq, a.at, a.action, a.before, a.after, u.name AS actor_name, u.email AS actor_email, a.entity, a.entity_id,
               a.ip_address, {ERASURE_COLUMNS}
             FROM audit_log a LEFT JOIN users u ON u.id = a.actor_id {ERASURE_JOIN}
             WHERE {all} AND a.seq > {after} AND a.seq < {until} ORDER BY a.seq LIMIT {BATCH}"
        ));
        let rows: Vec<Row> = statement.all(self.read()).await?;
        let ids: HashSet<Uuid> = rows.iter().map(|row| row.entity_id).collect();
        let names = record_names(self.read(), actor, ids).await?;
        let entries = rows.into_iter().map(|row| {
            let (before, after) = row.audit.before_and_after();
            let record = record(row.entity, row.entity_id, &before, &after, &names);
            let erased = row.audit.erased();
            ExportedEntry {
                seq: row.seq,
                at: row.audit.at,
                actor_name: row.audit.actor_name,
                actor_email: row.actor_email,
                action: row.audit.action,
                kind: record.noun,
                record_name: record.name,
                record_id: record.id,
                before: row.audit.before,
                after: row.audit.after,
                erased,
                ip_address: row.ip_address,
            }
        });
        Ok(entries.collect())
    }
}

//! A page of the log.

use super::{
    changes::{changed_fields, referenced_ids},
    filter::{conditions, index_hint},
};
use crate::{
    Store, StoreError,
    audit::{
        history::{AuditRow, ERASURE_COLUMNS, ERASURE_JOIN, Erased, FieldChange},
        names::{RecordName, record_names},
    },
    database::sql::sql,
    error::authorize,
    lists::{
        cached_counts::{CachedCount, CountKey},
        page::{COUNT_CAP, Total},
        time_range::TimeRange,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    audit_log::{AuditCursor, AuditQuery, kind_of},
    ids::{BulkChangeId, UserId},
    page::{ListQuery, PAGE_SIZE},
};
use sea_orm::FromQueryResult;
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// A page of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditList {
    /// Its entries, at most [`PAGE_SIZE`].
    pub entries: Vec<AuditEntry>,
    /// Start of the page with newer entries; `None` on the first one.
    pub newer: Option<AuditCursor>,
    /// Start of the page with older entries; `None` on the last one.
    pub older: Option<AuditCursor>,
    /// Number of entries that match.
    pub total: Total,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number, from 1 without a gap.
    pub seq: i64,
    /// Time of the change.
    pub at: DateTime<Utc>,
    /// Id and present name of the user who made it; `None` for a program, the operator or the holder of a link.
    pub actor: Option<(UserId, String)>,
    /// What was done: the slug of a [`domain::audit_log::AuditAction`], or of one that only a later version knows.
    pub action: String,
    /// The changed record.
    pub record: AuditRecord,
    /// The changed fields, by name. Their values are as the log has them.
    pub changes: Vec<FieldChange>,
    /// Who erased values of it, and when; `None` if it has all.
    pub erased: Option<Erased>,
    /// Address that the change came from.
    pub ip_address: Option<String>,
    /// The bulk change that it is part of.
    pub bulk_change: Option<BulkChangeId>,
}

/// A changed record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its kind, as the log calls it.
    pub noun: String,
    /// Its kind; `None` for one that only a later version knows.
    pub kind: Option<Entity>,
    /// Its id.
    pub id: Uuid,
    /// Its present name, or the one in the entry; `None` if there is neither.
    pub name: Option<String>,
    /// Whether it has a page now.
    pub has_page: bool,
}

/// A row of the log.
#[derive(FromQueryResult)]
struct Row {
    seq: i64,
    #[sea_orm(nested)]
    audit: AuditRow,
    actor_id: Option<Uuid>,
    entity: String,
    entity_id: Uuid,
    ip_address: Option<String>,
    bulk_change_id: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct At {
    at: DateTime<Utc>,
}

impl Store {
    /// A page of the log of the actor's workspace. `days_utc`: the days of the filter. A cursor past either end shows the newest entries.
    pub async fn audit_log(&self, actor: &Actor, query: &AuditQuery, days_utc: TimeRange) -> Result<AuditList, StoreError> {
        authorize(actor, Verb::Read, Entity::AuditLog)?;
        let total = self.audit_total(actor, query, days_utc).await?;
        if total.count == 0 {
            return Ok(AuditList { entries: vec![], newer: None, older: None, total });
        }
        let is_start = query.cursor == AuditCursor::Newest;
        let mut rows = self.audit_rows(actor, query, days_utc).await?;
        let more = rows.len() as u64 > PAGE_SIZE;
        let backwards = matches!(query.cursor, AuditCursor::After(_));
        // Whoever pages back to the start, or past the end, sees the newest page whole.
        if !is_start && (rows.is_empty() || (backwards && !more)) {
            let newest = query.at(AuditCursor::Newest);
            return Box::pin(self.audit_log(actor, &newest, days_utc)).await;
        }
        rows.truncate(PAGE_SIZE as usize);
        if backwards {
            rows.reverse();
        }
        let newer = rows.first().filter(|_| !is_start).map(|row| AuditCursor::After(row.seq));
        let older = rows.last().filter(|_| backwards || more).map(|row| AuditCursor::Before(row.seq));
        Ok(AuditList { entries: self.read_entries(actor, rows).await?, newer, older, total })
    }

    /// Ids and names of the present and former members, whose changes the log may have; at most 1,000.
    pub async fn audit_people(&self, actor: &Actor) -> Result<Vec<(UserId, String)>, StoreError> {
        authorize(actor, Verb::Read, Entity::AuditLog)?;
        let members = sql(
            "SELECT u.id, u.name FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1
             ORDER BY u.sort_key, u.id LIMIT 1000",
            [actor.workspace_id.0.into()],
        );
        let rows = members.all::<crate::lists::names::IdName>(self.read()).await?;
        Ok(rows.into_iter().map(|row| (UserId(row.id), row.name)).collect())
    }

    /// Rows of a page and one more, from the cursor on. Their numbers are found first: an outer join keeps SQLite from reading the log
    /// along its primary key instead.
    async fn audit_rows(&self, actor: &Actor, query: &AuditQuery, days_utc: TimeRange) -> Result<Vec<Row>, StoreError> {
        let mut statement = sql("", [actor.workspace_id.0.into()]);
        let mut all = conditions(&mut statement, &query.filter, days_utc);
        let hint = index_hint(self.backend(), &query.filter);
        let (seq, compares, direction) = match query.cursor {
            AuditCursor::Newest => (None, "", "DESC"),
            AuditCursor::Before(seq) => (Some(seq), "<", "DESC"),
            AuditCursor::After(seq) => (Some(seq), ">", "ASC"),
        };
        if let Some(seq) = seq {
            let find = sql("SELECT at FROM audit_log WHERE workspace_id = $1 AND seq = $2", [actor.workspace_id.0.into(), seq.into()]);
            let Some(At { at }) = find.one(self.read()).await? else { return Ok(vec![]) };
            all.push_str(&format!(" AND (a.at, a.seq) {compares} ({}, {})", statement.bind(at), statement.bind(seq)));
        }
        statement.push(&format!(
            "SELECT a.seq, a.at, a.action, a.before, a.after, u.name AS actor_name, a.actor_id, a.entity, a.entity_id, a.ip_address,
               a.bulk_change_id,
               {ERASURE_COLUMNS}
             FROM (SELECT a.at, a.seq FROM audit_log a {hint} WHERE {all} ORDER BY a.at {direction}, a.seq {direction} LIMIT {}) AS page
             LEFT JOIN audit_log a ON a.workspace_id = $1 AND a.seq = page.seq
             LEFT JOIN users u ON u.id = a.actor_id
             {ERASURE_JOIN}
             ORDER BY page.at {direction}, page.seq {direction}",
            PAGE_SIZE + 1
        ));
        Ok(statement.all(self.read()).await?)
    }

    /// Number of entries that match: without a filter, the number of the last one.
    async fn audit_total(&self, actor: &Actor, query: &AuditQuery, days_utc: TimeRange) -> Result<Total, StoreError> {
        let mut statement = sql("", [actor.workspace_id.0.into()]);
        if query.is_filtered() {
            let all = conditions(&mut statement, &query.filter, days_utc);
            let hint = index_hint(self.backend(), &query.filter);
            let counted = format!("SELECT 1 FROM audit_log a {hint} WHERE {all} LIMIT {}", COUNT_CAP + 1);
            statement.push(&format!("SELECT count(*) AS count FROM ({counted}) AS matching"));
        } else {
            statement.push("SELECT seq AS count FROM audit_heads WHERE workspace_id = $1");
        }
        let count = async { Ok(CachedCount::of(statement.count(self.read()).await?)) };
        // The days are in the zone of the workspace, whose change is a change of the workspace.
        let key = CountKey::rows_of(&query.at(AuditCursor::Newest));
        Ok(Total::of(self.get_or_load(actor, key, count).await?.rows, query.is_filtered()))
    }

    async fn read_entries(&self, actor: &Actor, rows: Vec<Row>) -> Result<Vec<AuditEntry>, StoreError> {
        let rows: Vec<(Row, Value, Value)> = rows
            .into_iter()
            .map(|row| {
                let (before, after) = row.audit.before_and_after();
                (row, before, after)
            })
            .collect();
        let ids = rows.iter().flat_map(|(row, before, after)| referenced_ids(before, after).chain([row.entity_id]));
        let names = record_names(self.read(), actor, ids.collect()).await?;
        Ok(rows.into_iter().map(|(row, before, after)| entry(row, &before, &after, &names)).collect())
    }
}

fn entry(row: Row, before: &Value, after: &Value, names: &HashMap<Uuid, RecordName>) -> AuditEntry {
    let changes = changed_fields(before, after, names);
    let record = record(row.entity, row.entity_id, before, after, names);
    let erased = row.audit.erased();
    let actor = row.actor_id.map(|id| (UserId(id), row.audit.actor_name.unwrap_or_default()));
    AuditEntry {
        seq: row.seq,
        at: row.audit.at,
        actor,
        action: row.audit.action,
        record,
        changes,
        erased,
        ip_address: row.ip_address,
        bulk_change: row.bulk_change_id.map(BulkChangeId),
    }
}

/// The record of an entry, with its name now or then.
pub(super) fn record(noun: String, id: Uuid, before: &Value, after: &Value, names: &HashMap<Uuid, RecordName>) -> AuditRecord {
    let known = names.get(&id);
    let noted = || {
        let fields = [after, before].into_iter().flat_map(|side| ["name", "subject", "title", "email"].map(|field| &side[field]));
        fields.filter_map(Value::as_str).next().map(str::to_owned)
    };
    let kind = kind_of(&noun);
    let name = known.map(|known| known.name.clone()).or_else(noted);
    AuditRecord { noun, kind, id, name, has_page: known.is_some_and(|known| known.has_page) }
}

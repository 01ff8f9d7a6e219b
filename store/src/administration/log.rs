//! The install's own log as platform admins read it.

use crate::{
    AuditFault, FieldChange, INSTALL_LOG, Store,
    audit::{history::AuditRow, verify::verify_chain},
    audit_log::changes::changed_fields,
    database::sql::sql,
    error::StoreError,
    users::platform_admins::authorize_platform_admin,
};
use chrono::{DateTime, Utc};
use domain::{ids::UserId, page::PAGE_SIZE};
use sea_orm::FromQueryResult;
use std::collections::HashMap;

/// A page of the log, the newest entries first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallLogPage {
    /// Its entries, at most [`PAGE_SIZE`].
    pub entries: Vec<InstallLogEntry>,
    /// The number before which the next page starts; `None` on the last one.
    pub older: Option<i64>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallLogEntry {
    /// Its number, from 1 without a gap.
    pub seq: i64,
    /// Time of the change.
    pub at: DateTime<Utc>,
    /// Present name of the user who made it; `None` for the operator, a program, or the holder of a link.
    pub actor_name: Option<String>,
    /// What was done: the slug of a [`domain::audit_log::AuditAction`].
    pub action: String,
    /// The kind of what was changed: `account`, `workspace`, `install` or `job`.
    pub noun: String,
    /// Its present name, and of an account its address.
    pub name: Option<String>,
    /// The changed fields.
    pub changes: Vec<FieldChange>,
    /// Address that the change came from.
    pub ip_address: Option<String>,
}

#[derive(FromQueryResult)]
struct Row {
    seq: i64,
    #[sea_orm(nested)]
    audit: AuditRow,
    entity: String,
    user_name: Option<String>,
    user_email: Option<String>,
    workspace_name: Option<String>,
    ip_address: Option<String>,
}

#[derive(FromQueryResult)]
struct Begun {
    #[expect(dead_code, reason = "whether there is one is all that is asked")]
    seq: i64,
}

impl Store {
    /// A page of the install's log. `before`: the number before which it starts; `None` for the newest entries.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin.
    pub async fn install_log(&self, admin: UserId, before: Option<i64>) -> Result<InstallLogPage, StoreError> {
        authorize_platform_admin(self.read(), admin).await?;
        let text = format!(
            "SELECT a.seq, a.at, a.action, a.before, a.after, actor.name AS actor_name, a.entity, a.ip_address,
               u.name AS user_name, u.email AS user_email, w.name AS workspace_name
             FROM audit_log a
             LEFT JOIN users actor ON actor.id = a.actor_id
             LEFT JOIN users u ON u.id = a.entity_id
             LEFT JOIN workspaces w ON w.id = a.entity_id
             WHERE a.workspace_id = $1 AND a.seq < $2 ORDER BY a.seq DESC LIMIT {}",
            PAGE_SIZE + 1
        );
        let mut rows: Vec<Row> = sql(&text, [INSTALL_LOG.0.into(), before.unwrap_or(i64::MAX).into()]).all(self.read()).await?;
        let has_older = rows.len() as u64 > PAGE_SIZE;
        rows.truncate(PAGE_SIZE as usize);
        let older = rows.last().filter(|_| has_older).map(|row| row.seq);
        Ok(InstallLogPage { entries: rows.into_iter().map(entry).collect(), older })
    }

    /// Verifies the hash chain of the install's log; `None` if it is intact.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin.
    pub async fn check_install_log(&self, admin: UserId) -> Result<Option<AuditFault>, StoreError> {
        authorize_platform_admin(self.read(), admin).await?;
        let find =
            "SELECT seq FROM audit_heads WHERE workspace_id = $1 UNION ALL SELECT seq FROM audit_log WHERE workspace_id = $1 LIMIT 1";
        let begun: Option<Begun> = sql(find, [INSTALL_LOG.0.into()]).one(self.read()).await?;
        // The first change of an install makes the chain.
        if begun.is_none() { Ok(None) } else { verify_chain(self, INSTALL_LOG).await }
    }
}

fn entry(row: Row) -> InstallLogEntry {
    let (before, after) = row.audit.before_and_after();
    let account = row.user_name.map(|name| match row.user_email.filter(|email| !email.is_empty()) {
        Some(email) => format!("{name} <{email}>"),
        None => name,
    });
    InstallLogEntry {
        seq: row.seq,
        at: row.audit.at,
        actor_name: row.audit.actor_name,
        action: row.audit.action,
        noun: row.entity,
        name: account.or(row.workspace_name),
        changes: changed_fields(&before, &after, &HashMap::new()),
        ip_address: row.ip_address,
    }
}

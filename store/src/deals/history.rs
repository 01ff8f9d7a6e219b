//! History of a deal, from the audit log.

use crate::{
    Store, StoreError,
    audit::history::{AuditRow, rows_of},
    database::sql::Sql,
    error::authorize,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    ids::DealId,
    money::Money,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// One entry of a deal's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealEvent {
    /// Time of the change.
    pub at: DateTime<Utc>,
    /// Name of the user; `None` if a program made the change.
    pub actor_name: Option<String>,
    /// The change.
    pub change: DealChange,
}

/// A change of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DealChange {
    /// It was created.
    Created {
        /// Name of its stage at that time.
        stage: String,
        /// Its value, if it was known.
        value: Option<Money>,
    },
    /// Its stage changed. Names of that time.
    Stage {
        /// From here.
        from: String,
        /// To here.
        to: String,
    },
    /// Its value changed.
    Value {
        /// From this; `None` for not known.
        from: Option<Money>,
        /// To this; `None` for not known.
        to: Option<Money>,
    },
    /// Its owner changed. Present names.
    Owner {
        /// From this person.
        from: String,
        /// To this one.
        to: String,
    },
}

impl Store {
    /// Changes of a deal's stage, value and owner, newest first: one round trip, and one more for the names of owners if the owner
    /// changed. Empty for a deal of another workspace.
    pub async fn deal_history(&self, actor: &Actor, id: DealId) -> Result<Vec<DealEvent>, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        // JSON escapes quotation marks in values, so a value can't look like a field's name.
        let condition = "a.action IN ('create', 'update', 'move')
             AND (a.after LIKE '%\"stage\":%' OR a.after LIKE '%\"value\":%' OR a.after LIKE '%\"owner_id\":%')";
        let rows = rows_of(self.read(), actor, Entity::Deal, id.0, condition).await?;
        let entries: Vec<Entry> = rows.into_iter().map(Entry::from).collect();
        let owners = names(self.read(), actor, entries.iter().filter_map(Entry::owners).flatten().collect()).await?;
        Ok(entries.into_iter().flat_map(|entry| entry.events(&owners)).collect())
    }
}

/// A parsed audit row.
struct Entry {
    at: DateTime<Utc>,
    made: bool,
    before: Value,
    after: Value,
    actor_name: Option<String>,
}

impl From<AuditRow> for Entry {
    fn from(row: AuditRow) -> Self {
        let read = |json: Option<String>| json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or(Value::Null);
        Self { at: row.at, made: row.action == "create", before: read(row.before), after: read(row.after), actor_name: row.actor_name }
    }
}

impl Entry {
    /// The owner before and after, if that changed.
    fn owners(&self) -> Option<[Uuid; 2]> {
        let owner = |of: &Value| of["owner_id"].as_str().and_then(|id| id.parse().ok());
        Some([owner(&self.before)?, owner(&self.after)?])
    }

    /// Its changes; one edit can change several fields.
    fn events(self, owners: &HashMap<Uuid, String>) -> Vec<DealEvent> {
        let stage = |of: &Value| of["stage"].as_str().map(str::to_owned);
        let value = |of: &Value| of["value"].as_i64().map(Money::from_hundredths);
        let mut changes = Vec::new();
        match (self.made, stage(&self.before), stage(&self.after)) {
            (true, _, Some(stage)) => changes.push(DealChange::Created { stage, value: value(&self.after) }),
            (_, Some(from), Some(to)) => changes.push(DealChange::Stage { from, to }),
            _ => {}
        }
        if !self.made && self.after.get("value").is_some() {
            changes.push(DealChange::Value { from: value(&self.before), to: value(&self.after) });
        }
        if let Some([from, to]) = self.owners() {
            let name = |id| owners.get(&id).cloned().unwrap_or_else(|| "somebody".to_owned());
            changes.push(DealChange::Owner { from: name(from), to: name(to) });
        }
        changes.into_iter().map(|change| DealEvent { at: self.at, actor_name: self.actor_name.clone(), change }).collect()
    }
}

/// Names of present and former members of the workspace, by user id.
async fn names(db: &impl ConnectionTrait, actor: &Actor, ids: Vec<Uuid>) -> Result<HashMap<Uuid, String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Name {
        id: Uuid,
        name: String,
    }
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let ids = sql.bind_all(ids);
    sql.push(&format!(
        "SELECT u.id, u.name FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.user_id IN ({ids})"
    ));
    Ok(sql.all::<Name>(db).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

//! History of a deal, from the audit log.

use crate::{
    Store, StoreError,
    audit::{
        history::{AuditRow, FieldChange, field_changes, rows_of},
        names::names_by_id,
    },
    error::authorize,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    ids::DealId,
    money::Money,
};
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
    /// Another field changed. Owner, company and contact have their present names.
    Field(FieldChange),
    /// It was moved to the bin.
    Deleted,
    /// It was restored from the bin.
    Restored,
}

/// Fields of an audit row that accompany a changed stage.
const IMPLIED_BY_STAGE: [&str; 2] = ["closed_at", "probability"];
/// Fields with a [`DealChange`] of their own, and the place in a column, which is no news.
const SHOWN_APART: [&str; 3] = ["stage", "value", "position"];
/// Fields that hold ids, with the words for them.
const REFERENCES: [(&str, &str); 3] = [("owner_id", "owner"), ("company_id", "company"), ("contact_id", "contact")];

impl Store {
    /// Changes of a deal, newest first: one round trip, and one more for the names of owners, companies and contacts if any of these
    /// changed. Empty for a deal of another workspace.
    pub async fn deal_history(&self, actor: &Actor, id: DealId) -> Result<Vec<DealEvent>, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let rows = rows_of(self.read(), actor, Entity::Deal, id.0, "a.action <> 'reorder'").await?;
        let entries: Vec<Entry> = rows.into_iter().map(Entry::from).collect();
        let names = names_by_id(self.read(), actor, entries.iter().flat_map(Entry::references).collect()).await?;
        Ok(entries.into_iter().flat_map(|entry| entry.events(&names)).collect())
    }
}

/// A parsed audit row.
struct Entry {
    at: DateTime<Utc>,
    action: String,
    before: Value,
    after: Value,
    actor_name: Option<String>,
}

impl From<AuditRow> for Entry {
    fn from(row: AuditRow) -> Self {
        let (before, after) = row.before_and_after();
        Self { at: row.at, action: row.action, before, after, actor_name: row.actor_name }
    }
}

fn reference(of: &Value, field: &str) -> Option<Uuid> {
    of[field].as_str().and_then(|id| id.parse().ok())
}

impl Entry {
    /// Ids in changed fields.
    fn references(&self) -> impl Iterator<Item = Uuid> {
        let changed = (self.action == "update").then_some([&self.before, &self.after]);
        changed.into_iter().flatten().flat_map(|of| REFERENCES.iter().filter_map(|(field, _)| reference(of, field)))
    }

    /// Its changes; one edit can change several fields.
    fn events(self, names: &HashMap<Uuid, String>) -> Vec<DealEvent> {
        let changes = match self.action.as_str() {
            "create" => self.created().into_iter().collect(),
            "delete" => vec![DealChange::Deleted],
            "restore" => vec![DealChange::Restored],
            _ => self.edited(names),
        };
        changes.into_iter().map(|change| DealEvent { at: self.at, actor_name: self.actor_name.clone(), change }).collect()
    }

    fn created(&self) -> Option<DealChange> {
        let stage = self.after["stage"].as_str()?.to_owned();
        Some(DealChange::Created { stage, value: self.after["value"].as_i64().map(Money::from_hundredths) })
    }

    fn edited(&self, names: &HashMap<Uuid, String>) -> Vec<DealChange> {
        let stage = |of: &Value| of["stage"].as_str().map(str::to_owned);
        let value = |of: &Value| of["value"].as_i64().map(Money::from_hundredths);
        let mut changes = Vec::new();
        let moved = stage(&self.before).zip(stage(&self.after));
        let has_moved = moved.is_some();
        changes.extend(moved.map(|(from, to)| DealChange::Stage { from, to }));
        if self.after.get("value").is_some() {
            changes.push(DealChange::Value { from: value(&self.before), to: value(&self.after) });
        }
        for (field, word) in REFERENCES.iter().filter(|(field, _)| self.after.get(*field).is_some()) {
            let name = |of: &Value| reference(of, field).map(|id| names.get(&id).cloned().unwrap_or_else(|| "(gone)".to_owned()));
            let change = FieldChange { field: (*word).to_owned(), is_custom: false, from: name(&self.before), to: name(&self.after) };
            changes.push(DealChange::Field(change));
        }
        let others = field_changes(&self.before, &self.after).into_iter().filter(|change| {
            let field = change.field.as_str();
            change.is_custom || !(SHOWN_APART.contains(&field) || (has_moved && IMPLIED_BY_STAGE.contains(&field)))
        });
        changes.extend(others.map(DealChange::Field));
        changes
    }
}

//! History of one record, from the audit log.

use crate::{
    StoreError,
    audit::{erasure::ERASE, names::names_by_id},
    custom_fields,
    database::sql::sql,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity},
    custom_fields::CustomFields,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Most entries of a history.
const HISTORY_MAX: i64 = 100;

/// One entry of a record's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordEvent {
    /// Time of the change.
    pub at: DateTime<Utc>,
    /// Name of the user; `None` if a program made the change.
    pub actor_name: Option<String>,
    /// What was done.
    pub action: Action,
    /// The changed fields, except ids.
    pub changes: Vec<FieldChange>,
    /// Who erased values of it, and when; `None` if it has all.
    pub erased: Option<Erased>,
}

/// The erasure of an entry's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Its time.
    pub at: DateTime<Utc>,
    /// Present name of the user who made it.
    pub actor_name: Option<String>,
}

/// What was done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It was created.
    Created,
    /// It was made by its series.
    Repeated,
    /// Its fields were changed.
    Changed,
    /// It was moved to the bin.
    Deleted,
    /// It was restored from the bin.
    Restored,
    /// Its personal data was erased.
    Erased,
}

/// One changed field, with its values as text; `None` for an empty value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field's name.
    pub field: String,
    /// Whether it is a custom field, whose name somebody wrote.
    pub is_custom: bool,
    /// Value before.
    pub from: Option<String>,
    /// Value after.
    pub to: Option<String>,
}

/// A row of the audit log, with the name of the user who made the change.
#[derive(FromQueryResult)]
pub(crate) struct AuditRow {
    pub at: DateTime<Utc>,
    pub action: String,
    pub before: Option<String>,
    pub after: Option<String>,
    pub actor_name: Option<String>,
    pub erased_at: Option<DateTime<Utc>>,
    pub eraser_name: Option<String>,
}

/// The erasure of the entry `a` of the log, as `e`, and its user, as `eu`.
pub(crate) const ERASURE_JOIN: &str =
    "LEFT JOIN audit_log e ON e.workspace_id = $1 AND e.seq = a.erased_by LEFT JOIN users eu ON eu.id = e.actor_id";
/// Columns of [`AuditRow`] from [`ERASURE_JOIN`].
pub(crate) const ERASURE_COLUMNS: &str = "e.at AS erased_at, eu.name AS eraser_name";

impl AuditRow {
    /// The erasure of its values.
    pub fn erased(&self) -> Option<Erased> {
        self.erased_at.map(|at| Erased { at, actor_name: self.eraser_name.clone() })
    }

    /// The changed fields before and after, null if there are none.
    pub fn before_and_after(&self) -> (Value, Value) {
        let read = |json: &Option<String>| json.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or(Value::Null);
        (read(&self.before), read(&self.after))
    }
}

/// The entries of a record, newest first, at most 100. The caller has authorized.
pub(crate) async fn of_record(db: &impl ConnectionTrait, actor: &Actor, entity: Entity, id: Uuid) -> Result<Vec<RecordEvent>, StoreError> {
    let rows = rows_of(db, actor, entity, id, "TRUE").await?;
    let owners = rows.iter().flat_map(|row| <[Value; 2]>::from(row.before_and_after())).filter_map(|side| owner_in(&side)).collect();
    let owners = names_by_id(db, actor, owners).await?;
    Ok(rows.into_iter().filter_map(|row| event(row, &owners)).collect())
}

/// The owner in one side of an audit row.
fn owner_in(side: &Value) -> Option<Uuid> {
    side["owner_id"].as_str()?.parse().ok()
}

/// A record's rows that satisfy the SQL condition on `a`, newest first, at most 100. The caller has authorized.
pub(crate) async fn rows_of(
    db: &impl ConnectionTrait,
    actor: &Actor,
    entity: Entity,
    id: Uuid,
    condition: &str,
) -> Result<Vec<AuditRow>, StoreError> {
    let text = format!(
        "SELECT a.at, a.action, a.before, a.after, u.name AS actor_name, {ERASURE_COLUMNS}
         FROM audit_log a LEFT JOIN users u ON u.id = a.actor_id {ERASURE_JOIN}
         WHERE a.workspace_id = $1 AND a.entity = $2 AND a.entity_id = $3 AND {condition}
         ORDER BY a.seq DESC LIMIT {HISTORY_MAX}"
    );
    Ok(sql(&text, [actor.workspace_id.0.into(), entity.noun().into(), id.into()]).all(db).await?)
}

/// The entry of an audit row; `None` for an action that is not shown, or an edit that changed ids alone.
fn event(row: AuditRow, owners: &HashMap<Uuid, String>) -> Option<RecordEvent> {
    let action = match row.action.as_str() {
        "create" => Action::Created,
        "repeat" => Action::Repeated,
        "update" => Action::Changed,
        "delete" => Action::Deleted,
        "restore" => Action::Restored,
        ERASE => Action::Erased,
        _ => return None,
    };
    let (before, after) = row.before_and_after();
    let mut changes = if action == Action::Changed { field_changes(&before, &after) } else { vec![] };
    if action == Action::Changed && owner_in(&after).is_some() {
        let name = |side: &Value| owner_in(side).and_then(|id| owners.get(&id).cloned());
        changes.push(FieldChange { field: "owner".to_owned(), is_custom: false, from: name(&before), to: name(&after) });
    }
    let erased = row.erased();
    let is_shown = action != Action::Changed || !changes.is_empty() || erased.is_some();
    is_shown.then_some(RecordEvent { at: row.at, actor_name: row.actor_name, action, changes, erased })
}

/// The fields that differ, except ids. `before`, `after`: the two sides of an audit row.
pub(crate) fn field_changes(before: &Value, after: &Value) -> Vec<FieldChange> {
    let fields = after.as_object().into_iter().flatten().filter(|(field, _)| !field.ends_with("_id"));
    let changed = |(field, to): (&String, &Value)| match field.as_str() {
        CUSTOM_FIELDS => custom_field_changes(&before[field], to),
        _ => vec![FieldChange { field: field.clone(), is_custom: false, from: words(&before[field]), to: words(to) }],
    };
    fields.flat_map(changed).collect()
}

/// The field of an audit row that holds all custom fields of the record.
pub(crate) const CUSTOM_FIELDS: &str = "custom_fields";

/// The custom fields that differ, by name. `before`, `after`: all of the record's, as an audit row has them.
pub fn custom_field_changes(before: &Value, after: &Value) -> Vec<FieldChange> {
    let (before, after) = (custom_fields::from_json(before.clone()), custom_fields::from_json(after.clone()));
    let value_in = |fields: &CustomFields, name: &str| fields.iter().find(|field| field.name == name).map(|field| field.value.clone());
    let added = after.iter().filter(|field| value_in(&before, &field.name).is_none());
    let names = CustomFields::from_stored(before.iter().chain(added).map(|field| (field.name.clone(), String::new())));
    let change =
        |name: &str| FieldChange { field: name.to_owned(), is_custom: true, from: value_in(&before, name), to: value_in(&after, name) };
    names.iter().map(|field| change(&field.name)).filter(|change| change.from != change.to).collect()
}

/// A value as text; `None` if it is empty.
pub(crate) fn words(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::String(text) => Some(text.clone()),
        Value::Array(values) => Some(values.iter().filter_map(words).collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_fields_that_appear_or_go_altogether_are_named() {
        let fields = serde_json::json!({ "Kho": "1" });
        let named = |before: &Value, after: &Value| {
            custom_field_changes(before, after).into_iter().map(|change| (change.field, change.from, change.to)).collect::<Vec<_>>()
        };
        let text = |text: &str| text.to_owned();
        assert_eq!(named(&Value::Null, &fields), [(text("Kho"), None, Some(text("1")))]);
        assert_eq!(named(&fields, &Value::Null), [(text("Kho"), Some(text("1")), None)]);
        assert_eq!(named(&fields, &fields), []);
    }

    #[test]
    fn edit_lists_changed_fields_without_ids_and_each_custom_field() {
        let json = |text: &str| serde_json::from_str(text).expect("JSON of a test");
        let changes = field_changes(
            &json(
                r#"{"name":"A","company_id":"1","company":null,"tags":["x"],"is_decision_maker":false,"custom_fields":{"Kho":"1","name":"Đào","Giao":"sáng"}}"#,
            ),
            &json(
                r#"{"name":"B","company_id":"2","company":"C","tags":[],"is_decision_maker":true,"custom_fields":{"Kho":"1","Thuế":"2","Giao":"chiều"}}"#,
            ),
        );
        let changes: Vec<_> = changes.iter().map(|c| (c.field.as_str(), c.is_custom, c.from.as_deref(), c.to.as_deref())).collect();
        let expected = [
            ("company", false, None, Some("C")),
            ("Giao", true, Some("sáng"), Some("chiều")),
            ("name", true, Some("Đào"), None),
            ("Thuế", true, None, Some("2")),
            ("is_decision_maker", false, Some("no"), Some("yes")),
            ("name", false, Some("A"), Some("B")),
            ("tags", false, Some("x"), None),
        ];
        assert_eq!(changes, expected);
    }
}

//! The two sides of an entry as a list of changed fields.

use crate::audit::{
    erasure::DIGESTS,
    history::{CUSTOM_FIELDS, FieldChange, custom_field_changes, words},
    names::RecordName,
};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Shown for a record that has no name any more.
const GONE: &str = "(gone)";

/// The ids in fields such as `owner_id`.
pub(super) fn referenced_ids<'a>(before: &'a Value, after: &'a Value) -> impl Iterator<Item = Uuid> + use<'a> {
    let fields = [before, after].into_iter().filter_map(Value::as_object).flatten();
    fields.filter(|(field, _)| field.ends_with("_id")).filter_map(|(_, value)| value.as_str()?.parse().ok())
}

/// The changed fields by name, with present names in place of ids. An id beside the name that it had at the time is left out.
pub(crate) fn changed_fields(before: &Value, after: &Value, names: &HashMap<Uuid, RecordName>) -> Vec<FieldChange> {
    let has = |field: &str| before.get(field).is_some() || after.get(field).is_some();
    let fields: BTreeSet<&String> = [before, after].into_iter().filter_map(Value::as_object).flat_map(|object| object.keys()).collect();
    let change = |field: &String| match field.strip_suffix("_id") {
        Some(stem) if has(stem) => vec![],
        Some(stem) => {
            let name = |of: &Value| Some(name_of(of[field.as_str()].as_str()?, names));
            vec![FieldChange { field: stem.to_owned(), is_custom: false, from: name(before), to: name(after) }]
        }
        None if field == DIGESTS => vec![],
        None if field == CUSTOM_FIELDS => custom_field_changes(&before[field.as_str()], &after[field.as_str()]),
        None => {
            let value = |of: &Value| words(&of[field.as_str()]);
            vec![FieldChange { field: field.clone(), is_custom: false, from: value(before), to: value(after) }]
        }
    };
    fields.into_iter().flat_map(change).filter(|change| change.from != change.to).collect()
}

fn name_of(id: &str, names: &HashMap<Uuid, RecordName>) -> String {
    let known = id.parse().ok().and_then(|id: Uuid| names.get(&id));
    known.map_or_else(|| GONE.to_owned(), |known| known.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_sides_are_listed_and_ids_give_way_to_names() {
        let id = "0190c7a0-0000-7000-8000-000000000001";
        let before = json!({ "stage_id": id, "stage": "Proposal", "owner_id": id, "closed": true });
        let after = json!({ "stage_id": "x", "stage": "Won", "owner_id": null, "custom_fields": { "Kho": "1" } });
        let changes = changed_fields(&before, &after, &HashMap::new());
        let changes: Vec<_> = changes.iter().map(|c| (c.field.as_str(), c.is_custom, c.from.as_deref(), c.to.as_deref())).collect();
        let expected = [
            ("closed", false, Some("yes"), None),
            ("Kho", true, None, Some("1")),
            ("owner", false, Some(GONE), None),
            ("stage", false, Some("Proposal"), Some("Won")),
        ];
        assert_eq!(changes, expected);
        assert_eq!(referenced_ids(&before, &after).count(), 2);
        assert_eq!(changed_fields(&Value::Null, &Value::Null, &HashMap::new()), []);
    }
}

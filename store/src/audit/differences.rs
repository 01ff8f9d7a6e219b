//! Records as the audit log stores them: JSON objects of the fields that have a value, and the difference between two.

use serde_json::{Map, Value};

/// The object without its null fields.
pub(crate) fn without_nulls(record: Value) -> Value {
    match record {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        other => other,
    }
}

/// The fields that differ, before and after. Both objects have the same fields.
pub(crate) fn diff(before: Value, after: Value) -> (Value, Value) {
    let (Value::Object(before), Value::Object(after)) = (before, after) else { return (Value::Null, Value::Null) };
    let (mut changed_before, mut changed_after) = (Map::new(), Map::new());
    for (field, value) in after {
        let old = before.get(&field).cloned().unwrap_or_default();
        if old != value {
            changed_before.insert(field.clone(), old);
            changed_after.insert(field, value);
        }
    }
    (Value::Object(changed_before), Value::Object(changed_after))
}

/// As [`diff`]; `None` if no field differs. An edit that changes nothing is not written: a new version would be a conflict for everyone
/// who has the record open, and the history would have an entry without content.
pub(crate) fn diff_of_edit(before: Value, after: Value) -> Option<(Value, Value)> {
    let (before, after) = diff(before, after);
    after.as_object().is_some_and(|fields| !fields.is_empty()).then_some((before, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn diff_keeps_changed_fields_only() {
        let (before, after) = diff(json!({ "a": 1, "b": null, "c": 3 }), json!({ "a": 1, "b": "x", "c": null }));
        assert_eq!(before, json!({ "b": null, "c": 3 }));
        assert_eq!(after, json!({ "b": "x", "c": null }));
        assert_eq!(diff_of_edit(json!({ "a": 1, "b": null }), json!({ "a": 1, "b": null })), None);
        assert_eq!(without_nulls(json!({ "a": 1, "b": null })), json!({ "a": 1 }));
    }
}

//! A record as the audit log keeps it: a JSON object of the fields that say something.

use serde_json::{Map, Value};

/// The object without its empty fields.
pub(crate) fn present(record: Value) -> Value {
    match record {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        other => other,
    }
}

/// The fields that differ, as they were and as they are. Both objects have the same fields.
pub(crate) fn changed(before: Value, after: Value) -> (Value, Value) {
    let (Value::Object(before), Value::Object(after)) = (before, after) else { return (Value::Null, Value::Null) };
    let (mut was, mut is) = (Map::new(), Map::new());
    for (field, value) in after {
        let old = before.get(&field).cloned().unwrap_or_default();
        if old != value {
            was.insert(field.clone(), old);
            is.insert(field, value);
        }
    }
    (Value::Object(was), Value::Object(is))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_changed_is_kept() {
        let (was, is) = changed(json!({ "a": 1, "b": null, "c": 3 }), json!({ "a": 1, "b": "x", "c": null }));
        assert_eq!(was, json!({ "b": null, "c": 3 }));
        assert_eq!(is, json!({ "b": "x", "c": null }));
        assert_eq!(present(json!({ "a": 1, "b": null })), json!({ "a": 1 }));
    }
}

//! Custom fields as the column `metadata` stores them: a JSON object of strings.

use domain::custom_fields::CustomFields;
use serde_json::Value;

/// The value of the column.
pub(crate) fn to_json(fields: &CustomFields) -> Value {
    fields.iter().map(|field| (field.name.clone(), Value::String(field.value.clone()))).collect::<serde_json::Map<_, _>>().into()
}

/// The value of the column `metadata_keys`: names and values to compare by. A trigger copies them into `custom_field_values`.
pub(crate) fn keys_json(fields: &CustomFields) -> String {
    let keys: serde_json::Map<_, _> = fields.keys().map(|(name, value)| (name, Value::String(value))).collect();
    Value::Object(keys).to_string()
}

/// Reads the column. A value that is no string, which another program may have written, is returned as JSON text.
pub(crate) fn from_json(metadata: Value) -> CustomFields {
    let Value::Object(fields) = metadata else { return CustomFields::default() };
    CustomFields::from_stored(fields.into_iter().map(|(name, value)| match value {
        Value::String(text) => (name, text),
        other => (name, other.to_string()),
    }))
}

/// As [`keys_json`], of a stored column `metadata`.
pub(crate) fn keys_of_column(metadata: &Value) -> String {
    keys_json(&from_json(metadata.clone()))
}

/// The value in the audit log: `null` if there are no fields.
pub(crate) fn audit_json(metadata: &Value) -> Value {
    if metadata.as_object().is_none_or(serde_json::Map::is_empty) { Value::Null } else { metadata.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_round_trips() {
        let text = |of: &[&str]| of.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let fields = CustomFields::parse(&text(&["Số hợp đồng", "Giao"]), &text(&["HD-1", "2 lần\nmỗi tuần"])).expect("right rows");
        assert_eq!(to_json(&fields), json!({ "Số hợp đồng": "HD-1", "Giao": "2 lần\nmỗi tuần" }));
        assert_eq!(from_json(to_json(&fields)), fields);
        assert_eq!((audit_json(&json!({})), audit_json(&json!({ "a": "1" }))), (Value::Null, json!({ "a": "1" })));
    }

    #[test]
    fn values_that_are_no_strings_are_read_as_json_text() {
        let shown = from_json(json!({ "a": 1, "b": ["x"] }));
        assert_eq!(shown.rows(), (vec!["a".to_owned(), "b".to_owned()], vec!["1".to_owned(), "[\"x\"]".to_owned()]));
        assert!(from_json(json!([])).is_empty());
    }
}

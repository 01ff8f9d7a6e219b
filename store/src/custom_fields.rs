//! Custom fields as a record's `metadata` keeps them: a JSON object of strings.

use domain::custom_fields::CustomFields;
use serde_json::Value;

/// As the column holds them.
pub(crate) fn to_json(fields: &CustomFields) -> Value {
    fields.iter().map(|field| (field.name.clone(), Value::String(field.value.clone()))).collect::<serde_json::Map<_, _>>().into()
}

/// From what the column holds. A value that is no string, which another program may have written, is shown as JSON.
pub(crate) fn from_json(metadata: Value) -> CustomFields {
    let Value::Object(fields) = metadata else { return CustomFields::default() };
    CustomFields::from_stored(fields.into_iter().map(|(name, value)| match value {
        Value::String(text) => (name, text),
        other => (name, other.to_string()),
    }))
}

/// As the audit log keeps them: nothing where there are none.
pub(crate) fn noted(metadata: &Value) -> Value {
    if metadata.as_object().is_none_or(serde_json::Map::is_empty) { Value::Null } else { metadata.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_is_read_back() {
        let text = |of: &[&str]| of.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let fields = CustomFields::parse(&text(&["Số hợp đồng", "Giao"]), &text(&["HD-1", "2 lần\nmỗi tuần"])).expect("right rows");
        assert_eq!(to_json(&fields), json!({ "Số hợp đồng": "HD-1", "Giao": "2 lần\nmỗi tuần" }));
        assert_eq!(from_json(to_json(&fields)), fields);
        assert_eq!((noted(&json!({})), noted(&json!({ "a": "1" }))), (Value::Null, json!({ "a": "1" })));
    }

    #[test]
    fn what_another_program_wrote_is_shown() {
        let shown = from_json(json!({ "a": 1, "b": ["x"] }));
        assert_eq!(shown.rows(), (vec!["a".to_owned(), "b".to_owned()], vec!["1".to_owned(), "[\"x\"]".to_owned()]));
        assert!(from_json(json!([])).is_empty());
    }
}

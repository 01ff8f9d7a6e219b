//! The deal's form as a request carries it: its fields, and the two that only help to fill it in.

use crate::errors::PageError;
use domain::{
    custom_fields::{NAME_INPUT, VALUE_INPUT},
    deals::DealForm,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is typed in the deal's form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Its fields.
    pub form: DealForm,
    /// Words to find the company by; not kept with the deal.
    pub company_q: String,
}

impl Typed {
    /// Reads the pairs of a query or of a form's body. Answers also whether the form was sent only to have its choices
    /// drawn anew. A field that isn't there or comes twice is refused; only the
    /// inputs of custom fields come once a row.
    pub fn read(pairs: Vec<(String, String)>) -> Result<(Self, bool), PageError> {
        let (mut fields, mut company_q, mut looks) = (Map::new(), None, None);
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for (name, value) in pairs {
            let twice = match name.as_str() {
                "company_q" => company_q.replace(value).is_some(),
                NAME_INPUT => {
                    names.push(Value::String(value));
                    false
                }
                VALUE_INPUT => {
                    values.push(Value::String(value));
                    false
                }
                "look" => looks.replace(()).is_some(),
                _ => fields.insert(name, Value::String(value)).is_some(),
            };
            if twice {
                return Err(PageError::BadRequest);
            }
        }
        fields.insert(NAME_INPUT.to_owned(), names.into());
        fields.insert(VALUE_INPUT.to_owned(), values.into());
        let form = serde_json::from_value(Value::Object(fields)).map_err(|_| PageError::BadRequest)?;
        Ok((Self { form, company_q: company_q.unwrap_or_default() }, looks.is_some()))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<(Typed, bool), PageError> {
        Typed::read(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn fields_and_helpers_are_told_apart() {
        let (typed, looks) = read(&[("name", "Xe tải"), ("company_q", "duong"), ("look", "1")]).unwrap();
        assert_eq!((typed.form.name.as_str(), typed.company_q.as_str(), looks), ("Xe tải", "duong", true));
        assert!(!read(&[("name", "A")]).unwrap().1);
        let (typed, _) = read(&[("metadata_name", "a"), ("metadata_value", "1"), ("metadata_name", "b"), ("metadata_value", "2")]).unwrap();
        assert_eq!((typed.form.metadata_name, typed.form.metadata_value), (vec!["a".into(), "b".into()], vec!["1".into(), "2".into()]));
    }

    #[test]
    fn what_the_form_does_not_have_is_refused() {
        for pairs in [
            &[("owner_id", "x")][..],
            &[("id", "x")],
            &[("workspace_id", "x")],
            &[("name", "a"), ("name", "b")],
            &[("look", ""), ("look", "")],
        ] {
            assert_eq!(read(pairs), Err(PageError::BadRequest), "{pairs:?}");
        }
    }
}

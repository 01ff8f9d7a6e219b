//! A form as a request carries it: its fields, and what only helps to fill it in.
//!
//! A choice among many records is a select of some of them, and without a script a box for words to find others by: its name
//! ends in `_q`, and a button `look` sends the form only to have it drawn anew.

use crate::request::PageError;
use domain::form_fields::LIST_FIELDS;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What is typed in a form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, bound(deserialize = "F: DeserializeOwned + Default"))]
pub struct SubmittedForm<F> {
    /// Its fields.
    pub form: F,
    /// Words to find records by, by the name of their box; not kept.
    pub words: BTreeMap<String, String>,
}

impl<F> SubmittedForm<F> {
    /// A form with nothing to find.
    pub fn of(form: F) -> Self {
        Self { form, words: BTreeMap::new() }
    }

    /// The words in a box.
    pub fn words(&self, name: &str) -> &str {
        self.words.get(name).map(String::as_str).unwrap_or_default()
    }
}

impl<F: DeserializeOwned> SubmittedForm<F> {
    /// Reads the pairs of a query or of a form's body. Answers also whether the form was sent only to have its choices
    /// drawn anew. A field that isn't there or comes twice is refused, but for those that are lists.
    pub fn read(pairs: Vec<(String, String)>) -> Result<(Self, bool), PageError> {
        let (mut fields, mut lists) = (Map::new(), BTreeMap::<String, Vec<Value>>::new());
        let (mut words, mut looks) = (BTreeMap::new(), None);
        for (name, value) in pairs {
            // A browser sends line breaks as CRLF, a script as LF: both are one form.
            let value = value.replace("\r\n", "\n");
            let twice = match name.as_str() {
                "look" => looks.replace(()).is_some(),
                list if LIST_FIELDS.contains(&list) => {
                    lists.entry(name).or_default().push(value.into());
                    false
                }
                box_of_words if box_of_words.ends_with("_q") => words.insert(name, value).is_some(),
                _ => fields.insert(name, Value::String(value)).is_some(),
            };
            if twice {
                return Err(PageError::BadRequest);
            }
        }
        fields.extend(lists.into_iter().map(|(name, values)| (name, values.into())));
        let form = serde_json::from_value(Value::Object(fields)).map_err(|_| PageError::BadRequest)?;
        Ok((Self { form, words }, looks.is_some()))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use domain::{contacts::ContactForm, deals::DealForm};

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn fields_and_helpers_are_told_apart() {
        let (typed, looks) = SubmittedForm::<DealForm>::read(pairs(&[("name", "Xe tải"), ("company_q", "duong"), ("look", "1")])).unwrap();
        assert_eq!((typed.form.name.as_str(), typed.words("company_q"), typed.words("x_q"), looks), ("Xe tải", "duong", "", true));
        assert!(!SubmittedForm::<DealForm>::read(pairs(&[("name", "A")])).unwrap().1);
        let rows = pairs(&[("metadata_name", "a"), ("metadata_value", "1"), ("metadata_name", "b"), ("metadata_value", "2")]);
        let (typed, _) = SubmittedForm::<DealForm>::read(rows).unwrap();
        assert_eq!((typed.form.metadata_name, typed.form.metadata_value), (vec!["a".into(), "b".into()], vec!["1".into(), "2".into()]));
        let (typed, _) = SubmittedForm::<ContactForm>::read(pairs(&[("name", "A"), ("tag_id", "1"), ("tag_id", "2")])).unwrap();
        assert_eq!(typed.form.tag_id, ["1", "2"]);
    }

    #[test]
    fn what_the_form_does_not_have_is_refused() {
        for bad in [
            &[("owner_id", "x")][..],
            &[("id", "x")],
            &[("workspace_id", "x")],
            &[("tag_id", "x")],
            &[("name", "a"), ("name", "b")],
            &[("company_q", "a"), ("company_q", "b")],
            &[("look", ""), ("look", "")],
        ] {
            assert_eq!(SubmittedForm::<DealForm>::read(pairs(bad)), Err(PageError::BadRequest), "{bad:?}");
        }
    }
}

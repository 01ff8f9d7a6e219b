//! Forms as submitted: the fields, and the lookup queries that help to fill them in.
//!
//! A select offers some of many records. Without a script, a search box beside the select finds other records: the box's name ends
//! in `_q`, and the button `look` submits the form as a lookup, which renders the form again and saves nothing.

use crate::request::PageError;
use domain::form_fields::LIST_FIELDS;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A submitted form. The session stores it as JSON while the form is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, bound(deserialize = "F: DeserializeOwned + Default"))]
pub struct SubmittedForm<F> {
    /// The form.
    pub form: F,
    /// The lookup queries by the name of their search box.
    #[serde(rename = "words")]
    pub lookup_queries: BTreeMap<String, String>,
}

/// The purpose of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormIntent {
    /// Saves the form.
    Submit,
    /// Renders the form again with the records that the lookup queries find.
    Lookup,
}

/// A form with the purpose of its submission.
#[derive(Debug, PartialEq, Eq)]
pub struct ParsedForm<F> {
    /// The form.
    pub submitted: SubmittedForm<F>,
    /// The purpose.
    pub intent: FormIntent,
}

impl<F> SubmittedForm<F> {
    /// A form without lookup queries.
    pub fn of(form: F) -> Self {
        Self { form, lookup_queries: BTreeMap::new() }
    }

    /// The lookup query of the search box `name`; empty without one.
    pub fn lookup_query(&self, name: &str) -> &str {
        self.lookup_queries.get(name).map(String::as_str).unwrap_or_default()
    }
}

impl<F: DeserializeOwned> SubmittedForm<F> {
    /// Parses the pairs of a URL's query or of a form's body.
    ///
    /// # Errors
    /// [`PageError::BadRequest`] for an unknown field, and for a repeated field that is not a list.
    pub fn parse(pairs: Vec<(String, String)>) -> Result<ParsedForm<F>, PageError> {
        let (mut fields, mut lists) = (Map::new(), BTreeMap::<String, Vec<Value>>::new());
        let (mut lookup_queries, mut intent) = (BTreeMap::new(), FormIntent::Submit);
        for (name, value) in pairs {
            // Browsers send line breaks as CRLF, scripts as LF.
            let value = value.replace("\r\n", "\n");
            let is_repeated = match name.as_str() {
                "look" => std::mem::replace(&mut intent, FormIntent::Lookup) == FormIntent::Lookup,
                list if LIST_FIELDS.contains(&list) => {
                    lists.entry(name).or_default().push(value.into());
                    false
                }
                search_box if search_box.ends_with("_q") => lookup_queries.insert(name, value).is_some(),
                _ => fields.insert(name, Value::String(value)).is_some(),
            };
            if is_repeated {
                return Err(PageError::BadRequest);
            }
        }
        fields.extend(lists.into_iter().map(|(name, values)| (name, values.into())));
        let form = serde_json::from_value(Value::Object(fields)).map_err(|_| PageError::BadRequest)?;
        Ok(ParsedForm { submitted: Self { form, lookup_queries }, intent })
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
        let ParsedForm { submitted: typed, intent } =
            SubmittedForm::<DealForm>::parse(pairs(&[("name", "Xe tải"), ("company_q", "duong"), ("look", "1")])).unwrap();
        assert_eq!((typed.form.name.as_str(), typed.lookup_query("company_q"), typed.lookup_query("x_q")), ("Xe tải", "duong", ""));
        assert_eq!(intent, FormIntent::Lookup);
        assert_eq!(SubmittedForm::<DealForm>::parse(pairs(&[("name", "A")])).unwrap().intent, FormIntent::Submit);
        let rows = pairs(&[("metadata_name", "a"), ("metadata_value", "1"), ("metadata_name", "b"), ("metadata_value", "2")]);
        let typed = SubmittedForm::<DealForm>::parse(rows).unwrap().submitted;
        assert_eq!((typed.form.metadata_name, typed.form.metadata_value), (vec!["a".into(), "b".into()], vec!["1".into(), "2".into()]));
        let typed = SubmittedForm::<ContactForm>::parse(pairs(&[("name", "A"), ("tag_id", "1"), ("tag_id", "2")])).unwrap().submitted;
        assert_eq!(typed.form.tag_id, ["1", "2"]);
    }

    #[test]
    fn what_the_form_does_not_have_is_refused() {
        for bad in [
            &[("author_id", "x")][..],
            &[("id", "x")],
            &[("workspace_id", "x")],
            &[("tag_id", "x")],
            &[("name", "a"), ("name", "b")],
            &[("company_q", "a"), ("company_q", "b")],
            &[("look", ""), ("look", "")],
        ] {
            assert_eq!(SubmittedForm::<DealForm>::parse(pairs(bad)), Err(PageError::BadRequest), "{bad:?}");
        }
    }
}

//! What is wrong with a form, field by field.

use crate::bin::GoesAlong;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// One field's message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The input's name.
    pub field: String,
    /// A sentence that says what to write instead.
    pub message: String,
}

/// The messages of a form that was not taken, in the order of its fields. Empty means nothing is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormErrors(Vec<FieldError>);

impl FormErrors {
    /// One message at one field.
    pub fn of(field: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// Adds a message.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    /// Takes a part's value, or keeps its messages and gives nothing.
    pub fn collect_all<T>(&mut self, parsed: Result<T, Self>) -> Option<T> {
        parsed.map_err(|errors| self.0.extend(errors.0)).ok()
    }

    /// Takes a field's value, or keeps its message and gives nothing: so every field is looked at before the form is refused.
    pub fn take<T, E: ToString>(&mut self, field: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|error| self.add(field, error.to_string())).ok()
    }

    /// Returns what `build` makes of the parsed fields, or the messages if there is one. `build` returns `None` if a field is missing.
    pub fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T, Self> {
        let built = build();
        built.filter(|_| self.is_empty()).ok_or(self)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The messages in order.
    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }

    /// The first message of a field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }
}

/// The messages, one after another.
impl fmt::Display for FormErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            f.write_str(&error.message)?;
        }
        Ok(())
    }
}

/// A form's typed values to be thrown away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiscardForm {
    /// The path of the form's page.
    pub page: String,
}

/// The answer to the question before a record is deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeleteForm {
    /// The record's version that the question showed.
    pub version: String,
    /// The number of contacts that the question showed as going into the bin with the record. Empty for none.
    pub contacts: String,
    /// The number of deals, likewise.
    pub deals: String,
    /// The number of activities, likewise.
    pub activities: String,
}

impl DeleteForm {
    /// What the question showed as going into the bin with the record. What is not a number counts as 0, so that the
    /// question is asked again.
    pub fn goes_along(&self) -> GoesAlong {
        let count = |text: &str| text.parse().unwrap_or_default();
        GoesAlong { contacts: count(&self.contacts), deals: count(&self.deals), activities: count(&self.activities) }
    }
}

/// Reads the version that a form was made from.
pub fn parse_version(text: &str) -> Result<i64, FormErrors> {
    text.parse().map_err(|_| FormErrors::of("version", "Reload the page and try again"))
}

/// A choice by its written form: empty is none, and what isn't among the choices gets the message.
pub fn optional<T>(slug: &str, read: impl Fn(&str) -> Option<T>, message: &'static str) -> Result<Option<T>, &'static str> {
    if slug.is_empty() { Ok(None) } else { read(slug).map(Some).ok_or(message) }
}

/// A record by its id: empty is none, and what isn't an id gets the message.
pub fn optional_id<T: FromStr>(id: &str, message: &'static str) -> Result<Option<T>, &'static str> {
    optional(id, |id| id.parse().ok(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_looked_at() {
        let mut errors = FormErrors::default();
        assert_eq!(errors.take("age", "7".parse::<u8>()), Some(7));
        assert_eq!(errors.take("size", "x".parse::<u8>()), None);
        assert_eq!(errors.take("name", Err::<(), _>("Write a name")), None);
        assert_eq!(errors.get("name"), Some("Write a name"));
        assert_eq!(errors.iter().count(), 2);
        assert!(!errors.is_empty());
    }

    #[test]
    fn what_is_not_a_number_was_not_shown() {
        let form = DeleteForm { contacts: "12".to_owned(), deals: "x".to_owned(), ..DeleteForm::default() };
        assert_eq!(form.goes_along(), GoesAlong { contacts: 12, deals: 0, activities: 0 });
        assert_eq!(DeleteForm { activities: "-1".to_owned(), ..DeleteForm::default() }.goes_along(), GoesAlong::default());
    }
}

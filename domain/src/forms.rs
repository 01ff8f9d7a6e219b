//! Form errors, and forms that every feature uses.

use crate::bin::GoesAlong;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The error of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The name of the field.
    pub field: String,
    /// The message: a sentence that says what to write instead.
    pub message: String,
}

/// The errors of a form in field order. Empty for a valid form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormErrors(Vec<FieldError>);

impl FormErrors {
    /// A single error.
    pub fn of(field: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// Adds an error.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    /// Returns the value of a nested form, or collects its errors.
    pub fn collect_all<T>(&mut self, parsed: Result<T, Self>) -> Option<T> {
        parsed.map_err(|errors| self.0.extend(errors.0)).ok()
    }

    /// Returns the value of a field, or collects its error, so that one pass reports every invalid field.
    pub fn collect<T, E: ToString>(&mut self, field: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|error| self.add(field, error.to_string())).ok()
    }

    /// Returns what `build` makes of the parsed fields, or the messages if there is one. `build` returns `None` if a field is missing.
    pub fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T, Self> {
        let built = build();
        built.filter(|_| self.is_empty()).ok_or(self)
    }

    /// Whether there are no errors.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The errors in order.
    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }

    /// The first message of a field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }
}

/// The messages, separated by spaces.
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

/// The form that discards a refused form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiscardForm {
    /// The path of the refused form's page.
    pub page: String,
}

/// The submitted delete confirmation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeleteForm {
    /// The version shown by the confirmation.
    pub version: String,
    /// The shown number of contacts that are deleted with the record. Empty for none.
    pub contacts: String,
    /// The number of deals, likewise.
    pub deals: String,
    /// The number of activities, likewise.
    pub activities: String,
    /// The number of tasks, likewise.
    pub tasks: String,
}

impl DeleteForm {
    /// The shown numbers of dependent records. Invalid numbers count as 0, so that the confirmation is repeated.
    pub fn goes_along(&self) -> GoesAlong {
        GoesAlong::of_fields(&self.contacts, &self.deals, &self.activities, &self.tasks)
    }
}

/// Parses a form's version.
pub fn parse_version(text: &str) -> Result<i64, FormErrors> {
    text.parse().map_err(|_| FormErrors::of("version", "Reload the page and try again"))
}

/// Parses a checkbox: a checked box is `on`, an unchecked one is absent.
///
/// # Errors
/// The message for any other value.
pub fn check_box(value: &str) -> Result<bool, &'static str> {
    match value {
        "" => Ok(false),
        "on" => Ok(true),
        _ => Err("Tick the box or leave it"),
    }
}

/// The value of a checkbox as [`check_box`] parses it.
pub fn check_box_value(on: bool) -> String {
    if on { "on".to_owned() } else { String::new() }
}

/// Parses an optional value: empty is `None`.
///
/// # Errors
/// `message` for an unknown value.
pub fn optional<T>(slug: &str, read: impl Fn(&str) -> Option<T>, message: &'static str) -> Result<Option<T>, &'static str> {
    if slug.is_empty() { Ok(None) } else { read(slug).map(Some).ok_or(message) }
}

/// Parses an optional id: empty is `None`.
///
/// # Errors
/// `message` for an invalid id.
pub fn optional_id<T: FromStr>(id: &str, message: &'static str) -> Result<Option<T>, &'static str> {
    optional(id, |id| id.parse().ok(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_looked_at() {
        let mut errors = FormErrors::default();
        assert_eq!(errors.collect("age", "7".parse::<u8>()), Some(7));
        assert_eq!(errors.collect("size", "x".parse::<u8>()), None);
        assert_eq!(errors.collect("name", Err::<(), _>("Write a name")), None);
        assert_eq!(errors.get("name"), Some("Write a name"));
        assert_eq!(errors.iter().count(), 2);
        assert!(!errors.is_empty());
    }

    #[test]
    fn what_is_not_a_number_was_not_shown() {
        let form = DeleteForm { contacts: "12".to_owned(), deals: "x".to_owned(), ..DeleteForm::default() };
        assert_eq!(form.goes_along(), GoesAlong { contacts: 12, ..GoesAlong::default() });
        assert_eq!(DeleteForm { activities: "-1".to_owned(), ..DeleteForm::default() }.goes_along(), GoesAlong::default());
    }
}

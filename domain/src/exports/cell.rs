//! Cells of exported rows: values with their types, which each format writes in its own way.

use crate::{custom_fields::CustomFields, money::Money};
use chrono::{DateTime, NaiveDate, Utc};

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// None.
    Empty,
    /// Text, also where it consists of digits: telephone numbers, tax codes, ids.
    Text(String),
    /// A number.
    Number(i64),
    /// An amount in the workspace's currency.
    Money(Money),
    /// A day.
    Day(NaiveDate),
    /// A time.
    Time(DateTime<Utc>),
    /// Yes or no.
    Flag(bool),
    /// One of a few values.
    Choice {
        /// The value in the database and in URLs.
        slug: String,
        /// Its label.
        label: String,
    },
    /// Names, such as those of tags.
    Names(Vec<String>),
}

impl Cell {
    /// Text, or none.
    pub fn text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.into()))
    }

    /// An amount, or none.
    pub fn money(amount: Option<Money>) -> Self {
        amount.map_or(Self::Empty, Self::Money)
    }

    /// A time, or none.
    pub fn time(at: Option<DateTime<Utc>>) -> Self {
        at.map_or(Self::Empty, Self::Time)
    }

    /// A day, or none.
    pub fn day(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Empty, Self::Day)
    }

    /// A number, or none.
    pub fn number(number: Option<impl Into<i64>>) -> Self {
        number.map_or(Self::Empty, |number| Self::Number(number.into()))
    }

    /// One of a few values: slug and label.
    pub fn choice(slug: &str, label: &str) -> Self {
        Self::Choice { slug: slug.to_owned(), label: label.to_owned() }
    }
}

/// A row: a cell for each column, and the custom fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRow {
    /// The cells, in the order of the columns.
    pub cells: Vec<Cell>,
    /// The custom fields; none if the export has no column for them.
    pub custom_fields: CustomFields,
}

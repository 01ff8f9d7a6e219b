//! The filters that every list of records has, as written in its URL.

use crate::{
    custom_fields,
    day_range::{Calendar, DayNames, DayRange},
    page::{self, BadQuery, ListColumn, Pair},
};
use std::fmt::Debug;

/// The names of the days on which records were added.
pub const CREATED: DayNames =
    DayNames { from: "created_from", to: "created_to", within: "created_within", older_than: "created_older_than" };
/// The names of the days on which records were last changed.
pub const CHANGED: DayNames =
    DayNames { from: "changed_from", to: "changed_to", within: "changed_within", older_than: "changed_older_than" };
/// The name of the columns that must be empty.
pub const EMPTY: &str = "empty";
/// The name of the columns that must not be empty.
pub const FILLED: &str = "filled";
/// The name of the filters that keep records out.
pub const NONE_OF: &str = "none_of";
/// The name of the custom field that records must have. As one of [`NONE_OF`]: that they must not have.
pub const FIELD: &str = "field";
/// The name of that field's value.
pub const FIELD_VALUE: &str = "field_value";

/// A list's column whose list has these filters.
pub trait FilteredColumn: ListColumn {
    /// Columns that may be empty, in the order in which they are offered.
    const MAY_BE_EMPTY: &'static [Self];
    /// Names of the filters by several values, each of which can keep out the records that have one of them.
    const EXCLUDABLE: &'static [&'static str];
    /// Whether the records have custom fields.
    const HAS_CUSTOM_FIELDS: bool;
}

/// The filters that every list of records has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFilter<C> {
    /// Days on which they were added.
    pub created: DayRange,
    /// Days on which they were last changed.
    pub changed: DayRange,
    /// Columns that must be empty.
    pub empty: Vec<C>,
    /// Columns that must not be empty.
    pub filled: Vec<C>,
    /// Names of the filters whose values records must not have.
    pub none_of: Vec<&'static str>,
    /// Name of the custom field that they must have, ignoring case and accents; empty for any.
    pub field: String,
    /// Its value, ignoring case and accents; empty for any.
    pub field_value: String,
}

impl<C> Default for RecordFilter<C> {
    fn default() -> Self {
        Self {
            created: DayRange::default(),
            changed: DayRange::default(),
            empty: vec![],
            filled: vec![],
            none_of: vec![],
            field: String::new(),
            field_value: String::new(),
        }
    }
}

impl<C: FilteredColumn> RecordFilter<C> {
    /// Only records that were added on these days.
    pub fn created(created: DayRange) -> Self {
        Self { created, ..Self::default() }
    }

    /// Parses a pair of a URL's query. Returns whether the name is one of these filters.
    ///
    /// # Errors
    /// [`BadQuery`] for an invalid value.
    pub(crate) fn parse_pair(&mut self, name: &str, value: &str) -> Result<bool, BadQuery> {
        if self.created.parse_pair(CREATED, name, value)? || self.changed.parse_pair(CHANGED, name, value)? {
            return Ok(true);
        }
        match name {
            EMPTY => add(&mut self.empty, column(value)?),
            FILLED => add(&mut self.filled, column(value)?),
            NONE_OF => add(&mut self.none_of, C::EXCLUDABLE.iter().copied().find(|filter| *filter == value).ok_or(BadQuery)?),
            FIELD if C::HAS_CUSTOM_FIELDS => self.field = page::parse_value(value, custom_fields::NAME_MAX)?,
            FIELD_VALUE if C::HAS_CUSTOM_FIELDS => self.field_value = page::parse_value(value, custom_fields::VALUE_MAX)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Adds the pairs of the URL's query behind those of the list's own filters.
    pub(crate) fn add_pairs(&self, pairs: &mut Vec<Pair>) {
        pairs.extend(self.created.query_pairs(CREATED));
        pairs.extend(self.changed.query_pairs(CHANGED));
        pairs.extend(self.empty.iter().map(|column| (EMPTY, column.name().to_owned())));
        pairs.extend(self.filled.iter().map(|column| (FILLED, column.name().to_owned())));
        if !self.field.is_empty() {
            pairs.push((FIELD, self.field.clone()));
            pairs.extend((!self.field_value.is_empty()).then(|| (FIELD_VALUE, self.field_value.clone())));
        }
        // A filter without values keeps nothing out.
        let none_of: Vec<Pair> = self
            .none_of
            .iter()
            .filter(|filter| pairs.iter().any(|(name, _)| name == *filter))
            .map(|filter| (NONE_OF, (*filter).to_owned()))
            .collect();
        pairs.extend(none_of);
    }

    /// Leaves out what says nothing: a filter without values that keeps records out, a value of no field. `pairs`: those of the whole query.
    pub(crate) fn drop_unused(&mut self, pairs: &[Pair]) {
        self.none_of.retain(|filter| pairs.iter().any(|(name, value)| *name == NONE_OF && value == filter));
        if self.field.is_empty() {
            self.field_value.clear();
        }
    }

    /// Whether the values of this filter are those that records must not have.
    pub fn excludes(&self, filter: &str) -> bool {
        self.none_of.contains(&filter)
    }

    /// Whether a filter is set. That the values of another are to be kept out is none by itself.
    pub fn is_set(&self) -> bool {
        self.set_count() > 0
    }

    /// The number of filters that are set.
    pub fn set_count(&self) -> usize {
        let emptiness = !self.empty.is_empty() || !self.filled.is_empty();
        [self.created.is_set(), self.changed.is_set(), emptiness, !self.field.is_empty()].into_iter().filter(|set| *set).count()
    }

    /// The filters with the days that they stand for today, in a time zone.
    #[must_use]
    pub fn in_zone(self, calendar: Calendar<'_>) -> Self {
        Self { created: self.created.in_zone(calendar), changed: self.changed.in_zone(calendar), ..self }
    }

    /// Its days.
    pub(crate) fn day_ranges(&self) -> [DayRange; 2] {
        [self.created, self.changed]
    }
}

fn column<C: FilteredColumn>(name: &str) -> Result<C, BadQuery> {
    C::MAY_BE_EMPTY.iter().copied().find(|column| column.name() == name).ok_or(BadQuery)
}

/// Adds a value once.
fn add<T: PartialEq>(values: &mut Vec<T>, value: T) {
    if !values.contains(&value) {
        values.push(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        activities::ActivityQuery,
        companies::{CompanyColumn, CompanyQuery},
        page::ListQuery,
    };

    const ID: &str = "0190c7a0-0000-7000-8000-000000000001";

    #[test]
    fn the_filters_read_back_as_written() {
        let pairs = [
            ("tag", ID),
            ("created_within", "last-7-days"),
            ("changed_from", "2026-11-01"),
            ("changed_older_than", "30"),
            ("empty", "phone"),
            ("empty", "size"),
            ("filled", "tax_code"),
            ("field", "Số hợp đồng"),
            ("field_value", "HD-1"),
            ("none_of", "tag"),
            ("none_of", "field"),
        ];
        let query = CompanyQuery::parse(pairs).expect("a list of ours");
        assert_eq!((query.record.empty.as_slice(), query.record.set_count()), ([CompanyColumn::Phone, CompanyColumn::Size].as_slice(), 4));
        assert!(query.record.excludes("tag") && !query.record.excludes("owner_id"));
        assert_eq!(query.query_pairs().iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>(), pairs);
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        let query =
            CompanyQuery::parse([("none_of", "tag"), ("none_of", "owner_id"), ("owner_id", ID), ("field_value", "x")]).expect("a list");
        assert_eq!(query.query_pairs(), [("owner_id", ID.to_owned()), ("none_of", "owner_id".to_owned())]);
        let nothing = CompanyQuery::parse([("none_of", "tag"), ("field_value", "x")]).expect("a list");
        assert!(nothing == CompanyQuery::default() && !nothing.is_filtered());
        let cleared = CompanyQuery { owner_id: vec![], ..query };
        assert!(cleared.query_pairs().is_empty(), "nobody is kept out any more");
    }

    #[test]
    fn nonsense_is_refused() {
        for pair in [
            ("empty", "name"),
            ("empty", "password"),
            ("filled", "status"),
            ("none_of", "q"),
            ("created_within", "x"),
            ("field", &"x".repeat(101)),
        ] {
            assert_eq!(CompanyQuery::parse([pair]), Err(BadQuery), "{pair:?}");
        }
        assert_eq!(ActivityQuery::parse([("none_of", "field")]), Err(BadQuery), "activities have no custom fields");
    }
}

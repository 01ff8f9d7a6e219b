//! The bin: deleted records are kept for [`BIN_DAYS`] days, unless somebody deletes them for ever before.

use crate::{
    access::Entity,
    audit_log::kind_of,
    dates,
    day_range::{DATE, DayRange},
    ids::UserId,
    page::{self, BadQuery, ListQuery, PageNumber, Pair},
};
use serde::{Deserialize, Serialize};

/// Days that a deleted record stays in the bin.
pub const BIN_DAYS: i64 = 30;
/// Records up to which emptying the bin is done at once. More are deleted by a job.
pub const EMPTIED_AT_ONCE: u64 = 500;

/// Kinds of records that go to the bin.
pub const BIN_KINDS: [Entity; 5] = [Entity::Company, Entity::Contact, Entity::Deal, Entity::Activity, Entity::Task];

/// The filters of the bin, joined by AND.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BinFilter {
    /// One of [`BIN_KINDS`].
    pub kind: Option<Entity>,
    /// Who deleted the record.
    pub person: Option<UserId>,
    /// The days on which it was deleted.
    pub days: DayRange,
}

/// The query of the bin, which lists the last deleted records first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BinQuery {
    /// The filters.
    pub filter: BinFilter,
    /// The page number.
    pub page: PageNumber,
}

/// Numbers of dependent records that are deleted with a company or contact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GoesAlong {
    /// Contacts.
    pub contacts: u64,
    /// Deals.
    pub deals: u64,
    /// Activities.
    pub activities: u64,
    /// Tasks.
    pub tasks: u64,
}

impl GoesAlong {
    /// No limit: nothing exceeds it.
    pub const ANY: Self = Self { contacts: u64::MAX, deals: u64::MAX, activities: u64::MAX, tasks: u64::MAX };

    /// The numbers by the names of their kinds, as forms have them.
    pub const fn by_kind(&self) -> [(&'static str, u64); 4] {
        [("contacts", self.contacts), ("deals", self.deals), ("activities", self.activities), ("tasks", self.tasks)]
    }

    /// The numbers of fields that a form has. Those that can't be read count as 0, so that a question is asked again.
    pub fn of_fields(contacts: &str, deals: &str, activities: &str, tasks: &str) -> Self {
        let count = |text: &str| text.parse().unwrap_or_default();
        Self { contacts: count(contacts), deals: count(deals), activities: count(activities), tasks: count(tasks) }
    }

    /// The number of all of them.
    pub fn total(&self) -> u64 {
        self.by_kind().into_iter().fold(0, |sum: u64, (_, count)| sum.saturating_add(count))
    }

    /// Whether any number is greater than in `shown`: records were added after `shown` was rendered.
    pub fn exceeds(&self, shown: &Self) -> bool {
        self.beyond(shown) != Self::default()
    }

    /// The number of additional records of each kind compared to `shown`; 0 for a kind with fewer.
    pub fn beyond(&self, shown: &Self) -> Self {
        Self {
            contacts: self.contacts.saturating_sub(shown.contacts),
            deals: self.deals.saturating_sub(shown.deals),
            activities: self.activities.saturating_sub(shown.activities),
            tasks: self.tasks.saturating_sub(shown.tasks),
        }
    }
}

impl BinFilter {
    /// Parses the pairs of a URL's query. An empty value sets no filter; of several values the last one counts. Unknown names are ignored.
    ///
    /// # Errors
    /// [`BadQuery`] for an invalid value of a known name.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
        let mut filter = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match name {
                "kind" => filter.kind = Some(kind_of(value).filter(|kind| BIN_KINDS.contains(kind)).ok_or(BadQuery)?),
                "person" => filter.person = Some(value.parse().map_err(|_| BadQuery)?),
                "from" => filter.days.from = Some(dates::day(value).ok_or(BadQuery)?),
                "to" => filter.days.to = Some(dates::day(value).ok_or(BadQuery)?),
                _ => {}
            }
        }
        Ok(filter)
    }

    /// The pairs of the URL's query. Parsing them returns the same filter.
    pub fn query_pairs(&self) -> Vec<Pair> {
        let kind = self.kind.map(|kind| ("kind", kind.noun().to_owned()));
        let person = self.person.map(|id| ("person", id.to_string()));
        kind.into_iter().chain(person).chain(self.days.query_pairs(DATE)).collect()
    }

    /// Whether any filter is set.
    pub fn is_set(&self) -> bool {
        self.kind.is_some() || self.person.is_some() || self.days.is_set()
    }
}

impl BinQuery {
    /// Parses the pairs of a URL's query. Unknown names are ignored.
    ///
    /// # Errors
    /// As [`BinFilter::parse`], and for an invalid page number.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)> + Clone) -> Result<Self, BadQuery> {
        let mut query = Self { filter: BinFilter::parse(pairs.clone())?, page: PageNumber::FIRST };
        for (_, value) in pairs.into_iter().filter(|(name, value)| *name == "page" && !value.is_empty()) {
            query.page = value.parse()?;
        }
        Ok(query)
    }
}

impl ListQuery for BinQuery {
    const PATH: &'static str = "/settings/bin";

    fn query_pairs(&self) -> Vec<(&'static str, String)> {
        self.filter.query_pairs().into_iter().chain(page::page_pair(self.page)).collect()
    }

    fn is_filtered(&self) -> bool {
        self.filter.is_set()
    }

    fn page(&self) -> PageNumber {
        self.page
    }

    fn with_page(&self, page: PageNumber) -> Self {
        Self { page, ..self.clone() }
    }
}

/// What emptying the bin deletes for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BinContents {
    /// Entries of the list.
    pub entries: u64,
    /// Further records, which were deleted with them or can't be kept without them.
    pub goes_along: GoesAlong,
}

impl BinContents {
    /// Whether any number is greater than in `shown`.
    pub fn exceeds(&self, shown: &Self) -> bool {
        self.entries > shown.entries || self.goes_along.exceeds(&shown.goes_along)
    }

    /// Number of all records.
    pub fn records(&self) -> u64 {
        self.entries.saturating_add(self.goes_along.total())
    }
}

/// The submitted confirmation of emptying the bin: the filters of its list, and the numbers that were shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmptyBinForm {
    /// The kind of the records.
    pub kind: String,
    /// Who deleted them.
    pub person: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// The shown number of entries.
    pub entries: String,
    /// The shown number of contacts that go along. Empty for none.
    pub contacts: String,
    /// The number of deals, likewise.
    pub deals: String,
    /// The number of activities, likewise.
    pub activities: String,
    /// The number of tasks, likewise.
    pub tasks: String,
}

impl EmptyBinForm {
    /// The filters.
    ///
    /// # Errors
    /// As [`BinFilter::parse`].
    pub fn filter(&self) -> Result<BinFilter, BadQuery> {
        let pairs = [("kind", &self.kind), ("person", &self.person), ("from", &self.from), ("to", &self.to)];
        BinFilter::parse(pairs.map(|(name, value)| (name, value.as_str())))
    }

    /// The shown numbers. Invalid numbers count as 0, so that the confirmation is repeated.
    pub fn shown(&self) -> BinContents {
        let goes_along = GoesAlong::of_fields(&self.contacts, &self.deals, &self.activities, &self.tasks);
        BinContents { entries: self.entries.parse().unwrap_or_default(), goes_along }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190c7a0-0000-7000-8000-000000000001";

    #[test]
    fn a_query_reads_back_as_written() {
        let pairs = [("kind", "deal"), ("person", ID), ("from", "2026-11-01"), ("to", "2026-11-30"), ("page", "3"), ("utm_source", "x")];
        let query = BinQuery::parse(pairs).expect("a list of ours");
        let written = query.query_pairs();
        assert_eq!(written.len(), 5);
        assert_eq!(BinQuery::parse(written.iter().map(|(name, value)| (*name, value.as_str()))), Ok(query.clone()));
        assert!(query.is_filtered() && !query.without_filters().is_filtered());
        assert_eq!(BinQuery::parse([("page", ""), ("kind", "")]), Ok(BinQuery::default()));
    }

    #[test]
    fn a_filter_that_can_not_be_read_is_refused() {
        for pair in [("page", "0"), ("kind", "car"), ("kind", "tag"), ("person", "x"), ("from", "x"), ("to", "2026-13-01")] {
            assert_eq!(BinQuery::parse([pair]), Err(BadQuery), "{pair:?}");
            assert_eq!(BinFilter::parse([pair]).is_err(), pair.0 != "page", "{pair:?}");
        }
    }

    #[test]
    fn a_confirmation_has_filters_and_numbers() {
        let form = EmptyBinForm {
            kind: "company".to_owned(),
            from: "2026-11-01".to_owned(),
            entries: "2".to_owned(),
            deals: "7".to_owned(),
            activities: "many".to_owned(),
            ..EmptyBinForm::default()
        };
        assert_eq!(form.filter().map(|filter| filter.query_pairs().len()), Ok(2));
        assert!(EmptyBinForm { person: "x".to_owned(), ..form.clone() }.filter().is_err());
        let shown = form.shown();
        assert_eq!(shown, BinContents { entries: 2, goes_along: GoesAlong { deals: 7, ..GoesAlong::default() } });
        assert_eq!(shown.records(), 9);
        assert!(!shown.exceeds(&shown));
        assert!(BinContents { entries: 3, ..shown }.exceeds(&shown), "an entry more");
        let with_contact = GoesAlong { contacts: 1, ..GoesAlong::default() };
        assert!(BinContents { entries: 1, goes_along: with_contact }.exceeds(&shown), "a contact more");
    }

    #[test]
    fn one_larger_number_exceeds_what_was_shown() {
        let shown = GoesAlong { contacts: 2, deals: 1, activities: 5, tasks: 3 };
        assert!(!shown.exceeds(&shown));
        assert!(!GoesAlong::default().exceeds(&shown), "fewer of each");
        let grown = [
            GoesAlong { contacts: 3, ..GoesAlong::default() },
            GoesAlong { deals: 2, ..GoesAlong::default() },
            GoesAlong { activities: 6, ..GoesAlong::default() },
            GoesAlong { tasks: 4, ..GoesAlong::default() },
        ];
        assert!(grown.iter().all(|now| now.exceeds(&shown)));
        let now = GoesAlong { contacts: 4, deals: 0, activities: 6, tasks: 4 };
        assert_eq!(now.beyond(&shown), GoesAlong { contacts: 2, deals: 0, activities: 1, tasks: 1 });
    }
}

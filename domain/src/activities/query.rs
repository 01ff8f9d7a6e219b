//! The query of the activity list.

use super::ActivityType;
use crate::{
    columns::{Layout, TableQuery},
    day_range::{Calendar, DATE, DayRange},
    ids::{CompanyId, ContactId, DealId, UserId},
    page::{self, BadQuery, ListColumn, ListQuery, PageNumber, PageSize, Sort},
    record_filter::{FilteredColumn, RecordFilter},
};
use chrono::{DateTime, Utc};

/// A filter of planned activities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planned {
    /// Their time is to come.
    Coming,
    /// They were planned ahead, their time is past, and nobody has written an outcome.
    Missed,
}

impl Planned {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Coming, Self::Missed];

    /// The value in URLs.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Coming => "coming",
            Self::Missed => "missed",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|planned| planned.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Coming => "To come",
            Self::Missed => "Past, without an outcome",
        }
    }
}

/// A column of the activity list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityColumn {
    /// Subject, ignoring accents.
    Subject,
    /// The label of the type.
    Type,
    /// The company's name.
    Company,
    /// The contact's name.
    Contact,
    /// The deal's name.
    Deal,
    /// Outcome.
    Outcome,
    /// The promised next step.
    NextSteps,
    /// Duration in minutes.
    Duration,
    /// The owner's name.
    Owner,
    /// Its time.
    Date,
    /// Time at which it was logged.
    CreatedAt,
    /// Time of the last change.
    UpdatedAt,
}

impl ListColumn for ActivityColumn {
    const ALL: &'static [Self] = &[
        Self::Subject,
        Self::Type,
        Self::Company,
        Self::Contact,
        Self::Deal,
        Self::Outcome,
        Self::NextSteps,
        Self::Duration,
        Self::Owner,
        Self::Date,
        Self::CreatedAt,
        Self::UpdatedAt,
    ];
    const SHOWN: &'static [Self] = &[Self::Company, Self::Contact, Self::Deal, Self::Outcome, Self::Owner, Self::Date];

    fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Type => "type",
            Self::Company => "company",
            Self::Contact => "contact",
            Self::Deal => "deal",
            Self::Outcome => "outcome",
            Self::NextSteps => "next_steps",
            Self::Duration => "duration_minutes",
            Self::Owner => "owner",
            Self::Date => "date",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Subject => "Activity",
            Self::Type => "Type",
            Self::Company => "Company",
            Self::Contact => "Contact",
            Self::Deal => "Deal",
            Self::Outcome => "Outcome",
            Self::NextSteps => "Next steps",
            Self::Duration => "Duration",
            Self::Owner => "Owner",
            Self::Date => "Time",
            Self::CreatedAt => "Logged",
            Self::UpdatedAt => "Changed",
        }
    }

    /// The newest first.
    fn default_sort() -> Sort<Self> {
        Sort { by: Self::Date, descending: true }
    }
}

impl FilteredColumn for ActivityColumn {
    const MAY_BE_EMPTY: &'static [Self] = &[Self::Company, Self::Contact, Self::Deal, Self::Outcome, Self::NextSteps, Self::Duration];
    const EXCLUDABLE: &'static [&'static str] = &["type", "owner_id"];
    const HAS_CUSTOM_FIELDS: bool = false;
}

/// The query of the activity list. Values of one filter are joined by OR, filters by AND.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityQuery {
    /// Words to find in subject, description, outcome or next steps: trimmed, not yet folded.
    pub q: String,
    /// Types.
    pub kind: Vec<ActivityType>,
    /// Their days.
    pub date: DayRange,
    /// Companies.
    pub company_id: Vec<CompanyId>,
    /// Contacts.
    pub contact_id: Vec<ContactId>,
    /// Deals.
    pub deal_id: Vec<DealId>,
    /// Owners.
    pub owner_id: Vec<UserId>,
    /// Only planned activities. The last value of a URL counts.
    pub planned: Option<Planned>,
    /// The filters of every list.
    pub record: RecordFilter<ActivityColumn>,
    /// Order, columns and page.
    pub layout: Layout<ActivityColumn>,
}

impl ActivityQuery {
    /// Parses the pairs of a URL's query. An empty value sets no filter. Unknown names are ignored.
    ///
    /// # Errors
    /// [`BadQuery`] for an invalid value of a known name.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match name {
                "q" => query.q = page::parse_search(value)?,
                "type" => query.kind.push(ActivityType::from_slug(value).ok_or(BadQuery)?),
                "company_id" => query.company_id.push(value.parse().map_err(|_| BadQuery)?),
                "contact_id" => query.contact_id.push(value.parse().map_err(|_| BadQuery)?),
                "deal_id" => query.deal_id.push(value.parse().map_err(|_| BadQuery)?),
                "owner_id" => query.owner_id.push(value.parse().map_err(|_| BadQuery)?),
                "planned" => query.planned = Some(Planned::from_slug(value).ok_or(BadQuery)?),
                _ => {
                    let _ = query.date.parse_pair(DATE, name, value)?
                        || query.record.parse_pair(name, value)?
                        || query.layout.parse_pair(name, value)?;
                }
            }
        }
        let pairs = query.query_pairs();
        query.record.drop_unused(&pairs);
        let values = [query.kind.len(), query.company_id.len(), query.contact_id.len(), query.deal_id.len(), query.owner_id.len()];
        page::check_value_count(query, values)
    }

    /// Whether a filter other than the search is set.
    pub fn is_narrowed(&self) -> bool {
        let records = self.company_id.is_empty() && self.contact_id.is_empty() && self.deal_id.is_empty() && self.owner_id.is_empty();
        !(self.kind.is_empty() && !self.date.is_set() && self.planned.is_none() && records && !self.record.is_set())
    }
}

impl ListQuery for ActivityQuery {
    const PATH: &'static str = "/activities";

    fn query_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        pairs.extend(self.kind.iter().map(|kind| ("type", kind.slug().to_owned())));
        pairs.extend(self.date.query_pairs(DATE));
        pairs.extend(self.company_id.iter().map(|id| ("company_id", id.to_string())));
        pairs.extend(self.contact_id.iter().map(|id| ("contact_id", id.to_string())));
        pairs.extend(self.deal_id.iter().map(|id| ("deal_id", id.to_string())));
        pairs.extend(self.owner_id.iter().map(|id| ("owner_id", id.to_string())));
        pairs.extend(self.planned.map(|planned| ("planned", planned.slug().to_owned())));
        self.record.add_pairs(&mut pairs);
        pairs.extend(self.layout.query_pairs());
        pairs
    }

    fn without_filters(&self) -> Self {
        Self { layout: self.layout.at_page(PageNumber::FIRST), ..Self::default() }
    }

    fn is_filtered(&self) -> bool {
        !self.q.is_empty() || self.is_narrowed()
    }

    fn relative_times(&self) -> Vec<[Option<DateTime<Utc>>; 2]> {
        DayRange::relative_times(self.record.day_ranges().into_iter().chain([self.date]))
    }

    fn page(&self) -> PageNumber {
        self.layout.page
    }

    fn with_page(&self, page: PageNumber) -> Self {
        Self { layout: self.layout.at_page(page), ..self.clone() }
    }

    fn page_size(&self) -> PageSize {
        self.layout.page_size
    }
}

impl TableQuery for ActivityQuery {
    type Column = ActivityColumn;

    fn layout(&self) -> &Layout<ActivityColumn> {
        &self.layout
    }

    fn layout_mut(&mut self) -> &mut Layout<ActivityColumn> {
        &mut self.layout
    }

    fn record(&self) -> &RecordFilter<ActivityColumn> {
        &self.record
    }

    fn record_mut(&mut self) -> &mut RecordFilter<ActivityColumn> {
        &mut self.record
    }

    fn in_zone(self, calendar: Calendar<'_>) -> Self {
        Self { date: self.date.in_zone(calendar), record: self.record.in_zone(calendar), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190c7a0-0000-7000-8000-000000000001";

    #[test]
    fn a_query_reads_back_as_written() {
        let pairs = [
            ("q", "báo giá"),
            ("type", "call"),
            ("type", "sms"),
            ("from", "2026-11-01"),
            ("to", "2026-11-30"),
            ("company_id", ID),
            ("contact_id", ID),
            ("deal_id", ID),
            ("owner_id", ID),
            ("planned", "missed"),
            ("sort", "date"),
            ("page", "2"),
            ("utm", "x"),
        ];
        let query = ActivityQuery::parse(pairs).expect("a list of ours");
        assert_eq!(query.kind, [ActivityType::Call, ActivityType::Sms]);
        let written = query.query_pairs();
        assert_eq!(ActivityQuery::parse(written.iter().map(|(name, value)| (*name, value.as_str()))), Ok(query));
        assert!(ActivityQuery::default().query_pairs().is_empty() && !ActivityQuery::default().is_filtered());
    }

    #[test]
    fn a_search_alone_filters_and_does_not_narrow() {
        let query = ActivityQuery::parse([("q", " báo giá ")]).expect("a search");
        assert_eq!((query.q.as_str(), query.is_filtered(), query.is_narrowed()), ("báo giá", true, false));
    }

    #[test]
    fn nonsense_in_a_query_is_refused() {
        for pair in [
            ("page", "0"),
            ("page", "1000000000"),
            ("sort", "description"),
            ("type", "fax"),
            ("from", "x"),
            ("company_id", "1"),
            ("owner_id", "x"),
            ("planned", "yes"),
        ] {
            assert_eq!(ActivityQuery::parse([pair]), Err(BadQuery), "{pair:?}");
        }
        assert_eq!(ActivityQuery::parse([("q", "x".repeat(page::QUERY_MAX + 1).as_str())]), Err(BadQuery));
        assert_eq!(ActivityQuery::parse(vec![("deal_id", ID); 51]), Err(BadQuery));
    }
}

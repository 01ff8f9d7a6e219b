//! The query of the deal board and list.

use super::{LOST_REASON_MAX, SOURCE_MAX};
use crate::{
    columns::{Layout, TableQuery},
    day_range::{Calendar, DayNames, DayRange},
    decision_makers::DecisionGap,
    ids::{CompanyId, ContactId, TagId, UserId},
    money::Money,
    page::{self, BadQuery, ListColumn, ListQuery, PageNumber, PageSize},
    record_filter::{FIELD, FilteredColumn, RecordFilter},
    stages::is_slug,
};
use chrono::{DateTime, Utc};

/// The value of the filter `status` for open deals: those in a stage that is neither won nor lost.
pub const OPEN: &str = "open";
/// The value of the filter `value` for deals whose value is not known.
pub const NO_VALUE: &str = "none";
/// The value of the filter `next_step` for deals whose newest activity, planned ones included, promises a next step. An activity that was
/// planned ahead and has no outcome promises nothing yet.
pub const PROMISED_STEP: &str = "promised";
/// The names of the expected close dates.
pub const CLOSE: DayNames = DayNames { from: "close_from", to: "close_to", within: "close_within", older_than: "close_older_than" };
/// The names of the days on which deals were won or lost.
pub const CLOSED: DayNames = DayNames { from: "closed_from", to: "closed_to", within: "closed_within", older_than: "closed_older_than" };

/// The filter of the deal board and list. Values of one filter are joined by OR, filters by AND.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DealFilter {
    /// Words to find in the name: trimmed, not yet folded.
    pub q: String,
    /// Slugs of stages.
    pub stage: Vec<String>,
    /// Words to find in the company's name.
    pub company: String,
    /// Words to find in the contact's name.
    pub contact: String,
    /// Companies.
    pub company_id: Vec<CompanyId>,
    /// Contacts.
    pub contact_id: Vec<ContactId>,
    /// Owners.
    pub owner_id: Vec<UserId>,
    /// Tags.
    pub tag: Vec<TagId>,
    /// The minimum value.
    pub value_min: Option<Money>,
    /// The maximum value.
    pub value_max: Option<Money>,
    /// Expected close dates.
    pub close: DayRange,
    /// Sources, ignoring case and accents.
    pub source: Vec<String>,
    /// Lost reasons, ignoring case and accents: see [`lost_reason_key`](super::lost_reason_key).
    pub lost_reason: Vec<String>,
    /// Days on which a deal was won or lost.
    pub closed: DayRange,
    /// Only open deals.
    pub open: bool,
    /// Only deals whose value is not known.
    pub no_value: bool,
    /// Only deals with a promised next step: see [`PROMISED_STEP`].
    pub promised_step: bool,
    /// Only deals of companies without a primary decision-maker.
    pub no_primary: bool,
    /// The filters of every list.
    pub record: RecordFilter<DealColumn>,
}

impl DealFilter {
    /// Parses a pair of a URL's query. Returns whether the name is a filter's.
    ///
    /// # Errors
    /// [`BadQuery`] for an invalid value.
    fn parse_pair(&mut self, name: &str, value: &str) -> Result<bool, BadQuery> {
        if self.close.parse_pair(CLOSE, name, value)? || self.closed.parse_pair(CLOSED, name, value)? {
            return Ok(true);
        }
        match name {
            "q" => self.q = page::parse_search(value)?,
            "company" => self.company = page::parse_search(value)?,
            "contact" => self.contact = page::parse_search(value)?,
            "stage" if is_slug(value) => self.stage.push(value.to_owned()),
            "company_id" => self.company_id.push(value.parse().map_err(|_| BadQuery)?),
            "contact_id" => self.contact_id.push(value.parse().map_err(|_| BadQuery)?),
            "owner_id" => self.owner_id.push(value.parse().map_err(|_| BadQuery)?),
            "tag" => self.tag.push(value.parse().map_err(|_| BadQuery)?),
            "value_min" => self.value_min = Some(Money::parse(value).map_err(|_| BadQuery)?),
            "value_max" => self.value_max = Some(Money::parse(value).map_err(|_| BadQuery)?),
            "source" => self.source.push(page::parse_value(value, SOURCE_MAX)?),
            "lost_reason" => self.lost_reason.push(page::parse_value(value, LOST_REASON_MAX)?),
            "decision" if value == DecisionGap::NoPrimary.slug() => self.no_primary = true,
            "status" if value == OPEN => self.open = true,
            "value" if value == NO_VALUE => self.no_value = true,
            "next_step" if value == PROMISED_STEP => self.promised_step = true,
            "stage" | "decision" | "status" | "value" | "next_step" => return Err(BadQuery),
            _ => return self.record.parse_pair(name, value),
        }
        Ok(true)
    }

    /// The filter with the days that it stands for today, in a time zone.
    #[must_use]
    pub fn in_zone(self, calendar: Calendar<'_>) -> Self {
        Self { close: self.close.in_zone(calendar), closed: self.closed.in_zone(calendar), record: self.record.in_zone(calendar), ..self }
    }

    /// Whether no filter is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The number of filters that are set, not counting the search.
    pub fn set_count(&self) -> usize {
        let ranges = [
            self.value_min.is_some() || self.value_max.is_some(),
            self.close.is_set(),
            self.closed.is_set(),
            self.open,
            self.no_value,
            self.promised_step,
            self.no_primary,
        ];
        let lengths = [self.stage.len(), self.owner_id.len(), self.tag.len(), self.source.len(), self.lost_reason.len()];
        let choices = lengths.into_iter().chain([self.companies(), self.contacts()]).map(|chosen| chosen > 0);
        ranges.into_iter().chain(choices).filter(|set| *set).count() + self.record.set_count()
    }

    /// The pairs of the URL's query.
    pub fn query_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let typed = [("q", &self.q), ("company", &self.company), ("contact", &self.contact)];
        pairs.extend(typed.into_iter().filter(|(_, words)| !words.is_empty()).map(|(name, words)| (name, words.clone())));
        pairs.extend(self.stage.iter().map(|slug| ("stage", slug.clone())));
        pairs.extend(self.company_id.iter().map(|id| ("company_id", id.to_string())));
        pairs.extend(self.contact_id.iter().map(|id| ("contact_id", id.to_string())));
        pairs.extend(self.owner_id.iter().map(|id| ("owner_id", id.to_string())));
        pairs.extend(self.tag.iter().map(|id| ("tag", id.to_string())));
        let amounts = [("value_min", self.value_min), ("value_max", self.value_max)];
        pairs.extend(amounts.into_iter().filter_map(|(name, amount)| Some((name, amount?.plain()))));
        pairs.extend(self.close.query_pairs(CLOSE));
        pairs.extend(self.closed.query_pairs(CLOSED));
        pairs.extend(self.source.iter().map(|source| ("source", source.clone())));
        pairs.extend(self.lost_reason.iter().map(|reason| ("lost_reason", reason.clone())));
        let switches = [("status", OPEN, self.open), ("value", NO_VALUE, self.no_value), ("next_step", PROMISED_STEP, self.promised_step)];
        pairs.extend(switches.into_iter().filter(|(.., on)| *on).map(|(name, value, _)| (name, value.to_owned())));
        if self.no_primary {
            pairs.push(("decision", DecisionGap::NoPrimary.slug().to_owned()));
        }
        self.record.add_pairs(&mut pairs);
        pairs
    }

    fn companies(&self) -> usize {
        self.company_id.len() + usize::from(!self.company.is_empty())
    }

    fn contacts(&self) -> usize {
        self.contact_id.len() + usize::from(!self.contact.is_empty())
    }

    fn values(&self) -> [usize; 7] {
        let ids = [self.company_id.len(), self.contact_id.len(), self.owner_id.len(), self.tag.len()];
        let [companies, contacts, owners, tags] = ids;
        [self.stage.len(), companies, contacts, owners, tags, self.source.len(), self.lost_reason.len()]
    }
}

/// The view of `/deals`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DealView {
    /// A column for each stage.
    #[default]
    Board,
    /// A table.
    List,
}

/// A column of the deal list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DealColumn {
    /// Name, ignoring accents.
    Name,
    /// The company's name.
    Company,
    /// The contact's name; deals without a contact come last.
    Contact,
    /// Stage in pipeline order, then position in the column.
    Stage,
    /// Value.
    Value,
    /// Probability.
    Probability,
    /// Value times probability.
    Weighted,
    /// Expected close date; deals without one come last.
    ExpectedClose,
    /// Tags; sorted by the first one's name.
    Tags,
    /// Source.
    Source,
    /// Reason they were lost.
    LostReason,
    /// Time at which it was won or lost.
    ClosedAt,
    /// The owner's name.
    Owner,
    /// Time at which it was added.
    CreatedAt,
    /// Time of the last change.
    UpdatedAt,
}

impl ListColumn for DealColumn {
    const ALL: &'static [Self] = &[
        Self::Name,
        Self::Company,
        Self::Contact,
        Self::Stage,
        Self::Value,
        Self::Probability,
        Self::Weighted,
        Self::ExpectedClose,
        Self::Tags,
        Self::Source,
        Self::LostReason,
        Self::ClosedAt,
        Self::Owner,
        Self::CreatedAt,
        Self::UpdatedAt,
    ];
    const SHOWN: &'static [Self] = &[
        Self::Company,
        Self::Contact,
        Self::Stage,
        Self::Value,
        Self::Probability,
        Self::Weighted,
        Self::ExpectedClose,
        Self::Owner,
        Self::UpdatedAt,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Company => "company",
            Self::Contact => "contact",
            Self::Stage => "stage",
            Self::Value => "value",
            Self::Probability => "probability",
            Self::Weighted => "weighted",
            Self::ExpectedClose => "expected_close_date",
            Self::Tags => "tags",
            Self::Source => "source",
            Self::LostReason => "lost_reason",
            Self::ClosedAt => "closed_at",
            Self::Owner => "owner",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Company => "Company",
            Self::Contact => "Contact",
            Self::Stage => "Stage",
            Self::Value => "Value",
            Self::Probability => "Probability",
            Self::Weighted => "Weighted",
            Self::ExpectedClose => "Expected close",
            Self::Tags => "Tags",
            Self::Source => "Source",
            Self::LostReason => "Lost reason",
            Self::ClosedAt => "Closed",
            Self::Owner => "Owner",
            Self::CreatedAt => "Added",
            Self::UpdatedAt => "Changed",
        }
    }
}

impl FilteredColumn for DealColumn {
    const MAY_BE_EMPTY: &'static [Self] = &[Self::Contact, Self::ExpectedClose, Self::Tags, Self::Source, Self::LostReason];
    const EXCLUDABLE: &'static [&'static str] = &["stage", "company_id", "contact_id", "owner_id", "tag", "source", "lost_reason", FIELD];
    const HAS_CUSTOM_FIELDS: bool = true;
}

/// The query of `/deals`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DealQuery {
    /// The filter.
    pub filter: DealFilter,
    /// The view.
    pub view: DealView,
    /// Order, columns and page of the list.
    pub layout: Layout<DealColumn>,
}

impl DealQuery {
    /// Parses the pairs of a URL's query. An empty value sets no filter. Unknown names are ignored, because other sites may add
    /// parameters to a link.
    ///
    /// # Errors
    /// [`BadQuery`] for an invalid value of a known name.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
            if query.filter.parse_pair(name, value)? {
                continue;
            }
            match (name, value) {
                ("view", "list") => query.view = DealView::List,
                ("view", "board") => query.view = DealView::Board,
                ("view", _) => return Err(BadQuery),
                _ => {
                    query.layout.parse_pair(name, value)?;
                }
            }
        }
        let pairs = query.filter.query_pairs();
        query.filter.record.drop_unused(&pairs);
        let values = query.filter.values();
        page::check_value_count(query, values)
    }
}

impl ListQuery for DealQuery {
    const PATH: &'static str = "/deals";

    fn query_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.filter.query_pairs();
        if self.view == DealView::List {
            pairs.push(("view", "list".to_owned()));
        }
        pairs.extend(self.layout.query_pairs());
        pairs
    }

    fn is_filtered(&self) -> bool {
        !self.filter.is_empty()
    }

    fn relative_times(&self) -> Vec<[Option<DateTime<Utc>>; 2]> {
        DayRange::relative_times(self.filter.record.day_ranges().into_iter().chain([self.filter.close, self.filter.closed]))
    }

    fn without_filters(&self) -> Self {
        Self { filter: DealFilter::default(), ..self.with_page(PageNumber::FIRST) }
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

impl TableQuery for DealQuery {
    type Column = DealColumn;

    fn layout(&self) -> &Layout<DealColumn> {
        &self.layout
    }

    fn layout_mut(&mut self) -> &mut Layout<DealColumn> {
        &mut self.layout
    }

    fn record(&self) -> &RecordFilter<DealColumn> {
        &self.filter.record
    }

    fn record_mut(&mut self) -> &mut RecordFilter<DealColumn> {
        &mut self.filter.record
    }

    fn in_zone(self, calendar: Calendar<'_>) -> Self {
        Self { filter: self.filter.in_zone(calendar), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Days, NaiveDate};
    use proptest::prelude::*;

    const ID: &str = "0190c7a0-0000-7000-8000-000000000001";

    fn parse(pairs: &[(&str, &str)]) -> Result<DealQuery, BadQuery> {
        DealQuery::parse(pairs.iter().copied())
    }

    #[test]
    fn a_url_reads_back_as_written() {
        let pairs = [
            ("q", "xe tải"),
            ("company", "ánh dương"),
            ("contact", "lan"),
            ("stage", "proposal"),
            ("stage", "closed-won"),
            ("company_id", ID),
            ("contact_id", ID),
            ("owner_id", ID),
            ("tag", ID),
            ("value_min", "100 triệu"),
            ("value_max", "1,5 tỷ"),
            ("close_from", "2026-11-01"),
            ("close_to", "2026-11-30"),
            ("source", "Giới thiệu"),
            ("source", "Website"),
            ("lost_reason", "Giá cao"),
            ("closed_from", "2026-10-01"),
            ("closed_to", "2026-10-31"),
            ("status", "open"),
            ("value", "none"),
            ("next_step", "promised"),
            ("decision", "no-primary"),
            ("created_from", "2026-10-01"),
            ("created_to", "2026-10-31"),
            ("view", "list"),
            ("sort", "-value"),
            ("page", "3"),
        ];
        let query = parse(&pairs).expect("all of it makes sense");
        assert_eq!((query.view, query.layout.page.get(), query.filter.set_count()), (DealView::List, 3, 15));
        assert_eq!(query.filter.value_max, Some(Money::from_hundredths(150_000_000_000)));
        let written = query.query_pairs();
        let again = DealQuery::parse(written.iter().map(|(name, value)| (*name, value.as_str())));
        assert_eq!(again, Ok(query));
    }

    #[test]
    fn nothing_set_is_the_whole_board() {
        let query = parse(&[("q", " "), ("stage", ""), ("value_min", ""), ("utm", "x")]).expect("nothing set");
        assert_eq!(query, DealQuery::default());
        assert!(query.filter.is_empty() && query.query_pairs().is_empty());
    }

    #[test]
    fn nonsense_is_refused() {
        for pair in [
            ("stage", "Closed Won"),
            ("company_id", "1"),
            ("contact_id", "x"),
            ("owner_id", "'"),
            ("tag", "0"),
            ("value_min", "viel"),
            ("value_max", "-1"),
            ("close_from", "1/2/2026"),
            ("close_to", "2026-02-30"),
            ("closed_from", "1/2/2026"),
            ("closed_to", "2026-02-30"),
            ("decision", "not-contacted"),
            ("decision", "true"),
            ("created_from", "1/2/2026"),
            ("created_to", "2026-02-30"),
            ("status", "closed"),
            ("value", "0"),
            ("next_step", "true"),
            ("view", "map"),
            ("sort", "owner; drop"),
            ("page", "1000000000"),
        ] {
            assert_eq!(parse(&[pair]), Err(BadQuery), "{pair:?}");
        }
        for pair in [("tag", ID), ("source", "Website"), ("lost_reason", "Giá cao")] {
            assert_eq!(parse(&[pair; page::VALUES_MAX + 1]), Err(BadQuery), "{pair:?}");
        }
        assert_eq!(DealQuery::parse([("source", "x".repeat(SOURCE_MAX + 1).as_str())]), Err(BadQuery));
        assert_eq!(DealQuery::parse([("lost_reason", "x".repeat(LOST_REASON_MAX + 1).as_str())]), Err(BadQuery));
        assert_eq!(DealQuery::parse([("q", "x".repeat(201).as_str())]), Err(BadQuery));
    }

    proptest! {
        #[test]
        fn filters_read_back_as_written(
            source in proptest::collection::vec("[A-Za-zÀ-ỹ0-9&+=%# ]{0,20}[a-zđ]", 0..4),
            lost_reason in proptest::collection::vec("[A-Za-zÀ-ỹ0-9&+=%# ]{0,20}[a-zđ]", 0..4),
            days in proptest::array::uniform2(proptest::option::of(0_u64..3_000)),
            no_primary: bool,
        ) {
            let [from, to] = days.map(|days| days.and_then(|days| NaiveDate::default().checked_add_days(Days::new(days))));
            let stored = |texts: Vec<String>| -> Vec<String> {
                texts.iter().filter_map(|text| page::parse_value(text, SOURCE_MAX).ok()).collect()
            };
            let filter =
                DealFilter { source: stored(source), lost_reason: stored(lost_reason), closed: DayRange::limited(from, to), no_primary, ..DealFilter::default() };
            let written = filter.query_pairs();
            let read = DealQuery::parse(written.iter().map(|(name, value)| (*name, value.as_str())));
            prop_assert_eq!(read, Ok(DealQuery { filter, ..DealQuery::default() }));
        }
    }
}

//! The query of the task list.

use super::{Priority, TaskStatus};
use crate::{
    columns::{Layout, TableQuery},
    dates,
    day_range::{Calendar, DayNames, DayRange},
    ids::{CompanyId, ContactId, DealId, UserId},
    page::{self, BadQuery, ListColumn, ListQuery, PageNumber, PageSize, Sort},
    record_filter::{FilteredColumn, RecordFilter},
};
use chrono::{DateTime, Utc};

/// The names of the days on which tasks are due.
pub const DUE: DayNames = DayNames { from: "due_from", to: "due_to", within: "due_within", older_than: "due_older_than" };

/// A column of the task list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskColumn {
    /// Title, ignoring accents.
    Title,
    /// When it is due.
    Due,
    /// Priority, the highest first.
    Priority,
    /// Status.
    Status,
    /// The company's name.
    Company,
    /// The contact's name.
    Contact,
    /// The deal's name.
    Deal,
    /// The owner's name.
    Owner,
    /// When it was done or canceled.
    ClosedAt,
    /// Time at which it was added.
    CreatedAt,
    /// Time of the last change.
    UpdatedAt,
}

impl ListColumn for TaskColumn {
    const ALL: &'static [Self] = &[
        Self::Title,
        Self::Due,
        Self::Priority,
        Self::Status,
        Self::Company,
        Self::Contact,
        Self::Deal,
        Self::Owner,
        Self::ClosedAt,
        Self::CreatedAt,
        Self::UpdatedAt,
    ];
    const SHOWN: &'static [Self] = &[Self::Due, Self::Priority, Self::Company, Self::Deal, Self::Owner];

    fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Due => "due",
            Self::Priority => "priority",
            Self::Status => "status",
            Self::Company => "company",
            Self::Contact => "contact",
            Self::Deal => "deal",
            Self::Owner => "owner",
            Self::ClosedAt => "closed_at",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Title => "Task",
            Self::Due => "Due",
            Self::Priority => "Priority",
            Self::Status => "Status",
            Self::Company => "Company",
            Self::Contact => "Contact",
            Self::Deal => "Deal",
            Self::Owner => "Owner",
            Self::ClosedAt => "Finished",
            Self::CreatedAt => "Added",
            Self::UpdatedAt => "Changed",
        }
    }

    /// What is due first comes first.
    fn default_sort() -> Sort<Self> {
        Sort { by: Self::Due, descending: false }
    }
}

impl FilteredColumn for TaskColumn {
    const MAY_BE_EMPTY: &'static [Self] = &[Self::Due, Self::Company, Self::Contact, Self::Deal];
    const EXCLUDABLE: &'static [&'static str] = &["status", "priority", "owner_id"];
    const HAS_CUSTOM_FIELDS: bool = false;
}

/// The query of the task list. Values of one filter are joined by OR, filters by AND.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskQuery {
    /// Words to find in title or notes: trimmed, not yet folded.
    pub q: String,
    /// Statuses; none for open tasks and those that were done today.
    pub status: Vec<TaskStatus>,
    /// Priorities.
    pub priority: Vec<Priority>,
    /// The days on which they are due.
    pub due: DayRange,
    /// Only open tasks whose time or day is past.
    pub overdue: bool,
    /// Companies.
    pub company_id: Vec<CompanyId>,
    /// Contacts.
    pub contact_id: Vec<ContactId>,
    /// Deals.
    pub deal_id: Vec<DealId>,
    /// Owners, who are to do them.
    pub owner_id: Vec<UserId>,
    /// The filters of every list.
    pub record: RecordFilter<TaskColumn>,
    /// Order, columns and page.
    pub layout: Layout<TaskColumn>,
    /// The start of today, which [`TableQuery::in_zone`] sets. No part of the URL.
    pub today: Option<DateTime<Utc>>,
}

impl TaskQuery {
    /// Parses the pairs of a URL's query. An empty value sets no filter. Unknown names are ignored. `due_before` is the day after the last one.
    ///
    /// # Errors
    /// [`BadQuery`] for an invalid value of a known name.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match name {
                "q" => query.q = page::parse_search(value)?,
                "status" => query.status.push(TaskStatus::from_slug(value).ok_or(BadQuery)?),
                "priority" => query.priority.push(Priority::from_slug(value).ok_or(BadQuery)?),
                "overdue" => query.overdue = if value == "true" { true } else { return Err(BadQuery) },
                "due_before" => query.due.to = Some(dates::day(value).and_then(|day| day.pred_opt()).ok_or(BadQuery)?),
                "company_id" => query.company_id.push(value.parse().map_err(|_| BadQuery)?),
                "contact_id" => query.contact_id.push(value.parse().map_err(|_| BadQuery)?),
                "deal_id" => query.deal_id.push(value.parse().map_err(|_| BadQuery)?),
                "owner_id" => query.owner_id.push(value.parse().map_err(|_| BadQuery)?),
                _ => {
                    let _ = query.due.parse_pair(DUE, name, value)?
                        || query.record.parse_pair(name, value)?
                        || query.layout.parse_pair(name, value)?;
                }
            }
        }
        let pairs = query.query_pairs();
        query.record.drop_unused(&pairs);
        let records = [query.company_id.len(), query.contact_id.len(), query.deal_id.len(), query.owner_id.len()];
        let values = [query.status.len(), query.priority.len(), records[0], records[1], records[2], records[3]];
        page::check_value_count(query, values)
    }

    /// Whether a filter other than the search is set.
    pub fn is_narrowed(&self) -> bool {
        let records = self.company_id.is_empty() && self.contact_id.is_empty() && self.deal_id.is_empty() && self.owner_id.is_empty();
        let own = self.status.is_empty() && self.priority.is_empty() && !self.due.is_set() && !self.overdue;
        !(records && own && !self.record.is_set())
    }

    /// The start of today in the workspace's time zone, from which on tasks that were done are still listed among open ones. In UTC, and long
    /// past, without [`TableQuery::in_zone`].
    pub fn done_since(&self) -> DateTime<Utc> {
        self.today.unwrap_or(DateTime::UNIX_EPOCH)
    }
}

impl ListQuery for TaskQuery {
    const PATH: &'static str = "/tasks";

    fn query_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        pairs.extend(self.status.iter().map(|status| ("status", status.slug().to_owned())));
        pairs.extend(self.priority.iter().map(|priority| ("priority", priority.slug().to_owned())));
        pairs.extend(self.due.query_pairs(DUE));
        pairs.extend(self.overdue.then(|| ("overdue", "true".to_owned())));
        pairs.extend(self.company_id.iter().map(|id| ("company_id", id.to_string())));
        pairs.extend(self.contact_id.iter().map(|id| ("contact_id", id.to_string())));
        pairs.extend(self.deal_id.iter().map(|id| ("deal_id", id.to_string())));
        pairs.extend(self.owner_id.iter().map(|id| ("owner_id", id.to_string())));
        self.record.add_pairs(&mut pairs);
        pairs.extend(self.layout.query_pairs());
        pairs
    }

    fn without_filters(&self) -> Self {
        Self { layout: self.layout.at_page(PageNumber::FIRST), today: self.today, ..Self::default() }
    }

    fn is_filtered(&self) -> bool {
        !self.q.is_empty() || self.is_narrowed()
    }

    fn relative_times(&self) -> Vec<[Option<DateTime<Utc>>; 2]> {
        let mut times = DayRange::relative_times(self.record.day_ranges().into_iter().chain([self.due]));
        times.push([self.today, None]);
        times
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

impl TableQuery for TaskQuery {
    type Column = TaskColumn;

    fn layout(&self) -> &Layout<TaskColumn> {
        &self.layout
    }

    fn layout_mut(&mut self) -> &mut Layout<TaskColumn> {
        &mut self.layout
    }

    fn record(&self) -> &RecordFilter<TaskColumn> {
        &self.record
    }

    fn record_mut(&mut self) -> &mut RecordFilter<TaskColumn> {
        &mut self.record
    }

    fn in_zone(self, calendar: Calendar<'_>) -> Self {
        let today = Some((calendar.start_of)(calendar.today));
        Self { due: self.due.in_zone(calendar), record: self.record.in_zone(calendar), today, ..self }
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
            ("status", "open"),
            ("status", "done"),
            ("priority", "high"),
            ("due_from", "2026-11-01"),
            ("due_to", "2026-11-30"),
            ("overdue", "true"),
            ("company_id", ID),
            ("contact_id", ID),
            ("deal_id", ID),
            ("owner_id", ID),
            ("empty", "due"),
            ("none_of", "priority"),
            ("sort", "-title"),
            ("page", "2"),
            ("utm", "x"),
        ];
        let query = TaskQuery::parse(pairs).expect("a list of ours");
        assert_eq!(query.status, [TaskStatus::Open, TaskStatus::Done]);
        let written = query.query_pairs();
        assert_eq!(TaskQuery::parse(written.iter().map(|(name, value)| (*name, value.as_str()))), Ok(query));
        assert!(TaskQuery::default().query_pairs().is_empty() && !TaskQuery::default().is_filtered());
    }

    #[test]
    fn due_before_a_day_is_up_to_the_day_before() {
        let query = TaskQuery::parse([("due_before", "2026-12-01")]).expect("a list of ours");
        assert_eq!(query.query_pairs(), [("due_to", "2026-11-30".to_owned())]);
    }

    #[test]
    fn what_is_listed_changes_at_midnight() {
        let at = |text: &str| {
            let start: DateTime<Utc> = text.parse().expect("a time");
            let start_of = move |_| start;
            TaskQuery::default().in_zone(Calendar { today: start.date_naive(), start_of: &start_of })
        };
        let (today, tomorrow) = (at("2026-11-27T17:00:00Z"), at("2026-11-28T17:00:00Z"));
        assert_ne!(today.relative_times(), tomorrow.relative_times());
        assert_eq!(tomorrow.done_since().to_rfc3339(), "2026-11-28T17:00:00+00:00");
    }

    #[test]
    fn nonsense_in_a_query_is_refused() {
        for pair in [
            ("page", "0"),
            ("sort", "notes"),
            ("status", "late"),
            ("priority", "1"),
            ("due_before", "x"),
            ("due_from", "2026-13-01"),
            ("overdue", "yes"),
            ("company_id", "1"),
            ("owner_id", "me"),
            ("none_of", "q"),
        ] {
            assert_eq!(TaskQuery::parse([pair]), Err(BadQuery), "{pair:?}");
        }
        assert_eq!(TaskQuery::parse(vec![("deal_id", ID); 51]), Err(BadQuery));
    }
}

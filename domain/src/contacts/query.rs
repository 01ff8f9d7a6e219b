//! The query of the contact list.

use super::{AuthorityLevel, JOB_TITLE_MAX, NON_DECIDER_RANK, authority_rank, ticked};
use crate::{
    columns::{Layout, TableQuery},
    day_range::{Calendar, DayRange},
    ids::{CompanyId, TagId, UserId},
    page::{self, BadQuery, ListColumn, ListQuery, PageNumber, PageSize},
    record_filter::{FIELD, FilteredColumn, RecordFilter},
};
use chrono::{DateTime, Utc};

/// A column of the contact list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactColumn {
    /// Name, ignoring accents.
    Name,
    /// Job title, ignoring accents.
    JobTitle,
    /// The company's name, ignoring accents; contacts without a company come last.
    Company,
    /// Authority, by [`authority_rank`].
    Authority,
    /// Phone number, by its key.
    Phone,
    /// Email address, ignoring case.
    Email,
    /// Tags; sorted by the first one's name.
    Tags,
    /// Name of the contact whom they report to.
    ReportsTo,
    /// The owner's name.
    Owner,
    /// Time at which they were added.
    CreatedAt,
    /// Time of the last change.
    UpdatedAt,
}

impl ListColumn for ContactColumn {
    const ALL: &'static [Self] = &[
        Self::Name,
        Self::JobTitle,
        Self::Company,
        Self::Authority,
        Self::Phone,
        Self::Email,
        Self::Tags,
        Self::ReportsTo,
        Self::Owner,
        Self::CreatedAt,
        Self::UpdatedAt,
    ];
    const SHOWN: &'static [Self] = &[Self::JobTitle, Self::Company, Self::Authority, Self::Phone, Self::Email, Self::Tags, Self::UpdatedAt];

    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::JobTitle => "job_title",
            Self::Company => "company",
            Self::Authority => "authority_level",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Tags => "tags",
            Self::ReportsTo => "reports_to",
            Self::Owner => "owner",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::JobTitle => "Role",
            Self::Company => "Company",
            Self::Authority => "Authority",
            Self::Phone => "Phone",
            Self::Email => "Email",
            Self::Tags => "Tags",
            Self::ReportsTo => "Reports to",
            Self::Owner => "Owner",
            Self::CreatedAt => "Added",
            Self::UpdatedAt => "Changed",
        }
    }
}

impl FilteredColumn for ContactColumn {
    const MAY_BE_EMPTY: &'static [Self] = &[Self::JobTitle, Self::Company, Self::Phone, Self::Email, Self::Tags, Self::ReportsTo];
    const EXCLUDABLE: &'static [&'static str] = &["company_id", "job_title", "authority_level", "tag", "owner_id", FIELD];
    const HAS_CUSTOM_FIELDS: bool = true;
}

/// The most days of the filter "not contacted".
pub const NOT_CONTACTED_DAYS_MAX: u16 = 3_650;

/// The query of the contact list. Values of one filter are joined by OR, filters by AND.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactQuery {
    /// Words to find in name, email, phone, job title or the company's name: trimmed, not yet folded.
    pub q: String,
    /// Companies.
    pub company: Vec<CompanyId>,
    /// Job titles.
    pub job_title: Vec<String>,
    /// Authority levels.
    pub authority: Vec<AuthorityLevel>,
    /// Only decision-makers.
    pub decision_makers: bool,
    /// Tags.
    pub tag: Vec<TagId>,
    /// Owners.
    pub owner_id: Vec<UserId>,
    /// Only contacts without a call, email, meeting or message in this many days, 1 to [`NOT_CONTACTED_DAYS_MAX`].
    pub not_contacted_days: Option<u16>,
    /// The filters of every list.
    pub record: RecordFilter<ContactColumn>,
    /// Order, columns and page.
    pub layout: Layout<ContactColumn>,
}

impl ContactQuery {
    /// Parses the pairs of a URL's query. An empty value sets no filter. Unknown names are ignored, because other sites may add
    /// parameters to a link.
    ///
    /// # Errors
    /// [`BadQuery`] for an invalid value of a known name.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match name {
                "q" => query.q = page::parse_search(value)?,
                "company_id" => query.company.push(value.parse().map_err(|_| BadQuery)?),
                "job_title" => query.job_title.push(page::parse_value(value, JOB_TITLE_MAX)?),
                "authority_level" => query.authority.push(AuthorityLevel::from_slug(value).ok_or(BadQuery)?),
                "is_decision_maker" => query.decision_makers = ticked(value).ok_or(BadQuery).map(|()| true)?,
                "tag" => query.tag.push(value.parse().map_err(|_| BadQuery)?),
                "owner_id" => query.owner_id.push(value.parse().map_err(|_| BadQuery)?),
                "not_contacted_days" => query.not_contacted_days = Some(parse_days(value)?),
                _ => {
                    let _ = query.record.parse_pair(name, value)? || query.layout.parse_pair(name, value)?;
                }
            }
        }
        let pairs = query.query_pairs();
        query.record.drop_unused(&pairs);
        let values = [query.company.len(), query.job_title.len(), query.authority.len(), query.tag.len(), query.owner_id.len()];
        page::check_value_count(query, values)
    }

    /// The [`authority_rank`]s that the filters let through; `None` if there is no such filter.
    pub fn authority_ranks(&self) -> Option<Vec<i16>> {
        let of_level = |level: &AuthorityLevel| [authority_rank(true, Some(*level)), authority_rank(false, Some(*level))];
        let all = || (0..=5).collect();
        let mut left: Vec<i16> = if self.authority.is_empty() { all() } else { self.authority.iter().flat_map(of_level).collect() };
        if self.record.excludes("authority_level") {
            left = (0..=5).filter(|rank| !left.contains(rank)).collect();
        }
        left.retain(|rank| !self.decision_makers || *rank < NON_DECIDER_RANK);
        (self.decision_makers || !self.authority.is_empty()).then_some(left)
    }

    /// Whether a filter other than the search is set.
    pub fn is_narrowed(&self) -> bool {
        let none = self.company.is_empty() && self.job_title.is_empty() && self.authority.is_empty() && self.tag.is_empty();
        let of_record = self.owner_id.is_empty() && !self.record.is_set();
        self.decision_makers || self.not_contacted_days.is_some() || !none || !of_record
    }
}

/// Parses a number of days, 1 to [`NOT_CONTACTED_DAYS_MAX`].
fn parse_days(typed: &str) -> Result<u16, BadQuery> {
    let days = typed.trim().parse().map_err(|_| BadQuery)?;
    if (1..=NOT_CONTACTED_DAYS_MAX).contains(&days) { Ok(days) } else { Err(BadQuery) }
}

impl ListQuery for ContactQuery {
    const PATH: &'static str = "/contacts";

    fn query_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        pairs.extend(self.company.iter().map(|company| ("company_id", company.to_string())));
        pairs.extend(self.job_title.iter().map(|title| ("job_title", title.clone())));
        pairs.extend(self.authority.iter().map(|level| ("authority_level", level.slug().to_owned())));
        if self.decision_makers {
            pairs.push(("is_decision_maker", "true".to_owned()));
        }
        pairs.extend(self.tag.iter().map(|tag| ("tag", tag.to_string())));
        pairs.extend(self.owner_id.iter().map(|owner| ("owner_id", owner.to_string())));
        pairs.extend(self.not_contacted_days.map(|days| ("not_contacted_days", days.to_string())));
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
        DayRange::relative_times(self.record.day_ranges())
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

impl TableQuery for ContactQuery {
    type Column = ContactColumn;

    fn layout(&self) -> &Layout<ContactColumn> {
        &self.layout
    }

    fn layout_mut(&mut self) -> &mut Layout<ContactColumn> {
        &mut self.layout
    }

    fn record(&self) -> &RecordFilter<ContactColumn> {
        &self.record
    }

    fn record_mut(&mut self) -> &mut RecordFilter<ContactColumn> {
        &mut self.record
    }

    fn in_zone(self, calendar: Calendar<'_>) -> Self {
        Self { record: self.record.in_zone(calendar), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "0190b2c0-0000-7000-8000-000000000000";

    #[test]
    fn a_query_reads_back_as_written() {
        let pairs = [
            ("q", "duc"),
            ("company_id", ID),
            ("authority_level", "primary"),
            ("authority_level", "influencer"),
            ("is_decision_maker", "true"),
            ("job_title", "Kế toán"),
            ("tag", ID),
            ("owner_id", ID),
            ("created_from", "2026-10-29"),
            ("created_to", "2026-11-27"),
            ("not_contacted_days", "30"),
            ("sort", "-company"),
            ("page", "3"),
            ("company_id_q", "x"),
        ];
        let query = ContactQuery::parse(pairs).expect("a list of ours");
        assert_eq!(query.authority, [AuthorityLevel::Primary, AuthorityLevel::Influencer]);
        assert!(query.is_filtered() && query.is_narrowed() && query.decision_makers);
        let written = query.query_pairs();
        assert_eq!(ContactQuery::parse(written.iter().map(|(name, value)| (*name, value.as_str()))), Ok(query));
        assert!(ContactQuery::default().query_pairs().is_empty() && !ContactQuery::default().is_filtered());
    }

    proptest! {
        #[test]
        fn whole_days_read_back_as_written(days in 1..=NOT_CONTACTED_DAYS_MAX) {
            let query = ContactQuery { not_contacted_days: Some(days), ..ContactQuery::default() };
            prop_assert!(query.is_narrowed() && query.is_filtered());
            let written = query.query_pairs();
            prop_assert_eq!(ContactQuery::parse(written.iter().map(|(name, value)| (*name, value.as_str()))), Ok(query));
        }
    }

    #[test]
    fn nonsense_in_a_query_is_refused() {
        for pair in [
            ("page", "0"),
            ("page", "1000000000"),
            ("sort", "notes"),
            ("authority_level", "boss"),
            ("is_decision_maker", "no"),
            ("company_id", "1 or 1=1"),
            ("tag", "x"),
            ("owner_id", "me"),
            ("created_from", "27.11.2026"),
            ("created_to", "2026-02-30"),
            ("not_contacted_days", "0"),
            ("not_contacted_days", "3651"),
            ("not_contacted_days", "-1"),
            ("not_contacted_days", "1.5"),
            ("not_contacted_days", "99999"),
            ("job_title", &"x".repeat(256)),
            ("q", &"x".repeat(201)),
        ] {
            assert_eq!(ContactQuery::parse([pair]), Err(BadQuery), "{pair:?}");
        }
        assert_eq!(ContactQuery::parse(vec![("tag", ID); 51]), Err(BadQuery));
    }

    #[test]
    fn who_decides_narrows_to_places_in_the_order() {
        let left = |authority: &[AuthorityLevel], decision_makers| {
            ContactQuery { authority: authority.to_vec(), decision_makers, ..ContactQuery::default() }.authority_ranks()
        };
        assert_eq!(left(&[], false), None);
        assert_eq!(left(&[], true), Some(vec![0, 1, 2, 3]));
        assert_eq!(left(&[AuthorityLevel::Influencer], false), Some(vec![2, 4]));
        assert_eq!(left(&[AuthorityLevel::Influencer], true), Some(vec![2]));
    }
}

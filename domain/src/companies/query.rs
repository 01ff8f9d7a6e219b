//! The query of the company list.

use super::{Archived, CompanySize, CompanyStatus, INDUSTRY_MAX};
use crate::{
    columns::{Layout, TableQuery},
    day_range::{Calendar, DayRange},
    decision_makers::DecisionGap,
    ids::{TagId, UserId},
    page::{self, BadQuery, ListColumn, ListQuery, PageNumber, PageSize},
    record_filter::{FIELD, FilteredColumn, RecordFilter},
};
use chrono::{DateTime, Utc};

/// A column of the company list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompanyColumn {
    /// Name, ignoring accents.
    Name,
    /// Industry.
    Industry,
    /// Size, smallest first.
    Size,
    /// The label of the status.
    Status,
    /// Tags; sorted by the first one's name.
    Tags,
    /// Number of contacts.
    Contacts,
    /// Value of open deals.
    OpenDeals,
    /// Time of the last contact; never sorts before all.
    LastContact,
    /// The owner's name.
    Owner,
    /// Website.
    Website,
    /// Phone number.
    Phone,
    /// Email address.
    Email,
    /// Tax code.
    TaxCode,
    /// Address.
    Address,
    /// Time at which it was added.
    CreatedAt,
    /// Time of the last change.
    UpdatedAt,
}

impl ListColumn for CompanyColumn {
    const ALL: &'static [Self] = &[
        Self::Name,
        Self::Industry,
        Self::Size,
        Self::Status,
        Self::Tags,
        Self::Contacts,
        Self::OpenDeals,
        Self::LastContact,
        Self::Owner,
        Self::Website,
        Self::Phone,
        Self::Email,
        Self::TaxCode,
        Self::Address,
        Self::CreatedAt,
        Self::UpdatedAt,
    ];
    const SHOWN: &'static [Self] =
        &[Self::Industry, Self::Size, Self::Status, Self::Tags, Self::Contacts, Self::OpenDeals, Self::LastContact, Self::UpdatedAt];

    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Industry => "industry",
            Self::Size => "size",
            Self::Status => "status",
            Self::Tags => "tags",
            Self::Contacts => "contacts",
            Self::OpenDeals => "open_deals",
            Self::LastContact => "last_contact_at",
            Self::Owner => "owner",
            Self::Website => "website",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::TaxCode => "tax_code",
            Self::Address => "address",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Industry => "Industry",
            Self::Size => "Size",
            Self::Status => "Status",
            Self::Tags => "Tags",
            Self::Contacts => "Contacts",
            Self::OpenDeals => "Open deals",
            Self::LastContact => "Last contact",
            Self::Owner => "Owner",
            Self::Website => "Website",
            Self::Phone => "Phone",
            Self::Email => "Email",
            Self::TaxCode => "Tax code",
            Self::Address => "Address",
            Self::CreatedAt => "Added",
            Self::UpdatedAt => "Changed",
        }
    }
}

impl FilteredColumn for CompanyColumn {
    const MAY_BE_EMPTY: &'static [Self] =
        &[Self::Industry, Self::Size, Self::Tags, Self::Website, Self::Phone, Self::Email, Self::TaxCode, Self::Address];
    const EXCLUDABLE: &'static [&'static str] = &["industry", "size", "status", "tag", "owner_id", FIELD];
    const HAS_CUSTOM_FIELDS: bool = true;
}

/// The query of the company list. Values of one filter are joined by OR, filters by AND.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompanyQuery {
    /// Words to find in any field or tag: trimmed, not yet folded.
    pub q: String,
    /// Industries.
    pub industry: Vec<String>,
    /// Sizes.
    pub size: Vec<CompanySize>,
    /// Statuses.
    pub status: Vec<CompanyStatus>,
    /// Tags.
    pub tag: Vec<TagId>,
    /// Owners.
    pub owner_id: Vec<UserId>,
    /// Decision gaps.
    pub decision: Vec<DecisionGap>,
    /// What is shown of archived companies. The last value of a URL counts.
    pub archived: Archived,
    /// The filters of every list.
    pub record: RecordFilter<CompanyColumn>,
    /// Order, columns and page.
    pub layout: Layout<CompanyColumn>,
}

impl CompanyQuery {
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
                "industry" => query.industry.push(page::parse_value(value, INDUSTRY_MAX)?),
                "size" => query.size.push(CompanySize::from_slug(value).ok_or(BadQuery)?),
                "status" => query.status.push(CompanyStatus::from_slug(value).ok_or(BadQuery)?),
                "tag" => query.tag.push(value.parse().map_err(|_| BadQuery)?),
                "owner_id" => query.owner_id.push(value.parse().map_err(|_| BadQuery)?),
                "decision" => query.decision.push(DecisionGap::from_slug(value).ok_or(BadQuery)?),
                "archived" => query.archived = Archived::from_slug(value).ok_or(BadQuery)?,
                _ => {
                    let _ = query.record.parse_pair(name, value)? || query.layout.parse_pair(name, value)?;
                }
            }
        }
        let pairs = query.query_pairs();
        query.record.drop_unused(&pairs);
        let values =
            [query.industry.len(), query.size.len(), query.status.len(), query.tag.len(), query.owner_id.len(), query.decision.len()];
        page::check_value_count(query, values)
    }
}

impl ListQuery for CompanyQuery {
    const PATH: &'static str = "/companies";

    fn query_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        pairs.extend(self.industry.iter().map(|industry| ("industry", industry.clone())));
        pairs.extend(self.size.iter().map(|size| ("size", size.slug().to_owned())));
        pairs.extend(self.status.iter().map(|status| ("status", status.slug().to_owned())));
        pairs.extend(self.tag.iter().map(|tag| ("tag", tag.to_string())));
        pairs.extend(self.owner_id.iter().map(|owner| ("owner_id", owner.to_string())));
        pairs.extend(self.decision.iter().map(|gap| ("decision", gap.slug().to_owned())));
        if self.archived != Archived::No {
            pairs.push(("archived", self.archived.slug().to_owned()));
        }
        self.record.add_pairs(&mut pairs);
        pairs.extend(self.layout.query_pairs());
        pairs
    }

    fn without_filters(&self) -> Self {
        Self { layout: self.layout.at_page(PageNumber::FIRST), ..Self::default() }
    }

    fn is_filtered(&self) -> bool {
        let of_company = self.industry.is_empty() && self.size.is_empty() && self.status.is_empty() && self.tag.is_empty();
        let none = of_company && self.owner_id.is_empty() && self.decision.is_empty() && !self.record.is_set();
        !(self.q.is_empty() && none && self.archived == Archived::No)
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

impl TableQuery for CompanyQuery {
    type Column = CompanyColumn;

    fn layout(&self) -> &Layout<CompanyColumn> {
        &self.layout
    }

    fn layout_mut(&mut self) -> &mut Layout<CompanyColumn> {
        &mut self.layout
    }

    fn record(&self) -> &RecordFilter<CompanyColumn> {
        &self.record
    }

    fn record_mut(&mut self) -> &mut RecordFilter<CompanyColumn> {
        &mut self.record
    }

    fn in_zone(self, calendar: Calendar<'_>) -> Self {
        Self { record: self.record.in_zone(calendar), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_back_as_written() {
        let pairs = [
            ("q", "cong ty"),
            ("status", "active"),
            ("status", "lead"),
            ("size", "500+"),
            ("owner_id", "0190c7a0-0000-7000-8000-000000000001"),
            ("decision", "no-primary"),
            ("archived", "only"),
            ("created_from", "2026-10-29"),
            ("created_to", "2026-11-27"),
            ("sort", "-name"),
            ("column", "owner"),
            ("column", "tax_code"),
            ("per_page", "50"),
            ("page", "3"),
            ("utm", "x"),
        ];
        let query = CompanyQuery::parse(pairs).expect("a list of ours");
        assert_eq!(query.status, [CompanyStatus::Active, CompanyStatus::Lead]);
        assert_eq!(query.archived, Archived::Only);
        let written = query.query_pairs();
        assert_eq!(CompanyQuery::parse(written.iter().map(|(name, value)| (*name, value.as_str()))), Ok(query));
        assert!(CompanyQuery::default().query_pairs().is_empty());
        assert!(CompanyQuery::parse([("archived", "any")]).is_ok_and(|query| query.is_filtered()));
    }

    #[test]
    fn nonsense_in_a_query_is_refused() {
        for pair in [
            ("page", "0"),
            ("page", "1000000000"),
            ("sort", "password"),
            ("column", "password"),
            ("per_page", "5000"),
            ("status", "x"),
            ("archived", "no"),
            ("tag", "1 or 1=1"),
            ("owner_id", "me"),
            ("created_from", "27.11.2026"),
            ("created_to", "2026-02-30"),
            ("q", &"x".repeat(201)),
        ] {
            assert_eq!(CompanyQuery::parse([pair]), Err(BadQuery), "{pair:?}");
        }
    }
}

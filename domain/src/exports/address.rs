//! The address of a list that is exported: its filters and its order.

use crate::{
    activities::ActivityQuery,
    columns::{Layout, ListView, TableQuery},
    companies::CompanyQuery,
    contacts::ContactQuery,
    day_range::Calendar,
    deals::DealQuery,
    page::{BadQuery, ListQuery, PageNumber, PageSize},
    record_kinds::RecordKind,
    tasks::TaskQuery,
};

/// Parts of an address that filter nothing. Their usual value is not written in an address. The id of a view is none of them: it may stand
/// for filters.
const NO_FILTERS: [&str; 5] = ["sort", "column", "per_page", "page", "view"];

/// A list with its filters and its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListAddress {
    /// Of `/companies`.
    Companies(CompanyQuery),
    /// Of `/contacts`.
    Contacts(ContactQuery),
    /// Of `/deals`.
    Deals(DealQuery),
    /// Of `/activities`.
    Activities(ActivityQuery),
    /// Of `/tasks`.
    Tasks(TaskQuery),
}

impl ListAddress {
    /// Parses the pairs of the list's URL. The page doesn't matter: all pages are exported.
    ///
    /// Stricter than the list's own page, as a file that has more rows than was meant can't be taken back.
    ///
    /// # Errors
    /// [`BadQuery`] for an unknown name, an empty or unreadable value, and a second value of a filter that has one.
    pub fn parse(list: RecordKind, pairs: &[(String, String)]) -> Result<Self, BadQuery> {
        let read = || pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let address = match list {
            RecordKind::Companies => Self::Companies(CompanyQuery::parse(read())?),
            RecordKind::Contacts => Self::Contacts(ContactQuery::parse(read())?),
            RecordKind::Deals => Self::Deals(DealQuery::parse(read())?),
            RecordKind::Activities => Self::Activities(ActivityQuery::parse(read())?),
            RecordKind::Tasks => Self::Tasks(TaskQuery::parse(read())?),
        };
        let address = address.rows_alone();
        let understood = address.query_pairs();
        let is_understood = |name: &str| {
            let given = pairs.iter().filter(|(given, _)| given == name).count();
            given == understood.iter().filter(|(known, _)| *known == name).count()
        };
        let all =
            pairs.iter().all(|(name, value)| if NO_FILTERS.contains(&name.as_str()) { !value.is_empty() } else { is_understood(name) });
        if all { Ok(address) } else { Err(BadQuery) }
    }

    /// Which list it is.
    pub const fn list(&self) -> RecordKind {
        match self {
            Self::Companies(_) => RecordKind::Companies,
            Self::Contacts(_) => RecordKind::Contacts,
            Self::Deals(_) => RecordKind::Deals,
            Self::Activities(_) => RecordKind::Activities,
            Self::Tasks(_) => RecordKind::Tasks,
        }
    }

    /// The pairs of the URL's query, without default values.
    pub fn query_pairs(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Companies(query) => query.query_pairs(),
            Self::Contacts(query) => query.query_pairs(),
            Self::Deals(query) => query.query_pairs(),
            Self::Activities(query) => query.query_pairs(),
            Self::Tasks(query) => query.query_pairs(),
        }
    }

    /// The address with the days that its filters stand for today, in a time zone.
    #[must_use]
    pub fn in_zone(self, calendar: Calendar<'_>) -> Self {
        match self {
            Self::Companies(query) => Self::Companies(query.in_zone(calendar)),
            Self::Contacts(query) => Self::Contacts(query.in_zone(calendar)),
            Self::Deals(query) => Self::Deals(query.in_zone(calendar)),
            Self::Activities(query) => Self::Activities(query.in_zone(calendar)),
            Self::Tasks(query) => Self::Tasks(query.in_zone(calendar)),
        }
    }

    /// The same rows in the same columns, without what matters to the list's page alone.
    #[must_use]
    pub fn rows_alone(self) -> Self {
        match self {
            Self::Companies(query) => Self::Companies(rows_alone(query)),
            Self::Contacts(query) => Self::Contacts(rows_alone(query)),
            Self::Deals(query) => Self::Deals(rows_alone(query)),
            Self::Activities(query) => Self::Activities(rows_alone(query)),
            Self::Tasks(query) => Self::Tasks(rows_alone(query)),
        }
    }
}

fn rows_alone<Q: TableQuery>(mut query: Q) -> Q {
    let layout = query.layout_mut();
    *layout = Layout { page: PageNumber::default(), page_size: PageSize::default(), view: ListView::default(), ..layout.clone() };
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190c7a0-0000-7000-8000-000000000001";

    fn parse(list: RecordKind, pairs: &[(&str, &str)]) -> Result<ListAddress, BadQuery> {
        let pairs: Vec<(String, String)> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ListAddress::parse(list, &pairs)
    }

    #[test]
    fn what_a_list_writes_reads_back_without_its_page() {
        for (list, pairs) in [
            (
                RecordKind::Companies,
                vec![("q", "an"), ("status", "lead"), ("status", "active"), ("tag", ID), ("sort", "-name"), ("column", "phone")],
            ),
            (RecordKind::Contacts, vec![("company_id", ID), ("is_decision_maker", "true"), ("sort", "company")]),
            (RecordKind::Deals, vec![("stage", "proposal"), ("value_min", "1.000"), ("view", "list")]),
            (RecordKind::Activities, vec![("type", "call"), ("from", "2026-11-01"), ("sort", "date")]),
            (RecordKind::Tasks, vec![("status", "done"), ("due_from", "2026-11-01"), ("sort", "-due")]),
        ] {
            let address = parse(list, &pairs).expect("an address of ours");
            let written = address.query_pairs();
            assert_eq!(written.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>(), pairs);
            let paged: Vec<_> = pairs.iter().copied().chain([("per_page", "50"), ("page", "3")]).collect();
            assert_eq!(parse(list, &paged), Ok(address));
        }
        assert!(parse(RecordKind::Companies, &[("sort", "name")]).is_ok(), "the usual order");
    }

    #[test]
    fn empty_unknown_and_repeated_parts_never_widen() {
        for list in RecordKind::ALL {
            for pairs in [
                &[("q", "")][..],
                &[("q", " ")],
                &[("q", "an"), ("q", "binh")],
                &[("owner_id", "")],
                &[("owner_id", "null")],
                &[("tag", "x")],
                &[("compnay_id", ID)],
                &[("owner_id[]", ID)],
                &[("sort", "")],
                &[("sort", "password")],
                &[("page", "0")],
                &[("utm", "x")],
                &[("view_id", ID)],
                &[("column", "password")],
            ] {
                assert_eq!(parse(list, pairs), Err(BadQuery), "{list:?} {pairs:?}");
            }
        }
        assert_eq!(parse(RecordKind::Deals, &[("value_min", "1"), ("value_min", "2")]), Err(BadQuery));
    }
}

//! Global search: its query, the kinds of records it finds, and the parts of a text that match.

mod matches;

pub use matches::{excerpt, marked};

use crate::page::{self, BadQuery, ListQuery, PageNumber};
use uuid::Uuid;

/// Maximum number of recently opened records that a search takes.
pub const RECENT_MAX: usize = 10;

/// A kind of record that global search finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SearchKind {
    /// Companies.
    Companies,
    /// Contacts.
    Contacts,
    /// Deals.
    Deals,
    /// Activities.
    Activities,
    /// Tasks.
    Tasks,
    /// Tags.
    Tags,
}

impl SearchKind {
    /// Every kind, in the order shown.
    pub const ALL: [Self; 6] = [Self::Companies, Self::Contacts, Self::Deals, Self::Activities, Self::Tasks, Self::Tags];

    /// The value in the URL.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Companies => "companies",
            Self::Contacts => "contacts",
            Self::Deals => "deals",
            Self::Activities => "activities",
            Self::Tasks => "tasks",
            Self::Tags => "tags",
        }
    }

    /// Parses the value in the URL.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// The name of the group.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Companies => "Companies",
            Self::Contacts => "Contacts",
            Self::Deals => "Deals",
            Self::Activities => "Activities",
            Self::Tasks => "Tasks",
            Self::Tags => "Tags",
        }
    }

    /// The index in [`SearchKind::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// A record that was opened recently.
pub type RecentRecord = (SearchKind, Uuid);

/// Parses `kind:id` pairs separated by commas, at most [`RECENT_MAX`]. What is no such pair is ignored: a browser wrote the list, maybe
/// an older version of the program.
pub fn parse_recent(text: &str) -> Vec<RecentRecord> {
    let pair = |pair: &str| {
        let (kind, id) = pair.split_once(':')?;
        Some((SearchKind::from_slug(kind)?, Uuid::try_parse(id).ok()?))
    };
    text.split(',').filter_map(pair).take(RECENT_MAX).collect()
}

/// The query of `/search`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GlobalQuery {
    /// Words to find: trimmed, not yet folded. Empty for no search.
    pub q: String,
    /// The kind whose hits are shown; `None` for a few of each.
    pub kind: Option<SearchKind>,
    /// The page of the kind's hits.
    pub page: PageNumber,
}

impl GlobalQuery {
    /// Parses the pairs of a URL's query. Unknown names are ignored.
    ///
    /// # Errors
    /// [`BadQuery`] for an invalid value of a known name.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match name {
                "q" => query.q = page::parse_search(value)?,
                "kind" => query.kind = Some(SearchKind::from_slug(value).ok_or(BadQuery)?),
                "page" => query.page = value.parse()?,
                _ => {}
            }
        }
        Ok(query)
    }

    /// The first page of the hits of a kind, or a few of each.
    pub fn of_kind(&self, kind: Option<SearchKind>) -> Self {
        Self { q: self.q.clone(), kind, page: PageNumber::FIRST }
    }
}

impl ListQuery for GlobalQuery {
    const PATH: &'static str = "/search";

    fn query_pairs(&self) -> Vec<(&'static str, String)> {
        let q = (!self.q.is_empty()).then(|| ("q", self.q.clone()));
        let kind = self.kind.map(|kind| ("kind", kind.slug().to_owned()));
        q.into_iter().chain(kind).chain(page::page_pair(self.page)).collect()
    }

    fn is_filtered(&self) -> bool {
        !self.q.is_empty()
    }

    fn page(&self) -> PageNumber {
        self.page
    }

    fn with_page(&self, page: PageNumber) -> Self {
        Self { page, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_back_as_written() {
        let query = GlobalQuery::parse([("q", " an vy mẫu "), ("kind", "contacts"), ("page", "2"), ("utm", "x")]).expect("a search");
        assert_eq!((query.q.as_str(), query.kind, query.page.get()), ("an vy mẫu", Some(SearchKind::Contacts), 2));
        let pairs = query.query_pairs();
        assert_eq!(GlobalQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))), Ok(query.clone()));
        assert_eq!(query.of_kind(None).query_pairs(), [("q", "an vy mẫu".to_owned())]);
        for bad in [("kind", "users"), ("page", "0"), ("q", &*"x".repeat(201))] {
            assert_eq!(GlobalQuery::parse([bad]), Err(BadQuery), "{bad:?}");
        }
    }

    #[test]
    fn unknown_recent_records_are_ignored() {
        const ID: &str = "0190c7a0-0000-7000-8000-000000000001";
        let id = Uuid::try_parse(ID).expect("an id");
        let text = format!("deals:{ID},x,users:{ID},tags:1,,contacts:{ID}");
        assert_eq!(parse_recent(&text), [(SearchKind::Deals, id), (SearchKind::Contacts, id)]);
        assert_eq!(parse_recent(&vec![format!("deals:{ID}"); 30].join(",")).len(), RECENT_MAX);
        assert!(parse_recent("").is_empty());
    }

    #[test]
    fn kinds_stand_at_their_index() {
        for (index, kind) in SearchKind::ALL.into_iter().enumerate() {
            assert_eq!((kind.index(), SearchKind::from_slug(kind.slug())), (index, Some(kind)));
        }
    }
}

//! The bin: where deleted records stay for a while before they are gone for good.

use crate::page::{self, BadQuery, ListQuery, PageNumber};

/// Days that something stays in the bin.
pub const BIN_DAYS: i64 = 30;

/// Which page of the bin is asked for; what was deleted last comes first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BinQuery {
    /// The page.
    pub page: PageNumber,
}

/// Numbers of records that go into the bin with a company or a contact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GoesAlong {
    /// Contacts.
    pub contacts: u64,
    /// Deals.
    pub deals: u64,
    /// Activities.
    pub activities: u64,
}

impl GoesAlong {
    /// Whether any number is larger than in `shown`: records were added since `shown` was shown to the user.
    pub fn exceeds(&self, shown: &Self) -> bool {
        self.beyond(shown) != Self::default()
    }

    /// How many more there are of each kind than in `shown`; 0 for a kind of which there are fewer.
    pub fn beyond(&self, shown: &Self) -> Self {
        Self {
            contacts: self.contacts.saturating_sub(shown.contacts),
            deals: self.deals.saturating_sub(shown.deals),
            activities: self.activities.saturating_sub(shown.activities),
        }
    }
}

impl BinQuery {
    /// Reads the pairs of a URL's query. Unknown names are passed over; a page that no link of ours writes is refused.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            if name == "page" {
                query.page = value.parse()?;
            }
        }
        Ok(query)
    }
}

impl ListQuery for BinQuery {
    const PATH: &'static str = "/settings/bin";

    fn query_pairs(&self) -> Vec<(&'static str, String)> {
        page::page_pair(self.page).into_iter().collect()
    }

    fn is_filtered(&self) -> bool {
        false
    }

    fn page(&self) -> PageNumber {
        self.page
    }

    fn with_page(&self, page: PageNumber) -> Self {
        Self { page }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_back_as_written() {
        let third = BinQuery::parse([("page", "3"), ("utm_source", "mail")]).expect("a page");
        assert_eq!(third.query_pairs(), [("page", "3".to_owned())]);
        assert_eq!(BinQuery::parse([("page", "")]), Ok(BinQuery::default()));
        assert_eq!(BinQuery::parse([("page", "0")]), Err(BadQuery));
    }

    #[test]
    fn one_larger_number_exceeds_what_was_shown() {
        let shown = GoesAlong { contacts: 2, deals: 1, activities: 5 };
        assert!(!shown.exceeds(&shown));
        assert!(!GoesAlong::default().exceeds(&shown), "fewer of each");
        let grown = [
            GoesAlong { contacts: 3, ..GoesAlong::default() },
            GoesAlong { deals: 2, ..GoesAlong::default() },
            GoesAlong { activities: 6, ..GoesAlong::default() },
        ];
        assert!(grown.iter().all(|now| now.exceeds(&shown)));
        let now = GoesAlong { contacts: 4, deals: 0, activities: 6 };
        assert_eq!(now.beyond(&shown), GoesAlong { contacts: 2, deals: 0, activities: 1 });
    }
}

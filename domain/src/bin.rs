//! The bin: deleted records are kept for [`BIN_DAYS`] days.

use crate::page::{self, BadQuery, ListQuery, PageNumber};

/// Days that a deleted record stays in the bin.
pub const BIN_DAYS: i64 = 30;

/// The query of the bin, which lists the last deleted records first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BinQuery {
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
}

impl GoesAlong {
    /// No limit: nothing exceeds it.
    pub const ANY: Self = Self { contacts: u64::MAX, deals: u64::MAX, activities: u64::MAX };

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
        }
    }
}

impl BinQuery {
    /// Parses the pairs of a URL's query. Unknown names are ignored.
    ///
    /// # Errors
    /// [`BadQuery`] for an invalid page number.
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

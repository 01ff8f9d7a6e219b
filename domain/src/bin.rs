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

    fn pairs(&self) -> Vec<(&'static str, String)> {
        page::page_pair(self.page).into_iter().collect()
    }

    fn is_filtered(&self) -> bool {
        false
    }

    fn page(&self) -> PageNumber {
        self.page
    }

    fn at(&self, page: PageNumber) -> Self {
        Self { page }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_back_as_written() {
        let third = BinQuery::parse([("page", "3"), ("utm_source", "mail")]).expect("a page");
        assert_eq!(third.pairs(), [("page", "3".to_owned())]);
        assert_eq!(BinQuery::parse([("page", "")]), Ok(BinQuery::default()));
        assert_eq!(BinQuery::parse([("page", "0")]), Err(BadQuery));
    }
}

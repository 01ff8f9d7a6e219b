//! The query of the dashboard.

use crate::{
    ids::UserId,
    page::{BadQuery, ListQuery, PageNumber},
};

/// The value of `owner` for one's own records.
const ME: &str = "me";

/// The query of the dashboard: whose records it is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DashboardQuery {
    /// Only the records that the reader owns.
    pub mine: bool,
}

impl DashboardQuery {
    /// Parses the pairs of a URL's query. An empty value sets no filter. Unknown names are ignored, because other sites may add
    /// parameters to a link.
    ///
    /// # Errors
    /// [`BadQuery`] for an invalid value of a known name.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        for (name, value) in pairs {
            match (name, value) {
                ("owner", ME) => query.mine = true,
                ("owner", "") => {}
                ("owner", _) => return Err(BadQuery),
                _ => {}
            }
        }
        Ok(query)
    }

    /// The owner whose records are counted; `None` for everybody's.
    pub fn owner(self, reader: UserId) -> Option<UserId> {
        self.mine.then_some(reader)
    }
}

impl ListQuery for DashboardQuery {
    const PATH: &'static str = "/";

    fn query_pairs(&self) -> Vec<(&'static str, String)> {
        self.mine.then(|| ("owner", ME.to_owned())).into_iter().collect()
    }

    fn is_filtered(&self) -> bool {
        self.mine
    }

    fn page(&self) -> PageNumber {
        PageNumber::FIRST
    }

    fn with_page(&self, _: PageNumber) -> Self {
        *self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_back_as_written_and_nonsense_is_refused() {
        for (pairs, query) in [
            (vec![], Ok(DashboardQuery { mine: false })),
            (vec![("owner", "")], Ok(DashboardQuery { mine: false })),
            (vec![("utm", "x"), ("owner", "me")], Ok(DashboardQuery { mine: true })),
            (vec![("owner", "you")], Err(BadQuery)),
            (vec![("owner", "0190c7a0-0000-7000-8000-000000000001")], Err(BadQuery)),
        ] {
            assert_eq!(DashboardQuery::parse(pairs), query);
        }
        let mine = DashboardQuery { mine: true }.query_pairs();
        assert_eq!(DashboardQuery::parse(mine.iter().map(|(name, value)| (*name, value.as_str()))), Ok(DashboardQuery { mine: true }));
    }
}

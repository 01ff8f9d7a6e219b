//! Queries of lists: search, filters, order and page, as written in a URL.

use crate::text;
use chrono::{DateTime, Utc};
use std::{fmt, str::FromStr};

/// A pair of a URL's query: name and value.
pub type Pair = (&'static str, String);

/// Rows on one page of a list whose page size nobody chooses.
pub const PAGE_SIZE: u64 = PageSize::Twenty.rows();
/// Rows of a list that its pages reach: the cost of a page grows with the rows before it.
pub const ROWS_MAX: u64 = 200_000;
/// Maximum length of a search, in characters.
pub const QUERY_MAX: usize = 200;
/// Maximum number of values of one filter.
pub const VALUES_MAX: usize = 50;

/// A page's number, 1 to [`PageNumber::LAST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageNumber(u32);

/// A page number, order or filter that no link of the app writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a page, order or filter of this list")]
pub struct BadQuery;

impl Default for PageNumber {
    fn default() -> Self {
        Self::FIRST
    }
}

impl PageNumber {
    /// The first page.
    pub const FIRST: Self = Self(1);
    /// The last page of the smallest size, which ends at row [`ROWS_MAX`].
    pub const LAST: u32 = (ROWS_MAX / PAGE_SIZE) as u32;

    /// The number, 1 or more.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The page nearest to what an address asks for: the first for anything but a number, and for one below 1; the last for one above.
    pub fn nearest(text: &str) -> Self {
        let digits = text.trim();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::FIRST;
        }
        Self(digits.parse().unwrap_or(Self::LAST).clamp(1, Self::LAST))
    }

    /// The last page of a list of `total` rows: the first for an empty list.
    pub fn last_of(total: u64, size: PageSize) -> Self {
        let pages = total.min(ROWS_MAX).div_ceil(size.rows());
        Self(u32::try_from(pages).unwrap_or(Self::LAST).max(1))
    }

    /// Number of rows before the page.
    pub fn offset(self, size: PageSize) -> u64 {
        u64::from(self.0 - 1) * size.rows()
    }

    /// The previous page; `None` on the first page.
    pub fn previous(self) -> Option<Self> {
        (self.0 > 1).then(|| Self(self.0 - 1))
    }

    /// The next page; `None` if `total` rows end on this page.
    pub fn next(self, total: u64, size: PageSize) -> Option<Self> {
        (self.offset(size) + size.rows() < total.min(ROWS_MAX)).then(|| Self(self.0 + 1))
    }

    /// The page of another size that holds the first row of this one.
    pub fn resized(self, from: PageSize, to: PageSize) -> Self {
        Self::last_of(self.offset(from) + 1, to)
    }
}

impl FromStr for PageNumber {
    type Err = BadQuery;

    fn from_str(text: &str) -> Result<Self, BadQuery> {
        match text.parse() {
            Ok(number @ 1..=Self::LAST) => Ok(Self(number)),
            _ => Err(BadQuery),
        }
    }
}

/// Rows on one page of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PageSize {
    /// 20.
    #[default]
    Twenty,
    /// 50.
    Fifty,
    /// 100.
    Hundred,
}

impl PageSize {
    /// Every size, the smallest first.
    pub const ALL: [Self; 3] = [Self::Twenty, Self::Fifty, Self::Hundred];

    /// Number of rows.
    pub const fn rows(self) -> u64 {
        match self {
            Self::Twenty => 20,
            Self::Fifty => 50,
            Self::Hundred => 100,
        }
    }
}

impl FromStr for PageSize {
    type Err = BadQuery;

    fn from_str(text: &str) -> Result<Self, BadQuery> {
        Self::ALL.into_iter().find(|size| size.rows().to_string() == text).ok_or(BadQuery)
    }
}

/// A column of a list, which may be shown and sorted by.
pub trait ListColumn: Copy + Eq + fmt::Debug + 'static {
    /// Every column, in the order in which they are offered. The first one names the record: it is always shown, before the others.
    const ALL: &'static [Self];
    /// The columns shown unless others are chosen, without the first one of all.
    const SHOWN: &'static [Self];

    /// The column's name in the URL: the name of the field.
    fn name(self) -> &'static str;

    /// The label.
    fn label(self) -> &'static str;

    /// The order of a list that is not sorted by a column chosen.
    fn default_sort() -> Sort<Self> {
        Sort { by: Self::ALL[0], descending: false }
    }

    /// The column of this name.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|column| column.name() == name)
    }
}

/// An order: `name` ascends, `-name` descends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort<C> {
    /// The column.
    pub by: C,
    /// Largest first.
    pub descending: bool,
}

impl<C: ListColumn> Default for Sort<C> {
    fn default() -> Self {
        C::default_sort()
    }
}

impl<C: ListColumn> Sort<C> {
    /// The order after a click on a column's header: by that column, reversed if the list is sorted by it already.
    pub fn toggled(self, by: C) -> Self {
        Self { by, descending: self.by == by && !self.descending }
    }
}

impl<C: ListColumn> FromStr for Sort<C> {
    type Err = BadQuery;

    fn from_str(text: &str) -> Result<Self, BadQuery> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let by = C::from_name(name).ok_or(BadQuery)?;
        Ok(Self { by, descending })
    }
}

impl<C: ListColumn> fmt::Display for Sort<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.by.name())
    }
}

/// The query of a list: search, filters, order and page, as written in the list's URL.
pub trait ListQuery: Clone + Default {
    /// The path of the list's page.
    const PATH: &'static str;

    /// The pairs of the URL's query, without default values. Parsing the pairs returns the same query.
    fn query_pairs(&self) -> Vec<(&'static str, String)>;

    /// Whether a search or a filter is set.
    fn is_filtered(&self) -> bool;

    /// The same list without search and filters.
    fn without_filters(&self) -> Self {
        Self::default()
    }

    /// The times between which the days lie that its filters count from today: tomorrow the same query finds others.
    fn relative_times(&self) -> Vec<[Option<DateTime<Utc>>; 2]> {
        vec![]
    }

    /// The number of the shown page.
    fn page(&self) -> PageNumber;

    /// Rows on a page.
    fn page_size(&self) -> PageSize {
        PageSize::default()
    }

    /// The same list at page `page`.
    fn with_page(&self, page: PageNumber) -> Self;
}

/// Parses the words of a search: trimmed, NFC, not yet folded. Empty for no search.
pub(crate) fn parse_search(typed: &str) -> Result<String, BadQuery> {
    text::line(typed, QUERY_MAX).map(Option::unwrap_or_default).map_err(|_| BadQuery)
}

/// Parses a filter value that is compared verbatim: one line of 1 to `max` characters.
pub(crate) fn parse_value(typed: &str, max: usize) -> Result<String, BadQuery> {
    text::line(typed, max).ok().flatten().ok_or(BadQuery)
}

/// Returns the query if each filter has at most [`VALUES_MAX`] values. `values`: the number of values of each filter.
pub(crate) fn check_value_count<Q, const N: usize>(query: Q, values: [usize; N]) -> Result<Q, BadQuery> {
    if values.into_iter().all(|count| count <= VALUES_MAX) { Ok(query) } else { Err(BadQuery) }
}

/// The query pair of a page; `None` for the first page.
pub(crate) fn page_pair(page: PageNumber) -> Option<(&'static str, String)> {
    (page != PageNumber::FIRST).then(|| ("page", page.get().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Column {
        Name,
        Size,
    }
    impl ListColumn for Column {
        const ALL: &'static [Self] = &[Self::Name, Self::Size];
        const SHOWN: &'static [Self] = &[Self::Size];
        fn name(self) -> &'static str {
            match self {
                Self::Name => "name",
                Self::Size => "size",
            }
        }
        fn label(self) -> &'static str {
            self.name()
        }
    }

    #[test]
    fn page_numbers_outside_the_list_are_refused() {
        assert_eq!("1".parse(), Ok(PageNumber::FIRST));
        for bad in ["0", "-1", "", "x", "1000000000", "10001", "99999999999999999999", "1.5"] {
            assert_eq!(bad.parse::<PageNumber>(), Err(BadQuery), "{bad}");
        }
    }

    #[test]
    fn pages_end_where_the_rows_do() {
        let [twenty, fifty, hundred] = PageSize::ALL;
        assert_eq!(PageNumber::FIRST.next(20, twenty), None);
        assert_eq!(PageNumber::FIRST.next(21, twenty), Some(PageNumber(2)));
        assert_eq!(PageNumber::FIRST.next(100, hundred), None);
        assert_eq!((PageNumber(3).offset(twenty), PageNumber(3).offset(fifty)), (40, 100));
        assert_eq!(PageNumber::FIRST.previous(), None);
        for (total, last) in [(0, 1), (1, 1), (20, 1), (21, 2), (200_000, 10_000), (u64::MAX, 10_000)] {
            assert_eq!(PageNumber::last_of(total, twenty).get(), last, "{total}");
        }
        assert_eq!(PageNumber::last_of(101, hundred).get(), 2);
    }

    #[test]
    fn another_page_size_shows_the_same_first_row() {
        let [twenty, fifty, hundred] = PageSize::ALL;
        for (page, from, to, expected) in [(1, twenty, hundred, 1), (6, twenty, hundred, 2), (5, twenty, fifty, 2), (2, hundred, twenty, 6)]
        {
            assert_eq!(PageNumber(page).resized(from, to), PageNumber(expected), "{page}");
        }
        assert_eq!(PageNumber::last_of(u64::MAX, hundred), PageNumber(2_000));
        for bad in ["", "0", "10", "21", "1000", " 20", "x"] {
            assert_eq!(bad.parse::<PageSize>(), Err(BadQuery), "{bad}");
        }
    }

    #[test]
    fn an_order_reads_back_as_written() {
        let sort: Sort<Column> = "-size".parse().expect("a column");
        assert_eq!(sort, Sort { by: Column::Size, descending: true });
        assert_eq!(sort.to_string(), "-size");
        assert_eq!(sort.toggled(Column::Size), Sort { by: Column::Size, descending: false });
        assert_eq!(sort.toggled(Column::Name), Sort { by: Column::Name, descending: false });
        assert!("size; drop table".parse::<Sort<Column>>().is_err());
    }
}

//! How a list is laid out: its order, the columns shown, and the rows on a page, as written in its URL.

use crate::{
    day_range::Calendar,
    ids::ViewId,
    page::{self, BadQuery, ListColumn, ListQuery, PageNumber, PageSize, Pair, Sort},
    record_filter::{FilteredColumn, RecordFilter},
};
use std::str::FromStr;

/// The columns of a list that are shown.
#[derive(Debug, Clone)]
pub struct Columns<C>(
    /// Those chosen, in their order, without the one that is always shown; `None` for the default ones.
    Option<Vec<C>>,
);

impl<C> Default for Columns<C> {
    fn default() -> Self {
        Self(None)
    }
}

impl<C: ListColumn> PartialEq for Columns<C> {
    fn eq(&self, other: &Self) -> bool {
        self.chosen() == other.chosen()
    }
}

impl<C: ListColumn> Eq for Columns<C> {}

impl<C: ListColumn> Columns<C> {
    /// Exactly these, and the one that is always shown.
    pub fn of(chosen: impl IntoIterator<Item = C>) -> Self {
        let mut columns = Self(Some(vec![]));
        chosen.into_iter().for_each(|column| columns.add(column));
        columns
    }

    /// Adds a column behind those chosen, unless it is one of them.
    fn add(&mut self, column: C) {
        let chosen = self.0.get_or_insert_default();
        if column != C::ALL[0] && !chosen.contains(&column) {
            chosen.push(column);
        }
    }

    fn chosen(&self) -> &[C] {
        self.0.as_deref().unwrap_or(C::SHOWN)
    }

    /// The columns in their order, the one that is always shown first.
    pub fn shown(&self) -> Vec<C> {
        std::iter::once(C::ALL[0]).chain(self.chosen().iter().copied()).collect()
    }

    /// The columns that are not shown, in the order in which they are offered.
    pub fn hidden(&self) -> Vec<C> {
        let shown = self.shown();
        C::ALL.iter().copied().filter(|column| !shown.contains(column)).collect()
    }

    /// Whether a column is shown.
    pub fn shows(&self, column: C) -> bool {
        self.shown().contains(&column)
    }

    /// Whether others than the default ones are shown, or in another order.
    pub fn is_chosen(&self) -> bool {
        self.chosen() != C::SHOWN
    }

    /// The columns with one moved towards the start, or towards the end. The one that is always shown stays first.
    #[must_use]
    pub fn moved(&self, column: C, to_start: bool) -> Self {
        let mut shown = self.shown();
        let place = shown.iter().position(|shown| *shown == column).filter(|place| *place > 0);
        let other = place.and_then(|place| if to_start { place.checked_sub(1) } else { place.checked_add(1) });
        if let (Some(place), Some(other)) = (place, other.filter(|other| (1..shown.len()).contains(other))) {
            shown.swap(place, other);
        }
        Self::of(shown)
    }
}

/// A list that shows a table whose columns are chosen.
pub trait TableQuery: ListQuery {
    /// Its columns.
    type Column: FilteredColumn;

    /// How it is laid out.
    fn layout(&self) -> &Layout<Self::Column>;

    /// As [`TableQuery::layout`], to change it.
    fn layout_mut(&mut self) -> &mut Layout<Self::Column>;

    /// The filters of every list.
    fn record(&self) -> &RecordFilter<Self::Column>;

    /// As [`TableQuery::record`], to change them.
    fn record_mut(&mut self) -> &mut RecordFilter<Self::Column>;

    /// The query with the days that its filters stand for today, in a time zone.
    #[must_use]
    fn in_zone(self, calendar: Calendar<'_>) -> Self;
}

/// Which view of a list is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ListView {
    /// None, as in a link from elsewhere.
    #[default]
    Unsaved,
    /// The list itself, even if another view opens by default.
    All,
    /// A saved view.
    Saved(ViewId),
}

impl ListView {
    const ALL_SLUG: &'static str = "all";

    /// The value in the URL.
    pub fn value(self) -> Option<String> {
        match self {
            Self::Unsaved => None,
            Self::All => Some(Self::ALL_SLUG.to_owned()),
            Self::Saved(id) => Some(id.to_string()),
        }
    }
}

impl FromStr for ListView {
    type Err = BadQuery;

    fn from_str(text: &str) -> Result<Self, BadQuery> {
        match text {
            Self::ALL_SLUG => Ok(Self::All),
            id => id.parse().map(Self::Saved).map_err(|_| BadQuery),
        }
    }
}

/// Order, columns and page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout<C: ListColumn> {
    /// The sort order.
    pub sort: Sort<C>,
    /// The columns shown.
    pub columns: Columns<C>,
    /// Rows on a page.
    pub page_size: PageSize,
    /// The page number.
    pub page: PageNumber,
    /// The view that is open.
    pub view: ListView,
}

impl<C: ListColumn> Default for Layout<C> {
    fn default() -> Self {
        Self {
            sort: Sort::default(),
            columns: Columns::default(),
            page_size: PageSize::default(),
            page: PageNumber::default(),
            view: ListView::Unsaved,
        }
    }
}

impl<C: ListColumn> Layout<C> {
    /// In this order, at the first page.
    pub fn sorted(sort: Sort<C>) -> Self {
        Self { sort, ..Self::default() }
    }

    /// The same layout at this page, or at the last one that pages of this size reach.
    #[must_use]
    pub fn at_page(&self, page: PageNumber) -> Self {
        Self { page: page.min(PageNumber::last_of(u64::MAX, self.page_size)), ..self.clone() }
    }

    /// Parses a pair of a URL's query. Returns whether the name is one of the layout's.
    ///
    /// # Errors
    /// [`BadQuery`] for an invalid value.
    pub(crate) fn parse_pair(&mut self, name: &str, value: &str) -> Result<bool, BadQuery> {
        match name {
            "sort" => self.sort = value.parse()?,
            "column" => self.columns.add(C::from_name(value).ok_or(BadQuery)?),
            "per_page" => self.page_size = value.parse()?,
            "page" => self.page = value.parse()?,
            "view_id" => self.view = value.parse()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The pairs of the URL's query, without default values.
    pub(crate) fn query_pairs(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        // The id of a view alone opens it as it was saved, so what is shown of it is said in full.
        if self.sort != Sort::default() || matches!(self.view, ListView::Saved(_)) {
            pairs.push(("sort", self.sort.to_string()));
        }
        pairs.extend(self.column_pairs());
        if self.page_size != PageSize::default() {
            pairs.push(("per_page", self.page_size.rows().to_string()));
        }
        pairs.extend(self.view.value().map(|view| ("view_id", view)));
        pairs.extend(page::page_pair(self.page));
        pairs
    }

    /// The pairs of the columns. That one column alone is shown is written by its name.
    fn column_pairs(&self) -> impl Iterator<Item = Pair> {
        let shown = if self.columns.is_chosen() { self.columns.shown() } else { vec![] };
        let skipped = usize::from(shown.len() > 1);
        shown.into_iter().skip(skipped).map(|column| ("column", column.name().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::companies::CompanyColumn as Column;
    use proptest::prelude::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<Layout<Column>, BadQuery> {
        let mut layout = Layout::default();
        for (name, value) in pairs {
            assert!(layout.parse_pair(name, value)?, "{name}");
        }
        Ok(layout)
    }

    #[test]
    fn columns_are_moved_one_place_and_the_name_stays_first() {
        let columns = Columns::of([Column::Size, Column::Name, Column::Industry, Column::Size]);
        assert_eq!(columns.shown(), [Column::Name, Column::Size, Column::Industry]);
        assert_eq!(columns.moved(Column::Industry, true).shown(), [Column::Name, Column::Industry, Column::Size]);
        for (unmoved, to_start) in [(Column::Size, true), (Column::Industry, false), (Column::Name, false), (Column::Status, true)] {
            assert_eq!(columns.moved(unmoved, to_start), columns, "{unmoved:?}");
        }
        assert!(columns.hidden().iter().all(|hidden| !columns.shows(*hidden)));
        assert_eq!(columns.hidden().len() + columns.shown().len(), Column::ALL.len());
    }

    #[test]
    fn default_columns_are_not_written() {
        let layout = Layout { columns: Columns::of(Column::SHOWN.iter().copied()), ..Layout::default() };
        assert!(layout == Layout::default() && layout.query_pairs().is_empty());
        let name_alone = Layout::<Column> { columns: Columns::of([]), ..Layout::default() };
        assert_eq!(name_alone.query_pairs(), [("column", "name".to_owned())]);
    }

    #[test]
    fn nonsense_is_refused() {
        for pair in [("column", "password"), ("column", "name,size"), ("per_page", "1000"), ("sort", "x"), ("page", "0"), ("view_id", "1")]
        {
            assert_eq!(parse(&[pair]), Err(BadQuery), "{pair:?}");
        }
    }

    proptest! {
        #[test]
        fn a_layout_reads_back_as_written(
            chosen in proptest::option::of(proptest::collection::vec(proptest::sample::select(Column::ALL), 0..12)),
            by in proptest::sample::select(Column::ALL),
            descending in any::<bool>(),
            page_size in proptest::sample::select(PageSize::ALL.to_vec()),
        ) {
            let columns = chosen.map_or_else(Columns::default, Columns::of);
            let layout = Layout { sort: Sort { by, descending }, columns, page_size, page: PageNumber::FIRST, view: ListView::All };
            let written = layout.query_pairs();
            let pairs: Vec<_> = written.iter().map(|(name, value)| (*name, value.as_str())).collect();
            prop_assert_eq!(parse(&pairs), Ok(layout));
        }
    }
}

//! The table of a list: its head, its cells, and the menu that chooses its columns.

use super::{encode_pairs, list_url, url_of, url_with};
use crate::ui::{
    icon,
    markup::{IntoMarkup, Markup},
};
use domain::{
    columns::{Columns, TableQuery},
    page::{ListColumn, PageNumber, Sort},
};
use leptos::prelude::*;

/// The pair of a URL that opens the menu of columns.
pub const CHOOSING: (&str, &str) = ("choose", "columns");

/// Most columns whose texts stand below the name on a phone.
const SECOND_LINE: usize = 3;

/// The columns of a table as it is shown.
pub struct TableColumns<C> {
    columns: Vec<(C, &'static str)>,
    chosen: bool,
}

impl<C: ListColumn> TableColumns<C> {
    /// The columns that a list shows.
    ///
    /// - `look`: the classes of a column's cells.
    /// - `narrow`: those that hide it where the screen is too narrow for the default columns. Chosen columns are never hidden; the table
    ///   then scrolls.
    pub fn of(columns: &Columns<C>, look: impl Fn(C) -> &'static str, narrow: impl Fn(C) -> &'static str) -> Self {
        let chosen = columns.is_chosen();
        let classes = |column| if chosen { look(column) } else { narrow(column) };
        Self { columns: columns.shown().into_iter().map(|column| (column, classes(column))).collect(), chosen }
    }

    /// The row of heads. `before`: the head of a column before them.
    pub fn head<Q: TableQuery<Column = C>>(&self, query: &Q, before: Option<Markup>) -> Markup {
        let url = |sort| url_with(query, |query| query.layout_mut().sort = sort);
        let sort = query.layout().sort;
        let heads: Vec<_> = self.columns.iter().map(|(column, class)| sort_header(*column, sort, class, url)).collect();
        view! { <tr>{before}{heads}<th scope="col"><span class="sr-only">"Actions"</span></th></tr> }.into_markup()
    }

    /// The cells of a row after the one with the record's name.
    pub fn cells(&self, cell: impl Fn(C) -> Markup) -> Vec<Markup> {
        let further = self.columns.iter().skip(1);
        further.map(|(column, class)| view! { <td class=*class>{cell(*column)}</td> }.into_markup()).collect()
    }

    /// The line below the name on a phone, where no other cell is shown: what the first columns say that say something. `first`: columns
    /// that come before the others, if they are shown.
    pub fn second_line(&self, first: &[C], text: impl Fn(C) -> Option<String>) -> Markup {
        let shown = || self.columns.iter().skip(1).map(|(column, _)| *column);
        let ordered = first.iter().copied().filter(|column| shown().any(|shown| shown == *column));
        let ordered = ordered.chain(shown().filter(|column| !first.contains(column)));
        let said = ordered.filter_map(text).filter(|text| !text.is_empty());
        let line = said.take(SECOND_LINE).collect::<Vec<_>>().join(" · ");
        view! { <span class="second-line">{line}</span> }.into_markup()
    }

    /// The number of cells of a row, the actions included.
    pub fn width(&self) -> usize {
        self.columns.len() + 1
    }

    /// The attribute of a table that is as wide as its columns need.
    pub fn wide(&self) -> Option<&'static str> {
        self.chosen.then_some("")
    }
}

/// The head of a column, a link that sorts by it. `url`: returns the list's URL in another order.
fn sort_header<C: ListColumn>(column: C, sort: Sort<C>, class: &'static str, url: impl Fn(Sort<C>) -> String) -> Markup {
    let sorted = sort.by == column;
    let direction = sorted.then_some(if sort.descending { "descending" } else { "ascending" });
    let arrow = sorted.then(|| if sort.descending { icon("arrow-down", "size-3") } else { icon("arrow-up", "size-3") });
    view! {
        <th scope="col" class=class aria-sort=direction>
            <a href=url(sort.toggled(column))>{column.label()}{arrow}</a>
        </th>
    }
    .into_markup()
}

/// The link at a row's end to what can be done with its record. With a script the actions open in a dialog.
pub fn row_menu(path: &str, name: &str) -> Markup {
    view! {
        <td class="row-menu"><a href=format!("{path}/actions") data-show aria-label=format!("Actions for {name}")>{icon("ellipsis", "")}</a></td>
    }
    .into_markup()
}

/// The rows of a table in one body.
pub fn one_body<R>(rows: &[R], table_row: impl Fn(&R) -> Markup) -> Markup {
    view! { <tbody>{rows.iter().map(table_row).collect_view()}</tbody> }.into_markup()
}

/// The rows of a table in groups with a heading each, in which they follow each other.
///
/// - `width`: the number of cells of a row.
/// - `group_of`: the group of a row.
pub fn groups_of_rows<R, G: PartialEq>(
    rows: &[R],
    width: usize,
    group_of: impl Fn(&R) -> G,
    heading: impl Fn(G) -> String,
    table_row: impl Fn(&R) -> Markup,
) -> Markup {
    let width = width.to_string();
    let groups = rows.chunk_by(|row, next| group_of(row) == group_of(next)).map(|group| {
        let heading = group.first().map(|row| heading(group_of(row)));
        let rows = group.iter().map(&table_row).collect_view();
        view! { <tbody><tr class="day"><th colspan=width.clone() scope="rowgroup">{heading}</th></tr>{rows}</tbody> }
    });
    groups.collect_view().into_markup()
}

/// The menu that chooses a list's columns and their order. Few people open it, and it is a tenth of the page, so it is a link until `open`.
pub fn columns_menu<Q: TableQuery>(query: &Q, open: bool) -> Markup {
    let label = || view! { {icon("columns-3", "size-4")} <span class="max-sm:sr-only">"Columns"</span> };
    let menu = if open {
        open_columns_menu(query, label().into_markup())
    } else {
        let url = choosing_url(query);
        view! { <a class="btn" data-variant="outline" data-size="sm" href=url>{label()}</a> }.into_markup()
    };
    // An open menu stays as it is while a search replaces the list.
    let replaced = (!open).then_some("");
    view! { <div id="columns-menu" class="columns-menu print:hidden" data-results=replaced>{menu}</div> }.into_markup()
}

/// The URL of a list with the menu of columns.
fn choosing_url<Q: TableQuery>(query: &Q) -> String {
    let mut pairs = query.query_pairs();
    pairs.push((CHOOSING.0, CHOOSING.1.to_owned()));
    list_url(Q::PATH, &pairs)
}

/// The open menu, a form of its own. The keyboard goes on where it opened it.
fn open_columns_menu<Q: TableQuery>(query: &Q, label: Markup) -> Markup {
    let columns = &query.layout().columns;
    let shown = columns.shown();
    let last = shown.len() - 1;
    let moved = |column, to_start| {
        let mut query = query.with_page(PageNumber::FIRST);
        query.layout_mut().columns = columns.moved(column, to_start);
        choosing_url(&query)
    };
    let arrow = |column: Q::Column, to_start: bool, possible: bool| {
        let (drawing, way) = if to_start { (icon("arrow-up", "size-3.5"), "up") } else { (icon("arrow-down", "size-3.5"), "down") };
        match possible {
            true => {
                let label = format!("Move {} {way}", column.label());
                view! { <a href=moved(column, to_start) aria-label=label>{drawing}</a> }.into_markup()
            }
            false => view! { <span aria-hidden="true"></span> }.into_markup(),
        }
    };
    let rows: Vec<_> = shown
        .iter()
        .enumerate()
        .skip(1)
        .map(|(place, column)| {
            view! {
                <li>
                    <label><input type="checkbox" class="input" name="column" value=column.name() checked=true/><span>{column.label()}</span></label>
                    {arrow(*column, true, place > 1)}
                    {arrow(*column, false, place < last)}
                </li>
            }
        })
        .collect();
    let hidden: Vec<_> = columns
        .hidden()
        .into_iter()
        .map(|column| view! { <li><label><input type="checkbox" class="input" name="column" value=column.name()/><span>{column.label()}</span></label></li> })
        .collect();
    let others = query.with_page(PageNumber::FIRST).query_pairs().into_iter().filter(|(name, _)| *name != "column");
    let others: Vec<_> = others.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect();
    let usual = columns.is_chosen().then(|| {
        let url = url_with(query, |query| query.layout_mut().columns = Columns::default());
        view! { <a class="btn" data-variant="ghost" data-size="sm" href=url>"Usual columns"</a> }
    });
    view! {
        <form method="get" action=Q::PATH>
            {others}
            <input type="hidden" name="column" value=Q::Column::ALL[0].name()/>
            <details class="menu-box" name="list-menu" data-align="end" open=true>
                <summary class="btn" data-variant="outline" data-size="sm" autofocus>{label}</summary>
                <div class="menu">
                    <ul>{rows}{hidden}</ul>
                    <div class="flex gap-2 border-t p-2"><button class="btn" data-size="sm">"Show columns"</button>{usual}</div>
                </div>
            </details>
        </form>
    }
    .into_markup()
}

/// The address of a list without its path, as its menus and forms pass it on.
pub fn state_of<Q: TableQuery>(query: &Q) -> String {
    encode_pairs(query.query_pairs().iter().map(|(name, value)| (*name, value.as_str())))
}

/// The links to other numbers of rows on a page. The first row shown stays on the page.
pub fn page_sizes<Q: TableQuery>(query: &Q) -> Markup {
    use domain::page::PageSize;
    let layout = query.layout();
    let links: Vec<_> = PageSize::ALL
        .into_iter()
        .map(|size| {
            let mut resized = query.clone();
            resized.layout_mut().page_size = size;
            let resized = resized.with_page(layout.page.resized(layout.page_size, size));
            let current = (size == layout.page_size).then_some("true");
            let rows = size.rows();
            view! { <a href=url_of(&resized) aria-current=current aria-label=format!("{rows} rows a page")>{rows}</a> }
        })
        .collect();
    view! { <span class="page-sizes" role="group" aria-label="Rows a page">{links}</span> }.into_markup()
}

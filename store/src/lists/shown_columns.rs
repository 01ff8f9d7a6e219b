//! Columns that the rows of a list have only if they are shown, so that no page reads what nobody sees.

use domain::{columns::Columns, page::ListColumn};

/// A column of a record that not every list shows.
pub(crate) struct OptionalColumn<C> {
    pub column: C,
    /// Its name in the table.
    pub name: &'static str,
    /// Its type, in both databases.
    pub kind: &'static str,
}

/// SQL of the columns that are shown, each after a comma, from the table's alias: for the part of a statement that reads the rows.
pub(crate) fn shown_sql<C: ListColumn>(optional: &[OptionalColumn<C>], columns: &Columns<C>, alias: &str) -> String {
    optional.iter().filter(|of| columns.shows(of.column)).map(|of| format!(", {alias}.{}", of.name)).collect()
}

/// As [`shown_sql`], with NULL for those that are not shown: for the rows as they are returned.
pub(crate) fn shown_or_null_sql<C: ListColumn>(optional: &[OptionalColumn<C>], columns: &Columns<C>, alias: &str) -> String {
    let sql = |of: &OptionalColumn<C>| match columns.shows(of.column) {
        true => format!(", {alias}.{}", of.name),
        false => format!(", CAST(NULL AS {}) AS {}", of.kind, of.name),
    };
    optional.iter().map(sql).collect()
}

/// SELECT item and JOIN of the name of the owner of the rows `alias`, read if it is shown.
pub(crate) fn owner_name_sql(is_shown: bool, alias: &str) -> (&'static str, String) {
    match is_shown {
        true => (", o.name AS owner_name", format!("LEFT JOIN users o ON o.id = {alias}.owner_id")),
        false => (", CAST(NULL AS text) AS owner_name", String::new()),
    }
}

//! A field of the rows that a list is exported with.

use domain::exports::Cell;

/// A field, read from a row of type `R`.
pub(crate) struct Field<R: 'static> {
    /// The name in JSON: that of the column in the database.
    pub name: &'static str,
    /// The head of its column.
    pub label: &'static str,
    /// Its cell.
    pub cell: fn(&R) -> Cell,
}

impl<R> Field<R> {
    pub const fn new(name: &'static str, label: &'static str, cell: fn(&R) -> Cell) -> Self {
        Self { name, label, cell }
    }
}

//! CSV.

use super::Columns;
use crate::{
    csv_rows::{csv_head, csv_rows},
    exports::{ExportError, FileSettings},
    ui::times,
};
use domain::{
    exports::{Cell, ExportRow},
    money::Money,
    preferences::CsvSeparator,
};
use std::{borrow::Cow, fs::File, io::Write};

/// Between the names in one cell.
const BETWEEN_NAMES: &str = ", ";

pub struct CsvFile {
    file: File,
    columns: Columns,
    settings: FileSettings,
}

impl CsvFile {
    pub fn start(mut file: File, columns: Columns, settings: FileSettings) -> Result<Self, ExportError> {
        file.write_all(&csv_head(settings.csv_separator, columns.heads())?)?;
        Ok(Self { file, columns, settings })
    }

    pub fn write(&mut self, rows: &[ExportRow]) -> Result<(), ExportError> {
        let text = csv_rows(self.settings.csv_separator, rows.iter().map(|row| self.cells(row)))?;
        Ok(self.file.write_all(&text)?)
    }

    pub fn finish(self) -> File {
        self.file
    }

    fn cells<'a>(&'a self, row: &'a ExportRow) -> impl Iterator<Item = Cow<'a, str>> {
        let custom = self.columns.custom_values(row).map(|value| value.map_or(Cow::Borrowed(""), Cow::Borrowed));
        row.cells.iter().map(|cell| text(cell, self.settings)).chain(custom)
    }
}

fn text(cell: &Cell, settings: FileSettings) -> Cow<'_, str> {
    Cow::Owned(match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Choice { label: text, .. } => return Cow::Borrowed(text),
        Cell::Number(number) => number.to_string(),
        Cell::Money(amount) => decimal(*amount, settings.csv_separator),
        Cell::Day(day) => day.to_string(),
        Cell::Time(at) => times::sortable(*at, settings.zone),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Names(names) => names.join(BETWEEN_NAMES),
    })
}

/// An amount as the spreadsheet reads it that this separator is chosen for: a semicolon where the comma is the decimal mark.
fn decimal(amount: Money, separator: CsvSeparator) -> String {
    let text = amount.decimal();
    if separator == CsvSeparator::Semicolon { text.replace('.', ",") } else { text }
}

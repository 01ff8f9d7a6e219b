//! CSV as spreadsheets read it (RFC 4180): byte order mark, the user's separator, and no cell that is taken for a formula.

use csv::{Terminator, WriterBuilder};
use domain::{csv::escape_cell, preferences::CsvSeparator};
use std::io;

/// The byte order mark, by which spreadsheets take a file for UTF-8.
pub(crate) const BOM: &str = "\u{feff}";

/// The content type of a file with a head.
pub(crate) const CONTENT_TYPE: &str = "text/csv; charset=utf-8; header=present";

/// The start of a file: byte order mark and heads.
pub(crate) fn csv_head<T: AsRef<str>>(separator: CsvSeparator, heads: impl IntoIterator<Item = T>) -> io::Result<Vec<u8>> {
    let mut file = BOM.as_bytes().to_vec();
    file.extend(csv_rows(separator, [heads])?);
    Ok(file)
}

/// Rows of a file. Each cell is escaped: [`domain::csv::unescape_cell`] gives its text back.
pub(crate) fn csv_rows<T: AsRef<str>, R: IntoIterator<Item = T>>(
    separator: CsvSeparator,
    rows: impl IntoIterator<Item = R>,
) -> io::Result<Vec<u8>> {
    let mut writer = WriterBuilder::new().delimiter(separator.byte()).terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        for cell in row {
            writer.write_field(escape_cell(cell.as_ref()).as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

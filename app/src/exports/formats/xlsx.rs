//! A workbook of one worksheet. Its rows are kept in a temporary file, not in memory.

use super::Columns;
use crate::exports::{ExportError, FileSettings};
use chrono::Datelike;
use domain::{
    exports::{Cell, ExportRow},
    money::Currency,
};
use rust_xlsxwriter::{ColNum, Format, RowNum, Workbook, Worksheet, XlsxError};
use std::{
    fs::File,
    io::{BufWriter, Seek, SeekFrom},
    path::Path,
};

/// Most UTF-16 units of a cell (Excel's specification).
const TEXT_MAX: usize = 32_767;
/// The widths of columns, in characters.
const WIDTHS: (usize, usize) = (8, 60);
/// A column of times is at least so wide.
const TIME_WIDTH: usize = 16;
/// Whole numbers are exact up to this one.
const EXACT_MAX: i64 = 1 << 53;
/// Before this year Excel has no days.
const FIRST_YEAR: i32 = 1900;

pub struct XlsxFile {
    file: File,
    workbook: Workbook,
    columns: Columns,
    settings: FileSettings,
    formats: Formats,
    /// The next row; the head is the first.
    row: RowNum,
}

struct Formats {
    head: Format,
    money: Format,
    day: Format,
    time: Format,
}

impl XlsxFile {
    pub fn start(file: File, temporary: &Path, columns: Columns, settings: FileSettings) -> Result<Self, ExportError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(temporary)?;
        workbook.add_worksheet_with_constant_memory()?;
        let formats = Formats {
            head: Format::new().set_bold(),
            money: Format::new().set_num_format(money_format(settings.currency)),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
        };
        Ok(Self { file, workbook, columns, settings, formats, row: 0 })
    }

    pub fn write(&mut self, rows: &[ExportRow]) -> Result<(), ExportError> {
        let sheet = self.workbook.worksheet_from_index(0)?;
        if self.row == 0 {
            start_sheet(sheet, &self.columns, &self.formats, rows)?;
            self.row = 1;
        }
        for row in rows {
            for (column, cell) in (0..).zip(&row.cells) {
                write_cell(sheet, (self.row, column), cell, &self.formats, self.settings)?;
            }
            let first = ColNum::try_from(row.cells.len()).unwrap_or(ColNum::MAX);
            for (column, value) in (first..).zip(self.columns.custom_values(row)) {
                if let Some(value) = value {
                    write_text(sheet, (self.row, column), value)?;
                }
            }
            self.row += 1;
        }
        Ok(())
    }

    pub fn finish(mut self) -> Result<File, ExportError> {
        if self.row == 0 {
            self.write(&[])?;
        }
        let mut file = BufWriter::new(self.file);
        self.workbook.save_to_writer(&mut file)?;
        let mut file = file.into_inner().map_err(|error| error.into_error())?;
        file.seek(SeekFrom::End(0))?;
        Ok(file)
    }
}

/// Writes the head, which stays in view, and sets the widths of the columns by the first rows.
fn start_sheet(sheet: &mut Worksheet, columns: &Columns, formats: &Formats, rows: &[ExportRow]) -> Result<(), ExportError> {
    sheet.set_freeze_panes(1, 0)?;
    for (number, head) in (0..).zip(columns.heads()) {
        let place = usize::from(number);
        let widest = rows.iter().filter_map(|row| row.cells.get(place)).map(width).max().unwrap_or_default();
        sheet.set_column_width(number, widest.max(head.chars().count() + 1).clamp(WIDTHS.0, WIDTHS.1) as f64)?;
        sheet.write_string_with_format(0, number, head, &formats.head)?;
    }
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (RowNum, ColNum),
    cell: &Cell,
    formats: &Formats,
    settings: FileSettings,
) -> Result<(), ExportError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) | Cell::Choice { label: text, .. } => write_text(sheet, (row, column), text)?,
        Cell::Names(names) => write_text(sheet, (row, column), &names.join(", "))?,
        Cell::Number(number) if number.abs() <= EXACT_MAX => {
            sheet.write_number(row, column, *number as f64)?;
        }
        Cell::Number(number) => write_text(sheet, (row, column), &number.to_string())?,
        Cell::Money(amount) if amount.hundredths().abs() <= EXACT_MAX => {
            sheet.write_number_with_format(row, column, amount.hundredths() as f64 / 100.0, &formats.money)?;
        }
        Cell::Money(amount) => write_text(sheet, (row, column), &amount.decimal())?,
        Cell::Day(day) if day.year() >= FIRST_YEAR => {
            sheet.write_datetime_with_format(row, column, day, &formats.day)?;
        }
        Cell::Day(day) => write_text(sheet, (row, column), &day.to_string())?,
        Cell::Time(at) => {
            let local = at.with_timezone(&settings.zone).naive_local();
            if local.year() >= FIRST_YEAR {
                sheet.write_datetime_with_format(row, column, local, &formats.time)?;
            } else {
                write_text(sheet, (row, column), &local.to_string())?;
            }
        }
        Cell::Flag(flag) => {
            sheet.write_boolean(row, column, *flag)?;
        }
    }
    Ok(())
}

/// Text stays text, whatever it looks like.
fn write_text(sheet: &mut Worksheet, (row, column): (RowNum, ColNum), text: &str) -> Result<(), ExportError> {
    if text.encode_utf16().count() > TEXT_MAX {
        return Err(ExportError::too_much("A cell of Excel holds 32.767 characters, and one of the texts is longer"));
    }
    sheet.write_string(row, column, text)?;
    Ok(())
}

/// Number of characters of a cell as it is shown.
fn width(cell: &Cell) -> usize {
    match cell {
        Cell::Empty => 0,
        Cell::Text(text) | Cell::Choice { label: text, .. } => text.lines().map(|line| line.chars().count()).max().unwrap_or_default() + 1,
        Cell::Names(names) => names.iter().map(|name| name.chars().count() + 2).sum(),
        Cell::Number(number) => number.to_string().len() + 1,
        Cell::Money(amount) => amount.plain().chars().count() + 4,
        Cell::Day(_) | Cell::Time(_) => TIME_WIDTH,
        Cell::Flag(_) => 6,
    }
}

/// An amount of a currency as Excel shows it, in the separators of its own settings. Currencies without a smaller unit in use have no
/// decimals; the value keeps them.
fn money_format(currency: Currency) -> String {
    let number = match currency {
        Currency::Vnd | Currency::Jpy | Currency::Krw => "#,##0",
        _ => "#,##0.00",
    };
    format!("{number}\u{a0}\"{}\"", currency.sign())
}

impl From<XlsxError> for ExportError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::IoError(error) => Self::Io(error),
            other => Self::Io(std::io::Error::other(other)),
        }
    }
}

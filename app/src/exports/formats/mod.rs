//! The formats of exported files. Each is written as rows come, so that a file takes no more memory however many rows it has.

mod csv;
mod json;
mod xlsx;

use super::{ExportError, FileSettings};
use csv::CsvFile;
use domain::exports::{ExportFormat, ExportRow};
use json::JsonFile;
use std::{fs::File, path::Path};
use store::exports::ExportColumn;
use xlsx::XlsxFile;

/// The columns of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// The record's fields.
    pub fields: Vec<ExportColumn>,
    /// The names of the custom fields with a column each.
    pub custom_fields: Vec<String>,
    /// Whether there are custom fields at all.
    pub has_custom_fields: bool,
}

impl Columns {
    /// The heads of a table.
    fn heads(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|column| column.label).chain(self.custom_fields.iter().map(String::as_str))
    }

    /// The values of the custom fields that have columns, in their order.
    fn custom_values<'a>(&'a self, row: &'a ExportRow) -> impl Iterator<Item = Option<&'a str>> {
        let value = |name: &String| row.custom_fields.iter().find(|field| field.name == *name).map(|field| field.value.as_str());
        self.custom_fields.iter().map(value)
    }
}

/// A file that is being written.
pub(super) enum FileWriter {
    Csv(CsvFile),
    Xlsx(Box<XlsxFile>),
    Json(JsonFile),
}

impl FileWriter {
    /// Starts a file. `temporary`: the folder for parts of it.
    pub fn start(
        format: ExportFormat,
        file: File,
        temporary: &Path,
        columns: Columns,
        settings: FileSettings,
    ) -> Result<Self, ExportError> {
        Ok(match format {
            ExportFormat::Csv => Self::Csv(CsvFile::start(file, columns, settings)?),
            ExportFormat::Xlsx => Self::Xlsx(Box::new(XlsxFile::start(file, temporary, columns, settings)?)),
            ExportFormat::Json => Self::Json(JsonFile::start(file, columns)?),
        })
    }

    /// Writes rows.
    pub fn write(&mut self, rows: &[ExportRow]) -> Result<(), ExportError> {
        match self {
            Self::Csv(file) => file.write(rows),
            Self::Xlsx(file) => file.write(rows),
            Self::Json(file) => file.write(rows),
        }
    }

    /// Ends the file.
    pub fn finish(self) -> Result<File, ExportError> {
        match self {
            Self::Csv(file) => Ok(file.finish()),
            Self::Xlsx(file) => file.finish(),
            Self::Json(file) => file.finish(),
        }
    }
}

#[cfg(test)]
mod tests;

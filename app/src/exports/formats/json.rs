//! JSON: an array of objects, one a line, whose names are those of the database and of addresses.

use super::Columns;
use crate::exports::ExportError;
use chrono::SecondsFormat;
use domain::exports::{Cell, ExportRow};
use serde_json::{Map, Value};
use std::{
    fs::File,
    io::{BufWriter, Write},
};

/// The name of the custom fields.
const CUSTOM_FIELDS: &str = "metadata";

pub struct JsonFile {
    file: BufWriter<File>,
    columns: Columns,
    is_empty: bool,
}

impl JsonFile {
    pub fn start(file: File, columns: Columns) -> Result<Self, ExportError> {
        let mut file = BufWriter::new(file);
        file.write_all(b"[")?;
        Ok(Self { file, columns, is_empty: true })
    }

    pub fn write(&mut self, rows: &[ExportRow]) -> Result<(), ExportError> {
        for row in rows {
            self.file.write_all(if self.is_empty { b"\n" } else { b",\n" })?;
            self.is_empty = false;
            let object = self.object(row);
            serde_json::to_writer(&mut self.file, &object).map_err(std::io::Error::from)?;
        }
        Ok(())
    }

    pub fn finish(mut self) -> Result<File, ExportError> {
        self.file.write_all(b"\n]\n")?;
        Ok(self.file.into_inner().map_err(|error| error.into_error())?)
    }

    fn object(&self, row: &ExportRow) -> Map<String, Value> {
        let mut object: Map<String, Value> =
            self.columns.fields.iter().zip(&row.cells).map(|(column, cell)| (column.name.to_owned(), value(cell))).collect();
        if self.columns.has_custom_fields {
            let fields: Map<String, Value> =
                row.custom_fields.iter().map(|field| (field.name.clone(), field.value.clone().into())).collect();
            object.insert(CUSTOM_FIELDS.to_owned(), fields.into());
        }
        object
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) | Cell::Choice { slug: text, .. } => text.clone().into(),
        Cell::Number(number) => (*number).into(),
        // As text: programs read numbers as fractions, which are not exact.
        Cell::Money(amount) => amount.decimal().into(),
        Cell::Day(day) => day.to_string().into(),
        Cell::Time(at) => at.to_rfc3339_opts(SecondsFormat::Millis, true).into(),
        Cell::Flag(flag) => (*flag).into(),
        Cell::Names(names) => names.clone().into(),
    }
}

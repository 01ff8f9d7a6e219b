//! Each format gives back what was written into it.

use super::*;
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    csv::unescape_cell,
    custom_fields::CustomFields,
    exports::Cell,
    money::{Currency, Money},
    preferences::CsvSeparator,
};
use serde_json::{Value, json};
use std::io::{Cursor, Read, Seek};

/// Texts that a spreadsheet would take for something else, or that break a format.
const TEXTS: [&str; 22] = [
    "=1+1",
    "+84 903 123 456",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'=1",
    "0903123456",
    "0101234567-001",
    "001",
    "1-2",
    "2026-11-28",
    "1E5",
    "TRUE",
    "a;b,c\td",
    "dòng 1\ndòng 2",
    "\"quoted\"",
    "Công ty TNHH Đường Ắt",
    "_x0041_ <b>&amp;</b>",
    " blank ",
    "🙂",
    "",
];

const COLUMNS: [ExportColumn; 9] = [
    ExportColumn { name: "name", label: "Name" },
    ExportColumn { name: "contacts", label: "Contacts" },
    ExportColumn { name: "value", label: "Value" },
    ExportColumn { name: "expected_close_date", label: "Expected close" },
    ExportColumn { name: "updated_at", label: "Changed" },
    ExportColumn { name: "is_decision_maker", label: "Decision-maker" },
    ExportColumn { name: "status", label: "Status" },
    ExportColumn { name: "tags", label: "Tags" },
    ExportColumn { name: "notes", label: "Notes" },
];

fn settings(csv_separator: CsvSeparator) -> FileSettings {
    FileSettings { zone: chrono_tz::Asia::Ho_Chi_Minh, currency: Currency::Vnd, csv_separator }
}

fn columns() -> Columns {
    Columns { fields: COLUMNS.to_vec(), custom_fields: vec!["=Số hợp đồng".to_owned()], has_custom_fields: true }
}

fn row(text: &str) -> ExportRow {
    let at: DateTime<Utc> = "2026-11-27T20:40:52.123Z".parse().expect("a time");
    ExportRow {
        cells: vec![
            Cell::Text(text.to_owned()),
            Cell::Number(12),
            Cell::Money(Money::from_hundredths(125_000_000_050)),
            Cell::Day(NaiveDate::from_ymd_opt(2026, 12, 31).expect("a day")),
            Cell::Time(at),
            Cell::Flag(true),
            Cell::choice("active", "Active"),
            Cell::Names(vec!["VIP".to_owned(), text.to_owned()]),
            Cell::Empty,
        ],
        custom_fields: CustomFields::from_stored([("=Số hợp đồng".to_owned(), text.to_owned())]),
    }
}

/// The file of these rows, in two batches.
fn written(format: ExportFormat, separator: CsvSeparator, rows: &[ExportRow]) -> Result<Vec<u8>, ExportError> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = tempfile::tempfile().expect("a file");
    let mut writer = FileWriter::start(format, file, folder.path(), columns(), settings(separator))?;
    let (first, second) = rows.split_at(rows.len() / 2);
    for batch in [first, second].into_iter().filter(|batch| !batch.is_empty()) {
        writer.write(batch)?;
    }
    let mut file = writer.finish()?;
    let mut octets = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut octets)).expect("a readable file");
    assert!(std::fs::read_dir(folder.path()).expect("the folder").next().is_none(), "nothing is left of it");
    Ok(octets)
}

fn all_rows() -> Vec<ExportRow> {
    TEXTS.map(row).into()
}

#[test]
fn csv_gives_every_text_back_and_has_no_formula() {
    for (separator, amount) in
        [(CsvSeparator::Comma, "1250000000.50"), (CsvSeparator::Semicolon, "1250000000,50"), (CsvSeparator::Tab, "1250000000.50")]
    {
        let file = String::from_utf8(written(ExportFormat::Csv, separator, &all_rows()).expect("a file")).expect("UTF-8");
        let file = file.strip_prefix('\u{feff}').expect("a byte order mark");
        let mut reader = ::csv::ReaderBuilder::new().delimiter(separator.byte()).from_reader(file.as_bytes());
        let heads: Vec<String> = reader.headers().expect("heads").iter().map(|head| unescape_cell(head).to_owned()).collect();
        assert_eq!(heads, columns().heads().collect::<Vec<_>>());
        let mut rows = 0;
        for (line, text) in reader.records().zip(TEXTS) {
            let line = line.expect("a row");
            assert!(line.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{line:?}");
            let cells: Vec<&str> = line.iter().map(unescape_cell).collect();
            let tags = format!("VIP, {text}");
            assert_eq!(cells, [text, "12", amount, "2026-12-31", "2026-11-28 03:40:52 +07:00", "true", "Active", &tags, "", text]);
            rows += 1;
        }
        assert_eq!(rows, TEXTS.len());
    }
}

#[test]
fn a_workbook_has_types_and_its_texts_stay_texts() {
    let file = written(ExportFormat::Xlsx, CsvSeparator::Comma, &all_rows()).expect("a file");
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(file)).expect("a workbook");
    let sheet = workbook.worksheet_range_at(0).expect("a worksheet").expect("readable");
    let mut rows = sheet.rows();
    let heads: Vec<String> = rows.next().expect("heads").iter().map(ToString::to_string).collect();
    assert_eq!(heads, columns().heads().collect::<Vec<_>>());
    let mut read = 0;
    for (line, text) in rows.zip(TEXTS) {
        let of_text = if text.is_empty() { Data::Empty } else { Data::String(text.to_owned()) };
        assert!(line[0] == of_text || (text.is_empty() && line[0] == Data::String(String::new())), "{:?} {text:?}", line[0]);
        assert_eq!((&line[1], &line[2]), (&Data::Float(12.0), &Data::Float(1_250_000_000.5)));
        let local = |cell: &Data| calamine::DataType::as_datetime(cell).expect("a date").format("%Y-%m-%d %H:%M:%S").to_string();
        assert_eq!((local(&line[3]), local(&line[4])), ("2026-12-31 00:00:00".to_owned(), "2026-11-28 03:40:52".to_owned()));
        assert_eq!((&line[5], &line[6]), (&Data::Bool(true), &Data::String("Active".to_owned())));
        assert_eq!(line[7], Data::String(format!("VIP, {text}")));
        assert_eq!(line[8], Data::Empty);
        read += 1;
    }
    assert_eq!(read, TEXTS.len());
    assert!(workbook.worksheet_formula("Sheet1").expect("readable").cells().all(|(_, _, formula)| formula.is_empty()), "no formula");
}

#[test]
fn json_has_the_names_of_the_database_and_exact_values() {
    let file = written(ExportFormat::Json, CsvSeparator::Comma, &all_rows()).expect("a file");
    let rows: Vec<Value> = serde_json::from_slice(&file).expect("JSON");
    assert_eq!(rows.len(), TEXTS.len());
    for (row, text) in rows.iter().zip(TEXTS) {
        let expected = json!({
            "name": text,
            "contacts": 12,
            "value": "1250000000.50",
            "expected_close_date": "2026-12-31",
            "updated_at": "2026-11-27T20:40:52.123Z",
            "is_decision_maker": true,
            "status": "active",
            "tags": ["VIP", text],
            "notes": null,
            "metadata": { "=Số hợp đồng": text },
        });
        assert_eq!(*row, expected);
    }
}

#[test]
fn a_file_of_no_rows_has_its_head() {
    let csv = written(ExportFormat::Csv, CsvSeparator::Comma, &[]).expect("a file");
    assert_eq!(String::from_utf8(csv).expect("UTF-8").lines().count(), 1);
    let xlsx = written(ExportFormat::Xlsx, CsvSeparator::Comma, &[]).expect("a file");
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(xlsx)).expect("a workbook");
    assert_eq!(workbook.worksheet_range_at(0).expect("a worksheet").expect("readable").height(), 1);
    let json = written(ExportFormat::Json, CsvSeparator::Comma, &[]).expect("a file");
    assert_eq!(serde_json::from_slice::<Value>(&json).expect("JSON"), json!([]));
}

#[test]
fn a_text_that_excel_can_not_hold_is_refused_and_never_cut() {
    let text = |units: usize| "🙂".repeat(units / 2);
    for (units, fits) in [(32_766, true), (32_768, false)] {
        let only = ExportRow { cells: vec![Cell::Text(text(units))], custom_fields: CustomFields::default() };
        let outcome = written(ExportFormat::Xlsx, CsvSeparator::Comma, std::slice::from_ref(&only));
        assert_eq!(outcome.is_ok(), fits, "{units}");
        assert!(fits || matches!(outcome, Err(ExportError::TooMuch(_))));
        assert!(written(ExportFormat::Csv, CsvSeparator::Comma, &[only]).is_ok());
    }
}

#[test]
fn what_excel_can_not_count_or_date_is_text() {
    let before = NaiveDate::from_ymd_opt(1899, 12, 31).expect("a day");
    let cells = vec![Cell::Money(Money::from_hundredths(i64::MAX)), Cell::Number(i64::MAX), Cell::Day(before)];
    let rows = [ExportRow { cells, custom_fields: CustomFields::default() }];
    let file = written(ExportFormat::Xlsx, CsvSeparator::Comma, &rows).expect("a file");
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(file)).expect("a workbook");
    let sheet = workbook.worksheet_range_at(0).expect("a worksheet").expect("readable");
    let texts: Vec<String> = sheet.rows().nth(1).expect("a row")[..3].iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["92233720368547758.07", "9223372036854775807", "1899-12-31"]);
}

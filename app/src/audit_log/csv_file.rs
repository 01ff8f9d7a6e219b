//! The rows of an exported log as CSV.

use crate::{
    csv_rows::{csv_head, csv_rows},
    ui::times,
};
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use domain::preferences::CsvSeparator;
use std::io;
use store::audit_log::ExportedEntry;

const HEADS: [&str; 13] = [
    "Number",
    "Time",
    "Time (UTC)",
    "Person",
    "Email",
    "Action",
    "Kind",
    "Record",
    "Record id",
    "Before",
    "After",
    "Address",
    "Erased (UTC)",
];

/// The start of the file: byte order mark and heads.
pub(super) fn head(separator: CsvSeparator) -> io::Result<Vec<u8>> {
    csv_head(separator, HEADS)
}

/// The rows of these entries. `zone`: that of the column "Time".
pub(super) fn entries(separator: CsvSeparator, entries: Vec<ExportedEntry>, zone: Tz) -> io::Result<Vec<u8>> {
    csv_rows(separator, entries.into_iter().map(|entry| cells(entry, zone)))
}

fn cells(entry: ExportedEntry, zone: Tz) -> [String; 13] {
    let or_empty = Option::unwrap_or_default;
    [
        entry.seq.to_string(),
        times::sortable(entry.at, zone),
        utc(entry.at),
        or_empty(entry.actor_name),
        or_empty(entry.actor_email),
        entry.action,
        entry.kind,
        or_empty(entry.record_name),
        entry.record_id.to_string(),
        or_empty(entry.before),
        or_empty(entry.after),
        or_empty(entry.ip_address),
        entry.erased.map(|erased| utc(erased.at)).unwrap_or_default(),
    ]
}

fn utc(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv_rows::BOM;
    use domain::csv::unescape_cell;
    use store::Erased;
    use uuid::Uuid;

    #[test]
    fn every_cell_comes_back_and_no_cell_is_a_formula() {
        let texts = ["=1+1", "+84", "-1", "@x", "\tx", "\rx", "a;b,c\td", "dòng 1\r\ndòng 2", "\"quoted\"", "'=x", "Đường"];
        for separator in CsvSeparator::ALL {
            for text in texts {
                let optional = Some(text.to_owned());
                let entry = ExportedEntry {
                    seq: 7,
                    at: "2026-11-27T20:40:52.123Z".parse().expect("a time"),
                    actor_name: optional.clone(),
                    actor_email: optional.clone(),
                    action: text.to_owned(),
                    kind: text.to_owned(),
                    record_name: optional.clone(),
                    record_id: Uuid::nil(),
                    before: optional.clone(),
                    after: optional.clone(),
                    ip_address: optional,
                    erased: Some(Erased { at: "2026-11-28T01:02:03.004Z".parse().expect("a time"), actor_name: None }),
                };
                let mut file = head(separator).expect("a head");
                file.extend(entries(separator, vec![entry], times::zone("Asia/Ho_Chi_Minh")).expect("a row"));
                let file = String::from_utf8(file).expect("UTF-8");
                let file = file.strip_prefix(BOM).expect("a byte order mark");
                let mut reader = csv::ReaderBuilder::new().delimiter(separator.byte()).from_reader(file.as_bytes());
                assert_eq!(reader.headers().expect("heads").iter().collect::<Vec<_>>(), HEADS);
                let row = reader.records().next().expect("a row").expect("readable");
                assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{row:?}");
                let cells: Vec<&str> = row.iter().map(unescape_cell).collect();
                let id = Uuid::nil().to_string();
                let expected = [
                    "7",
                    "2026-11-28 03:40:52 +07:00",
                    "2026-11-27T20:40:52.123Z",
                    text,
                    text,
                    text,
                    text,
                    text,
                    &id,
                    text,
                    text,
                    text,
                    "2026-11-28T01:02:03.004Z",
                ];
                assert_eq!(cells, expected);
            }
        }
    }
}

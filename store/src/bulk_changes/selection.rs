//! The records that a bulk change is for, as SQL.

use crate::{
    activities::{self, Times},
    companies, contacts,
    database::sql::Sql,
    deals,
    lists::time_range::TimeRange,
    tasks::{self, TaskTimes},
};
use chrono::{DateTime, Utc};
use domain::{
    activities::ActivityQuery, bulk_changes::SelectedRecord, companies::CompanyQuery, contacts::ContactQuery, deals::DealQuery,
    record_kinds::RecordKind, tasks::TaskQuery,
};
use sea_orm::DbBackend;

/// The records that a bulk change is for.
#[derive(Debug, Clone, PartialEq)]
pub enum BulkSelection {
    /// These records.
    Records(RecordKind, Vec<SelectedRecord>),
    /// The companies that match.
    Companies(CompanyQuery),
    /// The contacts that match.
    Contacts(ContactQuery),
    /// The deals that match.
    Deals(DealQuery),
    /// The activities that match, with the days of the query.
    Activities(ActivityQuery, TimeRange),
    /// The tasks that match.
    Tasks(TaskQuery),
}

impl BulkSelection {
    /// The kind of the records.
    pub fn kind(&self) -> RecordKind {
        match self {
            Self::Records(kind, _) => *kind,
            Self::Companies(_) => RecordKind::Companies,
            Self::Contacts(_) => RecordKind::Contacts,
            Self::Deals(_) => RecordKind::Deals,
            Self::Activities(..) => RecordKind::Activities,
            Self::Tasks(_) => RecordKind::Tasks,
        }
    }

    /// SELECT of the records: `id`, `version`, and `place` in the list's order, from 1. `$1` is the workspace. Selected records may be gone.
    pub(super) fn sql(&self, sql: &mut Sql, backend: DbBackend, now: DateTime<Utc>) -> String {
        match self {
            Self::Records(kind, records) => selected_sql(sql, *kind, records),
            Self::Companies(query) => companies::all_matching_sql(sql, backend, query, now),
            Self::Contacts(query) => contacts::all_matching_sql(sql, backend, query, now),
            Self::Deals(query) => deals::all_matching_sql(sql, backend, query),
            Self::Activities(query, range_utc) => activities::all_matching_sql(sql, query, Times { range_utc: *range_utc, now, backend }),
            Self::Tasks(query) => tasks::all_matching_sql(sql, query, TaskTimes { now, backend }),
        }
    }
}

fn selected_sql(sql: &mut Sql, kind: RecordKind, records: &[SelectedRecord]) -> String {
    let rows: Vec<String> = (1..)
        .zip(records)
        .map(|(place, SelectedRecord { id, version })| format!("({}, CAST({version} AS bigint), {place})", sql.bind(*id)))
        .collect();
    match rows.len() {
        0 => format!("SELECT id, version, 1 AS place FROM {} WHERE 1 = 0", kind.slug()),
        _ => format!("SELECT column1 AS id, column2 AS version, column3 AS place FROM (VALUES {}) AS selected", rows.join(", ")),
    }
}

//! From what a row holds to the domain's types.

use crate::StoreError;
use chrono::{DateTime, Utc};
use sea_orm::DbErr;

/// A word that the database's own check let in must be one the domain knows.
pub(crate) fn known<T>(word: Option<T>, column: &str) -> Result<T, StoreError> {
    word.ok_or_else(|| DbErr::Type(format!("{column} holds a word that has no meaning")).into())
}

/// A count. The schema keeps it at 0 or more.
pub(crate) fn uint(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

/// A time kept as milliseconds since 1970, where 0 is never.
pub(crate) fn time_of_ms(ms: i64) -> Option<DateTime<Utc>> {
    (ms != 0).then(|| DateTime::from_timestamp_millis(ms)).flatten()
}

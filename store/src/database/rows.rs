//! Conversions from column values to the domain's types.

use crate::StoreError;
use chrono::{DateTime, Utc};
use sea_orm::DbErr;

/// The value of an enum column.
///
/// # Errors
/// `Internal` if `value` is `None`: the column's CHECK let a word in that the domain doesn't have.
pub(crate) fn decode_enum<T>(value: Option<T>, column: &str) -> Result<T, StoreError> {
    value.ok_or_else(|| DbErr::Type(format!("{column} holds a word that has no meaning")).into())
}

/// A count. The schema keeps it at 0 or more.
pub(crate) fn to_u64(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

/// A time kept as milliseconds since 1970, where 0 is never.
pub(crate) fn from_unix_ms(ms: i64) -> Option<DateTime<Utc>> {
    (ms != 0).then(|| DateTime::from_timestamp_millis(ms)).flatten()
}

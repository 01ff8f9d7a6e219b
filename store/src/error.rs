//! Why a store function did not do what was asked.

use crate::write_status::WriteFault;
use domain::{
    access::{Actor, Entity, Verb},
    forms::FormErrors,
};
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

/// Why a store function did not do what was asked. Never carries the database's words: those are logged where they occur.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No such record in the actor's workspace: never used, in the bin, or another workspace's.
    #[error("not found")]
    NotFound,
    /// The actor's role, or who owns the record, forbids it.
    #[error("not allowed")]
    Denied,
    /// The record has another version than the one that was edited: someone saved in between.
    #[error("changed in between")]
    Conflict,
    /// Something typed can't be kept; the message belongs at the field it names.
    #[error("invalid input")]
    Invalid(FormErrors),
    /// The database is away, slow or full. Nothing was written; trying later may help.
    #[error("unavailable")]
    Unavailable,
    /// A fault of ours. Logged.
    #[error("internal error")]
    Internal,
}

impl StoreError {
    /// One message at one field.
    pub fn field(field: &str, message: &str) -> Self {
        Self::Invalid(FormErrors::of(field, message))
    }
}

/// Refuses what the actor's role doesn't allow.
pub(crate) fn authorize(actor: &Actor, verb: Verb, entity: Entity) -> Result<(), StoreError> {
    if actor.may(verb, entity) { Ok(()) } else { Err(StoreError::Denied) }
}

/// What a database refuses a row for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Unique,
    ForeignKey,
    Check,
    OutOfRange,
}

/// Gives a constraint's refusal its place in the form.
pub(crate) trait OrField<T> {
    /// A value that must be unique and isn't becomes a message at `field`.
    fn or_taken(self, field: &str, message: &str) -> Result<T, StoreError>;
}

impl<T> OrField<T> for Result<T, DbErr> {
    fn or_taken(self, field: &str, message: &str) -> Result<T, StoreError> {
        self.map_err(|error| match refused(&error) {
            Some(Refusal::Unique) => StoreError::field(field, message),
            _ => error.into(),
        })
    }
}

/// A refusal that no caller gave a field is still the input's fault, not ours: what a key points at isn't there, a
/// unique value was taken in between, an amount or a sum of amounts is past its range.
impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match refused(&error) {
            Some(Refusal::ForeignKey) => Self::NotFound,
            Some(Refusal::Unique) => Self::Conflict,
            Some(Refusal::Check | Refusal::OutOfRange) => {
                tracing::warn!(%error, "the database refused a value");
                Self::field("", "One of the values is outside what can be kept")
            }
            None if is_unavailable(&error) => {
                tracing::warn!(%error, "the database is not available");
                Self::Unavailable
            }
            None => {
                tracing::error!(%error, "a query failed");
                Self::Internal
            }
        }
    }
}

fn refused(error: &DbErr) -> Option<Refusal> {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => return Some(Refusal::Unique),
        Some(SqlErr::ForeignKeyConstraintViolation(_)) => return Some(Refusal::ForeignKey),
        _ => {}
    }
    match code(error)?.as_str() {
        // PostgreSQL: check_violation; SQLite: SQLITE_CONSTRAINT_CHECK.
        "23514" | "275" => Some(Refusal::Check),
        // PostgreSQL: numeric_value_out_of_range, string_data_right_truncation.
        "22003" | "22001" => Some(Refusal::OutOfRange),
        _ => None,
    }
}

/// Whether trying later may help.
fn is_unavailable(error: &DbErr) -> bool {
    write_fault(error).is_some()
}

/// What keeps the database from answering, if it is the database and not the statement.
///
/// SQLite: the primary result code, in the low byte (sqlite.org/rescode.html). PostgreSQL: SQLSTATE, by class where a class
/// has one meaning (PostgreSQL documentation, appendix A).
pub(crate) fn write_fault(error: &DbErr) -> Option<WriteFault> {
    if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
        return Some(WriteFault::Unreachable);
    }
    if let Some(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed) = driver(error) {
        return Some(WriteFault::Unreachable);
    }
    let code = code(error)?;
    if let Ok(number) = code.parse::<u32>()
        && code.len() < 5
    {
        return match number & 0xff {
            // BUSY, LOCKED
            5 | 6 => Some(WriteFault::Locked),
            8 => Some(WriteFault::ReadOnly),
            10 => Some(WriteFault::Io),
            13 => Some(WriteFault::DiskFull),
            // CANTOPEN
            14 => Some(WriteFault::Unreachable),
            _ => None,
        };
    }
    match (code.as_str(), code.get(..2)?) {
        ("25006", _) => Some(WriteFault::ReadOnly),
        ("53100", _) => Some(WriteFault::DiskFull),
        ("55P03", _) => Some(WriteFault::Locked),
        // query_canceled (statement_timeout); deadlock and serialization failures.
        ("57014", _) | (_, "40") => Some(WriteFault::Interrupted),
        (_, "58") => Some(WriteFault::Io),
        // Connection exceptions, insufficient resources, operator intervention.
        (_, "08" | "53" | "57") => Some(WriteFault::Unreachable),
        _ => None,
    }
}

fn driver(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))
        | DbErr::Conn(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

fn code(error: &DbErr) -> Option<String> {
    match driver(error)? {
        sqlx::Error::Database(error) => error.code().map(|code| code.into_owned()),
        _ => None,
    }
}

//! Errors of store functions.

use crate::database::fault::{code, database_fault};
use domain::{
    access::{Actor, Entity, Verb},
    forms::FormErrors,
    sign_in_limits::LimitReached,
};
use sea_orm::{DbErr, SqlErr};

/// Error of a store function. It never contains the database's message, which is logged where it occurs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No such record in the actor's workspace: never used, in the bin, or another workspace's.
    #[error("not found")]
    NotFound,
    /// The actor's role, or the owner of the record, does not allow it.
    #[error("not allowed")]
    Denied,
    /// The record has another version than the one that was edited: another user saved in between.
    #[error("changed in between")]
    Conflict,
    /// The input is not valid. Each message belongs to the field that it names.
    #[error("invalid input")]
    Invalid(FormErrors),
    /// The input leaves a decision open, which the form asks for. Each message belongs to the field that it names.
    #[error("a question is open")]
    Question(FormErrors),
    /// A limit of requests is reached. Nothing was written.
    #[error("{}", .0.message)]
    Limited(LimitReached),
    /// The database does not answer, is slow or full. Nothing was written; a later attempt may succeed.
    #[error("unavailable")]
    Unavailable,
    /// A bug. Logged.
    #[error("internal error")]
    Internal,
}

impl StoreError {
    /// One message at one field.
    pub fn field(field: &str, message: &str) -> Self {
        Self::Invalid(FormErrors::of(field, message))
    }
}

/// Checks the permissions of the actor's role.
///
/// # Errors
/// [`StoreError::Denied`] if they don't include `verb` on `entity`.
pub(crate) fn authorize(actor: &Actor, verb: Verb, entity: Entity) -> Result<(), StoreError> {
    if actor.may(verb, entity) { Ok(()) } else { Err(StoreError::Denied) }
}

/// A violated constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Unique,
    ForeignKey,
    Check,
    OutOfRange,
}

/// Maps a violated constraint to a form field.
pub(crate) trait MapUniqueViolation<T> {
    /// Maps a violated unique constraint to [`StoreError::Invalid`] at `field`.
    fn map_unique_violation(self, field: &str, message: &str) -> Result<T, StoreError>;
}

impl<T> MapUniqueViolation<T> for Result<T, DbErr> {
    fn map_unique_violation(self, field: &str, message: &str) -> Result<T, StoreError> {
        self.map_err(|error| match refused(&error) {
            Some(Refusal::Unique) => StoreError::field(field, message),
            _ => error.into(),
        })
    }
}

/// A violated constraint that no caller mapped is an error of the input, not a bug: a referenced record is missing, a unique value was
/// taken in between, or an amount or a sum of amounts is out of range.
impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match refused(&error) {
            Some(Refusal::ForeignKey) => Self::NotFound,
            Some(Refusal::Unique) => Self::Conflict,
            Some(Refusal::Check | Refusal::OutOfRange) => {
                tracing::warn!(%error, "the database refused a value");
                Self::field("", "One of the values is outside what can be kept")
            }
            None if database_fault(&error).is_some() => {
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

//! Why a store function did not do what was asked.

use crate::database::fault::{code, database_fault};
use domain::{
    access::{Actor, Entity, Verb},
    forms::FormErrors,
};
use sea_orm::{DbErr, SqlErr};

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
pub(crate) trait MapUniqueViolation<T> {
    /// A value that must be unique and isn't becomes a message at `field`.
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

//! Faults of the database itself, as opposed to statements that it refuses.

use sea_orm::{DbErr, RuntimeErr, sqlx};
use std::fmt;

/// What keeps the database from answering, or from taking writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseFault {
    /// No space left on its volume.
    DiskFull,
    /// Another connection holds the write lock.
    Locked,
    /// The database is read-only: a standby, or a file without write permission.
    ReadOnly,
    /// The volume reports an input or output error.
    Io,
    /// The database does not answer.
    Unreachable,
    /// This transaction was ended for another one, or its statement took too long; others may succeed.
    Interrupted,
}

impl fmt::Display for DatabaseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DiskFull => "disk full",
            Self::Locked => "locked",
            Self::ReadOnly => "read-only",
            Self::Io => "I/O error",
            Self::Unreachable => "unreachable",
            Self::Interrupted => "interrupted",
        })
    }
}

/// Reads an error's fault; `None` if it is the statement's and not the database's.
///
/// SQLite: the primary result code, in the low byte (sqlite.org/rescode.html). PostgreSQL: SQLSTATE, by class where a class
/// has one meaning (PostgreSQL documentation, appendix A).
pub(crate) fn database_fault(error: &DbErr) -> Option<DatabaseFault> {
    if let Some(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed) = driver(error) {
        return Some(DatabaseFault::Unreachable);
    }
    // A connection that is refused, for whatever reason, leaves the database out of reach.
    let no_connection = matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)).then_some(DatabaseFault::Unreachable);
    code(error).and_then(|code| fault_of_code(&code)).or(no_connection)
}

fn fault_of_code(code: &str) -> Option<DatabaseFault> {
    if let Ok(number) = code.parse::<u32>()
        && code.len() < 5
    {
        return match number & 0xff {
            // BUSY, LOCKED
            5 | 6 => Some(DatabaseFault::Locked),
            8 => Some(DatabaseFault::ReadOnly),
            10 => Some(DatabaseFault::Io),
            13 => Some(DatabaseFault::DiskFull),
            // CANTOPEN
            14 => Some(DatabaseFault::Unreachable),
            _ => None,
        };
    }
    match (code, code.get(..2)?) {
        ("25006", _) => Some(DatabaseFault::ReadOnly),
        ("53100", _) => Some(DatabaseFault::DiskFull),
        ("55P03", _) => Some(DatabaseFault::Locked),
        // query_canceled (statement_timeout); deadlock and serialization failures.
        ("57014", _) | (_, "40") => Some(DatabaseFault::Interrupted),
        (_, "58") => Some(DatabaseFault::Io),
        // Connection exceptions, insufficient resources, operator intervention.
        (_, "08" | "53" | "57") => Some(DatabaseFault::Unreachable),
        _ => None,
    }
}

/// The error of the driver beneath.
pub(crate) fn driver(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))
        | DbErr::Conn(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

/// The database's error code: SQLite's result code, PostgreSQL's SQLSTATE.
pub(crate) fn code(error: &DbErr) -> Option<String> {
    match driver(error)? {
        sqlx::Error::Database(error) => error.code().map(|code| code.into_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use sea_orm::{ConnectOptions, ConnectionTrait, Database};
    use std::time::Duration;

    async fn open(folder: &tempfile::TempDir, mode: &str) -> Result<sea_orm::DatabaseConnection, DbErr> {
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode={mode}", folder.path().join("a.db").display()));
        options
            .max_connections(1)
            .map_sqlx_sqlite_opts(|options| options.busy_timeout(Duration::ZERO).journal_mode(sqlx::sqlite::SqliteJournalMode::Wal));
        Database::connect(options).await
    }

    #[tokio::test]
    async fn opening_tells_a_locked_file_from_a_missing_one() {
        let folder = tempfile::TempDir::new().unwrap();
        assert_eq!(database_fault(&open(&folder, "rw").await.unwrap_err()), Some(DatabaseFault::Unreachable));
        let first = Database::connect(format!("sqlite://{}?mode=rwc", folder.path().join("a.db").display())).await.unwrap();
        first.execute_unprepared("BEGIN EXCLUSIVE").await.unwrap();
        assert_eq!(database_fault(&open(&folder, "rw").await.unwrap_err()), Some(DatabaseFault::Locked));
    }
}

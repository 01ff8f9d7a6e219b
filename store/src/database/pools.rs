//! Connection pools, with the settings that each of the two databases needs.

use crate::database::{
    fault::{DatabaseFault, database_fault, driver},
    read_pool,
};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbBackend, DbErr, FromQueryResult, Statement,
    sqlx::{
        self, Executor,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// The first SQLite without the WAL-reset bug, which can lose committed pages.
const SQLITE_AT_LEAST: (u32, u32, u32) = (3, 51, 3);
/// How long a process that starts tries to open its database, and the pause between two attempts.
const OPEN_TIMEOUT: Duration = Duration::from_secs(15);
const OPEN_RETRY: Duration = Duration::from_millis(20);
/// How long a request waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a statement may run on PostgreSQL.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);
/// What PostgreSQL's planner is told. Its own default is for disks with a moving arm: it read whole tables where twenty rows
/// were wanted. And compiling a plan pays for queries of seconds, which no page has.
const PLANNER: [(&str, &str); 2] = [("random_page_cost", "1.1"), ("jit", "off")];
/// How long SQLite waits for another process (a backup) to let go of the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a connection that reads stays open: with a new one it reads SQLite's statistics anew.
pub(crate) const READER_LIFETIME: Duration = Duration::from_secs(60 * 60);
/// Rows that SQLite's thread may be ahead of the task that asked for them. The largest answer, an open board, has some 600.
const ROW_BUFFER: usize = 1_000;

/// Instructions of SQLite's virtual machine that are counted at once.
const STEPS_COUNTED: u16 = 100;

/// Which database, and how many connections to it.
#[derive(Clone)]
pub struct DbConfig {
    /// `sqlite://PATH?mode=rwc` or `postgres://…`.
    pub url: String,
    /// Connections that read at once, and two to spare. Beside them SQLite has one that writes, PostgreSQL half as many, and one
    /// that listens for change notifications.
    pub max_connections: u32,
    /// Of these, connections that stay open while nobody needs them. To sign in to PostgreSQL takes 4,096 rounds of hashing,
    /// which sqlx 0.9.0 interrupts 819 times for other tasks: under load that took longer than a request waits.
    pub min_connections: u32,
    /// Counts the instructions that SQLite's virtual machine executes for reading statements: the work of a page, whatever the machine
    /// is busy with.
    pub sqlite_steps: Option<Arc<AtomicU64>>,
}

impl DbConfig {
    /// A database with as many connections as usually serve best: more than a few readers only fight over the cores.
    pub fn new(url: impl Into<String>) -> Self {
        let url = url.into();
        let cores = std::thread::available_parallelism().map_or(2, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX));
        let max_connections = if is_postgres(&url) { (cores * 4).clamp(8, 32) } else { cores.clamp(2, 8) };
        Self { url, max_connections, min_connections: max_connections, sqlite_steps: None }
    }
}

impl fmt::Debug for DbConfig {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DbConfig").field("max_connections", &self.max_connections).finish_non_exhaustive()
    }
}

/// Why the database can't be used. For whoever starts the server, never for a visitor.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither of the two.
    #[error("DATABASE_URL must start with sqlite:// or postgres://")]
    UnknownDatabase,
    /// This SQLite may lose data.
    #[error("SQLite {found} is too old: at least {}.{}.{} is needed", SQLITE_AT_LEAST.0, SQLITE_AT_LEAST.1, SQLITE_AT_LEAST.2)]
    OldSqlite {
        /// Its version.
        found: String,
    },
    /// The database doesn't answer, or refuses.
    #[error("the database can't be opened: {0}")]
    Connect(String),
    /// The schema can't be brought up to date.
    #[error("the schema can't be brought up to date: {0}")]
    Migrate(String),
}

/// Opens the pool that writes and the pool that reads.
pub(crate) async fn open(config: &DbConfig) -> Result<(DatabaseConnection, DatabaseConnection), OpenError> {
    let refused = |error: DbErr| OpenError::Connect(error.to_string());
    if is_postgres(&config.url) {
        let writer = open_pool(postgres_options(config, Access::Write)).await.map_err(refused)?;
        Ok((writer, open_pool(postgres_options(config, Access::Read)).await.map_err(refused)?))
    } else if config.url.starts_with("sqlite:") {
        // The writer first: it makes the file and sets its journal mode.
        let writer = open_pool(sqlite_options(config, Access::Write, BUSY_TIMEOUT)).await.map_err(refused)?;
        check_sqlite_version(&writer).await?;
        Ok((writer, open_pool(sqlite_options(config, Access::Read, BUSY_TIMEOUT)).await.map_err(refused)?))
    } else {
        Err(OpenError::UnknownDatabase)
    }
}

/// Opens a pool. The attempt is repeated where waiting helps:
/// - SQLite does not wait for another process that changes the journal mode of a new file at the same moment, whatever the
///   busy timeout.
/// - PostgreSQL may be starting too, or the machine be so busy that a sign-in takes longer than a request waits.
pub(crate) async fn open_pool(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let started = Instant::now();
    loop {
        match Database::connect(options.clone()).await {
            Err(error) if is_worth_waiting(&error) && started.elapsed() < OPEN_TIMEOUT => tokio::time::sleep(OPEN_RETRY).await,
            opened => return opened,
        }
    }
}

fn is_worth_waiting(error: &DbErr) -> bool {
    matches!(driver(error), Some(sqlx::Error::PoolTimedOut)) || database_fault(error) == Some(DatabaseFault::Locked)
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// What a pool is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

fn common_options(config: &DbConfig, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(&config.url);
    options
        .max_connections(connections)
        .min_connections(config.min_connections.clamp(1, connections))
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    options
}

pub(crate) fn sqlite_options(config: &DbConfig, access: Access, busy_timeout: Duration) -> ConnectOptions {
    let mut options =
        common_options(config, if access == Access::Read { config.max_connections + read_pool::EXTRA_CONNECTIONS } else { 1 });
    // A connection to a file doesn't go stale, but for its copy of the statistics.
    let lifetime = (access == Access::Read).then_some(READER_LIFETIME);
    options.test_before_acquire(false).idle_timeout(None).max_lifetime(lifetime);
    options.map_sqlx_sqlite_opts(move |options| {
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            // A commit is on the disk before it is acknowledged.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(busy_timeout)
            // A board's rows wait here for the task that reads them: with less room the two wait for each other, row by row.
            .row_buffer_size(ROW_BUFFER);
        match access {
            Access::Read => options.pragma("query_only", "ON"),
            // What is deleted or overwritten is zeros in the file: see [`super::erased_content`].
            Access::Write => options.pragma("secure_delete", "ON"),
        }
    });
    if let (Access::Read, Some(steps)) = (access, &config.sqlite_steps) {
        count_steps(&mut options, steps);
    }
    options
}

/// Has each connection add to `steps`.
fn count_steps(options: &mut ConnectOptions, steps: &Arc<AtomicU64>) {
    let steps = Arc::clone(steps);
    options.map_sqlx_sqlite_pool_opts(move |pool| {
        let steps = Arc::clone(&steps);
        pool.after_connect(move |connection, _| {
            let steps = Arc::clone(&steps);
            Box::pin(async move {
                let count = move || {
                    steps.fetch_add(STEPS_COUNTED.into(), Ordering::Relaxed);
                    true
                };
                connection.lock_handle().await?.set_progress_handler(STEPS_COUNTED.into(), count);
                Ok(())
            })
        })
    });
}

pub(crate) fn postgres_options(config: &DbConfig, access: Access) -> ConnectOptions {
    let connections = config.max_connections;
    let mut options =
        common_options(config, if access == Access::Read { connections + read_pool::EXTRA_CONNECTIONS } else { connections.div_ceil(2) });
    options.statement_timeout(STATEMENT_TIMEOUT).set_application_name("minicrm");
    // Asking "are you there?" before every query would double the round trips; after a pause it is worth it.
    options.test_before_acquire_if_idle_for(read_pool::PING_AFTER_IDLE);
    if access == Access::Read {
        options.map_sqlx_postgres_opts(|options| options.options(PLANNER).options([("default_transaction_read_only", "on")]));
        return options;
    }
    // PostgreSQL only warns about a BEGIN inside a transaction, so [`crate::database::transaction`] can't tell as it can on SQLite. A
    // connection that somehow came back inside one is rolled back on release; where there is nothing to roll back PostgreSQL
    // warns, which `client_min_messages` keeps out of the log. The round trip is not part of any request. Readers never begin.
    options.map_sqlx_postgres_opts(|options| options.options(PLANNER).options([("client_min_messages", "error")]));
    options.map_sqlx_postgres_pool_opts(|pool| {
        pool.after_release(|connection, _| {
            Box::pin(async move {
                connection.execute("ROLLBACK").await?;
                Ok(true)
            })
        })
    });
    options
}

#[derive(FromQueryResult)]
struct Version {
    version: String,
}

async fn check_sqlite_version(connection: &DatabaseConnection) -> Result<(), OpenError> {
    let refused = |error: DbErr| OpenError::Connect(error.to_string());
    let ask = Statement::from_string(DbBackend::Sqlite, "SELECT sqlite_version() AS version");
    let found = Version::find_by_statement(ask).one(connection).await.map_err(refused)?.map_or_else(String::new, |row| row.version);
    let mut numbers = found.split('.').map(|number| number.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    if (next(), next(), next()) < SQLITE_AT_LEAST { Err(OpenError::OldSqlite { found }) } else { Ok(()) }
}

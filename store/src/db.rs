//! Opening the database: pools with the settings each of the two needs, and the schema.

use crate::{
    database_fault::{DatabaseFault, database_fault, driver},
    feed::Feed,
    passwords::Passwords,
    reader::{self, Reader},
    remembered::Memory,
    secret_keys::{self, SecretKeys},
    transaction::WritePool,
    write_status::WriteStatus,
};
use domain::{
    clock::Clock,
    ids::{WorkspaceId, new_uuid},
    random::Random,
};
use migration::{IntoSchemaManagerConnection, Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, FromQueryResult, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
    prelude::{DateTimeUtc, Uuid},
    sqlx::{
        self, Executor,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use std::{
    fmt,
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

/// The first SQLite without the WAL-reset bug, which can lose committed pages.
const SQLITE_AT_LEAST: (u32, u32, u32) = (3, 51, 3);
/// How long a process waits for another one that migrates the same SQLite file.
const MIGRATION_TIMEOUT: Duration = Duration::from_secs(600);
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
/// Rows that SQLite's thread may be ahead of the task that asked for them. The largest answer, an open board, has some 600.
const ROW_BUFFER: usize = 1_000;
/// Any number, the same in every process: who migrates holds this advisory lock.
const MIGRATION_LOCK: i64 = 0x4d49_4e49_4352_4d01;

/// Which database, and how many connections to it.
#[derive(Clone)]
pub struct DbConfig {
    /// `sqlite://PATH?mode=rwc` or `postgres://…`.
    pub url: String,
    /// Connections that read at once, and two to spare. Beside them SQLite has one that writes, PostgreSQL half as many, and one
    /// that listens for news.
    pub max_connections: u32,
    /// Of these, connections that stay open while nobody needs them. To sign in to PostgreSQL takes 4,096 rounds of hashing,
    /// which sqlx 0.9.0 interrupts 819 times for other tasks: under load that took longer than a request waits.
    pub min_connections: u32,
}

impl DbConfig {
    /// A database with as many connections as usually serve best: more than a few readers only fight over the cores.
    pub fn new(url: impl Into<String>) -> Self {
        let url = url.into();
        let cores = std::thread::available_parallelism().map_or(2, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX));
        let max_connections = if is_postgres(&url) { (cores * 4).clamp(8, 32) } else { cores.clamp(2, 8) };
        Self { url, max_connections, min_connections: max_connections }
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

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) shared: Arc<Shared>,
    /// A workspace and its newest change when the request came, if it only reads: see [`Store::knowing`].
    pub(crate) known: Option<(WorkspaceId, i64)>,
    pub(crate) address: Option<IpAddr>,
    /// The form that what is made comes from: see [`Store::once`].
    pub(crate) form: Option<Arc<[u8]>>,
}

/// What all clones of a store have in common.
pub(crate) struct Shared {
    reader: Reader,
    writer: WritePool,
    pub write_status: Arc<WriteStatus>,
    config: DbConfig,
    clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub passwords: Passwords,
    pub secret_keys: SecretKeys,
    pub memory: Memory,
    pub feed: Feed,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("backend", &self.backend()).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database. Changes nothing in it: see [`Store::migrate`].
    pub async fn connect(config: DbConfig, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, OpenError> {
        let refused = |error: DbErr| OpenError::Connect(error.to_string());
        let (writer, reader) = if is_postgres(&config.url) {
            let writer = open_pool(postgres_options(&config, Access::Write)).await.map_err(refused)?;
            (writer, open_pool(postgres_options(&config, Access::Read)).await.map_err(refused)?)
        } else if config.url.starts_with("sqlite:") {
            // The writer first: it makes the file and sets its journal mode.
            let writer = open_pool(sqlite_options(&config, Access::Write, BUSY_TIMEOUT)).await.map_err(refused)?;
            check_sqlite_version(&writer).await?;
            (writer, open_pool(sqlite_options(&config, Access::Read, BUSY_TIMEOUT)).await.map_err(refused)?)
        } else {
            return Err(OpenError::UnknownDatabase);
        };
        let reader = Reader::new(reader, config.max_connections);
        let passwords = Passwords::new(random.clone());
        let (memory, feed) = (Memory::default(), Feed::default());
        let write_status = Arc::<WriteStatus>::default();
        let writer = WritePool::new(writer, Arc::clone(&write_status));
        let secret_keys = SecretKeys::default();
        let shared = Shared { reader, writer, write_status, config, clock, random, passwords, secret_keys, memory, feed };
        Ok(Self { shared: Arc::new(shared), known: None, address: None, form: None })
    }

    /// The same store on behalf of a request from this address: the audit log notes it.
    #[must_use]
    pub fn from_address(&self, address: IpAddr) -> Self {
        Self { address: Some(address), ..self.clone() }
    }

    /// The same store for a request that only reads, of somebody whose workspace's newest change was `seq` as it came
    /// ([`SignedIn::seq`](crate::SignedIn::seq)): what was read at that change, or after it, isn't read again.
    #[must_use]
    pub fn knowing(&self, workspace: WorkspaceId, seq: i64) -> Self {
        Self { known: Some((workspace, seq)), ..self.clone() }
    }

    /// Brings the schema up to date, and makes the install's secret key if there is none. Of several processes at once, one
    /// does it and the others wait.
    pub async fn migrate(&self) -> Result<(), OpenError> {
        self.change_schema().await.map_err(|error| OpenError::Migrate(error.to_string()))
    }

    /// On a connection of its own, which is closed afterwards: an index over a large table takes longer than a page may.
    async fn change_schema(&self) -> Result<(), DbErr> {
        let config = &self.shared.config;
        if self.backend() == DbBackend::Postgres {
            let mut options = postgres_options(config, Access::Write);
            options.max_connections(1).statement_timeout(Duration::ZERO);
            let connection = open_pool(options).await?;
            // The lock ends with the connection.
            connection.execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await?;
            let migrated = self.run_migrations(&connection).await;
            connection.close().await?;
            return migrated;
        }
        // All steps in one transaction, begun with the write lock: another process waits for it and then finds them done,
        // and a step that fails leaves the schema as it was.
        let connection = open_pool(sqlite_options(config, Access::Write, MIGRATION_TIMEOUT)).await?;
        let mode = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
        let transaction = connection.begin_with_options(mode).await?;
        let migrated = match self.run_migrations(&transaction).await {
            Ok(()) => transaction.commit().await,
            Err(error) => {
                // Closing waits for the transaction's connection.
                drop(transaction);
                Err(error)
            }
        };
        connection.close().await?;
        migrated
    }

    async fn run_migrations<'c, C>(&self, connection: &'c C) -> Result<(), DbErr>
    where
        C: ConnectionTrait,
        &'c C: IntoSchemaManagerConnection<'c>,
    {
        Migrator::up(connection, None).await?;
        secret_keys::insert_first(connection, &self.new_secret_key(), self.new_id(), self.now()).await
    }

    /// Whether the database answers and its schema is this program's.
    pub async fn is_ready(&self) -> bool {
        let asked = async {
            // As pages are read, and past them.
            self.read().query_one_raw(Statement::from_string(self.backend(), "SELECT 1")).await?;
            Migrator::get_pending_migrations_read_only(self.shared.reader.pool()).await
        };
        match asked.await {
            Ok(pending) => pending.is_empty(),
            Err(error) => {
                tracing::warn!(%error, "not ready");
                false
            }
        }
    }

    /// Closes every connection; what SQLite has in its journal goes into the file.
    pub async fn close(&self) {
        for closed in [self.shared.reader.close().await, self.shared.writer.close().await] {
            if let Err(error) = closed {
                tracing::warn!(%error, "a pool did not close");
            }
        }
    }

    /// Which of the two databases this is.
    pub(crate) fn backend(&self) -> DbBackend {
        self.shared.reader.get_database_backend()
    }

    /// The address it was opened at.
    pub(crate) fn url(&self) -> &str {
        &self.shared.config.url
    }

    /// Where to read from. Its connections refuse to write.
    pub(crate) fn read(&self) -> &Reader {
        &self.shared.reader
    }

    /// The pool to write to; for [`crate::write`] alone.
    pub(crate) fn write_pool(&self) -> &WritePool {
        &self.shared.writer
    }

    /// The source of randomness.
    pub(crate) fn random(&self) -> &dyn Random {
        &*self.shared.random
    }

    /// Now, in UTC, to the millisecond.
    pub(crate) fn now(&self) -> DateTimeUtc {
        self.shared.clock.now()
    }

    /// A fresh id.
    pub(crate) fn new_id(&self) -> Uuid {
        new_uuid(&*self.shared.clock, &*self.shared.random)
    }
}

/// Opens a pool. The attempt is repeated where waiting helps:
/// - SQLite does not wait for another process that changes the journal mode of a new file at the same moment, whatever the
///   busy timeout.
/// - PostgreSQL may be starting too, or the machine be so busy that a sign-in takes longer than a request waits.
async fn open_pool(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
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
enum Access {
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

fn sqlite_options(config: &DbConfig, access: Access, busy_timeout: Duration) -> ConnectOptions {
    let mut options = common_options(config, if access == Access::Read { config.max_connections + reader::SPARE } else { 1 });
    // A connection to a file doesn't go stale.
    options.test_before_acquire(false).idle_timeout(None).max_lifetime(None);
    options.map_sqlx_sqlite_opts(move |options| {
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            // A commit is on the disk before it is acknowledged.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(busy_timeout)
            // A board's rows wait here for the task that reads them: with less room the two wait for each other, row by row.
            .row_buffer_size(ROW_BUFFER);
        if access == Access::Read { options.pragma("query_only", "ON") } else { options }
    });
    options
}

fn postgres_options(config: &DbConfig, access: Access) -> ConnectOptions {
    let connections = config.max_connections;
    let mut options = common_options(config, if access == Access::Read { connections + reader::SPARE } else { connections.div_ceil(2) });
    options.statement_timeout(STATEMENT_TIMEOUT).set_application_name("minicrm");
    // Asking "are you there?" before every query would double the round trips; after a pause it is worth it.
    options.test_before_acquire_if_idle_for(reader::RESTED);
    if access == Access::Read {
        options.map_sqlx_postgres_opts(|options| options.options(PLANNER).options([("default_transaction_read_only", "on")]));
        return options;
    }
    // PostgreSQL only warns about a BEGIN inside a transaction, so [`crate::transaction`] can't tell as it can on SQLite. A
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

//! Pool of connections that read.
//!
//! A pool of sqlx pings each connection when it is released, which is one more round trip for every query: half the cost of a small
//! one. So a connection whose query succeeded stays here, idle, for the next query. A connection that failed, was dropped in the
//! middle of a query, or reached [`MAX_IDLE_OR_AGE`] goes back to sqlx's pool, which pings or closes it.
//!
//! Like those of sqlx's pool, these connections must be dropped inside a Tokio runtime.

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
    sea_query::Values,
    sqlx::{self, AssertSqlSafe, Connection, Database, Executor, IntoArguments, Pool, Postgres, Sqlite, pool::PoolConnection},
};
use sea_query_sqlx::SqlxValues;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

/// Connections that sqlx's pool may open beside those held here: for other statements, and while one is pinged.
pub(crate) const EXTRA_CONNECTIONS: u32 = 2;
/// A connection that was idle for longer is pinged before use.
pub(crate) const PING_AFTER_IDLE: Duration = Duration::from_secs(5);
/// Timeout of that ping.
const PING_TIMEOUT: Duration = Duration::from_secs(1);
/// A connection that was idle or held for longer goes back to sqlx's pool, which by default closes one that was unused for ten
/// minutes or is older than half an hour.
const MAX_IDLE_OR_AGE: Duration = Duration::from_secs(10 * 60);

/// sqlx's pool, and the connections held between queries. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct ReadPool {
    pool: DatabaseConnection,
    backend: BackendPool,
}

#[derive(Clone, Debug)]
enum BackendPool {
    Sqlite(Arc<IdleConnections<Sqlite>>),
    Postgres(Arc<IdleConnections<Postgres>>),
}

impl ReadPool {
    /// Holds at most `connections` of `pool`, which may open [`EXTRA_CONNECTIONS`] more.
    pub fn new(pool: DatabaseConnection, connections: u32) -> Self {
        let backend = match pool.get_database_backend() {
            DbBackend::Sqlite => BackendPool::Sqlite(Arc::new(IdleConnections::new(pool.get_sqlite_connection_pool(), connections))),
            _ => BackendPool::Postgres(Arc::new(IdleConnections::new(pool.get_postgres_connection_pool(), connections))),
        };
        Self { pool, backend }
    }

    /// sqlx's pool.
    pub fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// Closes every connection, one in use as soon as its query ends.
    pub async fn close(&self) -> Result<(), DbErr> {
        match &self.backend {
            BackendPool::Sqlite(connections) => connections.close(),
            BackendPool::Postgres(connections) => connections.close(),
        }
        self.pool.close_by_ref().await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for ReadPool {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.backend {
            BackendPool::Sqlite(connections) => connections.fetch_all(statement).await,
            BackendPool::Postgres(connections) => connections.fetch_all(statement).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.pool.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.pool.execute_unprepared(sql).await
    }
}

/// The held connections of one backend.
#[derive(Debug)]
struct IdleConnections<DB: Database> {
    pool: Pool<DB>,
    /// One permit for each query that may run at once.
    permits: Semaphore,
    /// Idle connections, reused last-in first-out so that surplus ones reach the idle timeout.
    idle: Mutex<Vec<PooledConnection<DB>>>,
}

/// A held connection.
#[derive(Debug)]
struct PooledConnection<DB: Database> {
    connection: PoolConnection<DB>,
    /// When it was acquired from sqlx's pool.
    acquired_at: Instant,
    /// When its last query ended.
    idle_since: Instant,
}

impl<DB: Database> IdleConnections<DB> {
    fn new(pool: &Pool<DB>, connections: u32) -> Self {
        Self { pool: pool.clone(), permits: Semaphore::new(connections as usize), idle: Mutex::default() }
    }

    async fn fetch_all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr>
    where
        for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
        SqlxValues: IntoArguments<DB>,
        QueryResult: From<DB::Row>,
    {
        let (_permit, mut pooled) = self.acquire().await?;
        // The text is ours: see `Sql`, and SeaORM's own statements.
        let values = SqlxValues(statement.values.unwrap_or(Values(vec![])));
        let rows = sqlx::query_with(AssertSqlSafe(statement.sql), values).fetch_all(&mut *pooled.connection).await.map_err(|error| {
            if is_connection_error(&error) {
                // The others may be broken too: sqlx's pool pings each.
                self.idle().clear();
            }
            DbErr::Query(RuntimeErr::SqlxError(error.into()))
        })?;
        self.release(pooled);
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    /// A permit and a working connection.
    ///
    /// # Errors
    /// `ConnectionAcquire` if there is none within the acquire timeout of sqlx's pool.
    async fn acquire(&self) -> Result<(SemaphorePermit<'_>, PooledConnection<DB>), DbErr> {
        let acquired = async {
            let permit = self.permits.acquire().await.map_err(|_| sqlx::Error::PoolClosed)?;
            Ok((permit, self.pop_idle_or_connect().await?))
        };
        timeout(self.pool.options().get_acquire_timeout(), acquired).await.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(not_connected)
    }

    async fn pop_idle_or_connect(&self) -> Result<PooledConnection<DB>, sqlx::Error> {
        let idle = self.idle().pop();
        if let Some(mut pooled) = idle {
            if pooled.idle_since.elapsed() < PING_AFTER_IDLE || matches!(timeout(PING_TIMEOUT, pooled.connection.ping()).await, Ok(Ok(())))
            {
                return Ok(pooled);
            }
            // sqlx's pool would ping it once more, without a timeout.
            pooled.connection.close_on_drop();
        }
        let now = Instant::now();
        Ok(PooledConnection { connection: self.pool.acquire().await?, acquired_at: now, idle_since: now })
    }

    fn release(&self, mut pooled: PooledConnection<DB>) {
        pooled.idle_since = Instant::now();
        let mut idle = self.idle();
        if idle.first().is_some_and(|longest| longest.idle_since.elapsed() > MAX_IDLE_OR_AGE) {
            idle.remove(0);
        }
        // `close` takes the lock after it has closed the semaphore, so no connection is left here.
        if pooled.acquired_at.elapsed() < MAX_IDLE_OR_AGE && !self.permits.is_closed() {
            idle.push(pooled);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<PooledConnection<DB>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        self.permits.close();
        self.idle().clear();
    }
}

/// Whether the connection failed, not the statement.
fn is_connection_error(error: &sqlx::Error) -> bool {
    match error {
        // PostgreSQL: connection exception, operator intervention (57014 is a statement that took too long).
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("08") || code.starts_with("57P")),
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

pub(crate) fn not_connected(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        other => DbErr::Conn(RuntimeErr::SqlxError(other.into())),
    }
}

#[cfg(test)]
mod tests;

//! The connections that read, kept in hand between queries.
//!
//! A pool of sqlx asks each connection whether it is still there whenever it comes back, which is one round trip more for
//! every query: half of what a small query costs. So a connection whose query ended well stays here for the next one, and only
//! one that failed, was given up in the middle of a query, or has been here for long goes back to the pool, which looks after it.
//!
//! Like a pool's own, these connections must be let go inside a Tokio runtime.

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

/// Connections that the pool may open beside those kept here: for what goes past them, and while one is looked after.
pub(crate) const SPARE: u32 = 2;
/// A connection that rested for so long is asked whether it is still there.
pub(crate) const RESTED: Duration = Duration::from_secs(5);
/// How long it may take to say so.
const ANSWERS_IN: Duration = Duration::from_secs(1);
/// A connection that rested for so long, or was here for so long, goes back to the pool: by default that closes what nobody used
/// for ten minutes, and what is older than half an hour.
const KEPT_FOR: Duration = Duration::from_secs(10 * 60);

/// The pool to read from, and its connections in hand. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    pool: DatabaseConnection,
    hand: Hand,
}

#[derive(Clone, Debug)]
enum Hand {
    Sqlite(Arc<Kept<Sqlite>>),
    Postgres(Arc<Kept<Postgres>>),
}

impl Reader {
    /// At most `connections` of the pool, which may open [`SPARE`] more.
    pub fn new(pool: DatabaseConnection, connections: u32) -> Self {
        let hand = match pool.get_database_backend() {
            DbBackend::Sqlite => Hand::Sqlite(Arc::new(Kept::new(pool.get_sqlite_connection_pool(), connections))),
            _ => Hand::Postgres(Arc::new(Kept::new(pool.get_postgres_connection_pool(), connections))),
        };
        Self { pool, hand }
    }

    /// The pool itself.
    pub fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// Closes every connection, one in use as soon as its query ends.
    pub async fn close(&self) -> Result<(), DbErr> {
        match &self.hand {
            Hand::Sqlite(kept) => kept.close(),
            Hand::Postgres(kept) => kept.close(),
        }
        self.pool.close_by_ref().await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.hand {
            Hand::Sqlite(kept) => kept.rows(statement).await,
            Hand::Postgres(kept) => kept.rows(statement).await,
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

/// Connections of one pool.
#[derive(Debug)]
struct Kept<DB: Database> {
    pool: Pool<DB>,
    /// One for each query that may run at once.
    places: Semaphore,
    /// Those at rest: the last one in is the next one out, so that few stay warm.
    resting: Mutex<Vec<Held<DB>>>,
}

/// A connection in hand.
#[derive(Debug)]
struct Held<DB: Database> {
    connection: PoolConnection<DB>,
    /// When it came from the pool.
    taken: Instant,
    /// When its last query ended.
    rests_since: Instant,
}

impl<DB: Database> Kept<DB> {
    fn new(pool: &Pool<DB>, connections: u32) -> Self {
        Self { pool: pool.clone(), places: Semaphore::new(connections as usize), resting: Mutex::default() }
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr>
    where
        for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
        SqlxValues: IntoArguments<DB>,
        QueryResult: From<DB::Row>,
    {
        let (_place, mut held) = self.ready().await?;
        // The text is ours: see `Sql`, and SeaORM's own statements.
        let values = SqlxValues(statement.values.unwrap_or(Values(vec![])));
        let rows = sqlx::query_with(AssertSqlSafe(statement.sql), values).fetch_all(&mut *held.connection).await.map_err(|error| {
            if is_cut(&error) {
                // What cut this one may have cut the others: the pool asks each.
                self.resting().clear();
            }
            DbErr::Query(RuntimeErr::SqlxError(error.into()))
        })?;
        self.keep(held);
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    /// A place among those who read, and a connection that answers: as soon as the pool would have one, or not at all.
    async fn ready(&self) -> Result<(SemaphorePermit<'_>, Held<DB>), DbErr> {
        let ready = async {
            let place = self.places.acquire().await.map_err(|_| sqlx::Error::PoolClosed)?;
            Ok((place, self.take().await?))
        };
        timeout(self.pool.options().get_acquire_timeout(), ready).await.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(not_connected)
    }

    async fn take(&self) -> Result<Held<DB>, sqlx::Error> {
        let rested = self.resting().pop();
        if let Some(mut held) = rested {
            if held.rests_since.elapsed() < RESTED || matches!(timeout(ANSWERS_IN, held.connection.ping()).await, Ok(Ok(()))) {
                return Ok(held);
            }
            // The pool would ask it once more, for as long as it takes.
            held.connection.close_on_drop();
        }
        let now = Instant::now();
        Ok(Held { connection: self.pool.acquire().await?, taken: now, rests_since: now })
    }

    fn keep(&self, mut held: Held<DB>) {
        held.rests_since = Instant::now();
        let mut resting = self.resting();
        if resting.first().is_some_and(|longest| longest.rests_since.elapsed() > KEPT_FOR) {
            resting.remove(0);
        }
        // Closing takes the lock after it has closed the places, so none is left behind here.
        if held.taken.elapsed() < KEPT_FOR && !self.places.is_closed() {
            resting.push(held);
        }
    }

    fn resting(&self) -> MutexGuard<'_, Vec<Held<DB>>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        self.places.close();
        self.resting().clear();
    }
}

/// Whether it is the connection that failed, and not the statement.
fn is_cut(error: &sqlx::Error) -> bool {
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

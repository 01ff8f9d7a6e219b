//! Database transactions, on connections that are never reused in an unknown state.
//!
//! - SQLite rolls a transaction back by itself when a statement fails with FULL, IOERR, NOMEM, INTERRUPT or, in some cases,
//!   BUSY (sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction"). Statements that follow are then
//!   committed one by one, and sqlx 0.9.0, which counts transactions by itself, opens savepoints from then on: their
//!   releases succeed and nothing reaches the disk.
//! - PostgreSQL answers the COMMIT of a failed transaction with a ROLLBACK that is not an error.
//! - A `begin` or `commit` that is cancelled (client gone, timeout) leaves the connection inside a transaction.
//!
//! So this type sends BEGIN, COMMIT and ROLLBACK itself and asks the database whether they worked. After any failed
//! statement it accepts no other one, on both databases. Its connection goes back to the pool only after the database
//! confirmed the end of the transaction; otherwise it is closed, which rolls back.

use crate::database::{
    fault::{DatabaseFault, database_fault},
    read_pool::not_connected,
    write_status::WriteStatus,
};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
    sea_query::Values,
    sqlx::{self, AssertSqlSafe, Database, Executor, IntoArguments, Pool, Postgres, Sqlite, pool::PoolConnection},
};
use sea_query_sqlx::SqlxValues;
use std::sync::Arc;
use tokio::sync::{Mutex, Notify};

/// Takes SQLite's write lock at once: a transaction that reads first and asks for the lock later fails if another wrote in
/// between. Fails inside a transaction.
const SQLITE_BEGIN: &str = "BEGIN IMMEDIATE";
/// Fails if no transaction is open.
const SQLITE_COMMIT: &str = "COMMIT";
const POSTGRES_BEGIN: &str = "BEGIN";
/// PostgreSQL only warns about a COMMIT outside a transaction and rolls back a failed one without an error. A SAVEPOINT is
/// an error in both states, and the COMMIT behind it in the same message is then not executed.
const POSTGRES_COMMIT: &str = "SAVEPOINT before_commit; COMMIT";
/// Fails on SQLite if no transaction is open.
const ROLLBACK: &str = "ROLLBACK";

/// The pool of connections that write, and whether they succeed. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct WritePool {
    pool: DatabaseConnection,
    status: Arc<WriteStatus>,
}

impl WritePool {
    pub fn new(pool: DatabaseConnection, status: Arc<WriteStatus>) -> Self {
        Self { pool, status }
    }

    /// Begins a transaction; on SQLite with the write lock taken.
    ///
    /// # Errors
    /// No connection within the pool's acquire timeout, the write lock held elsewhere for longer than the busy timeout, or
    /// a connection that turns out to be inside a transaction already, which is then closed.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        Ok(match self.pool.get_database_backend() {
            DbBackend::Sqlite => Transaction::Sqlite(open(self.pool.get_sqlite_connection_pool(), &self.status, SQLITE_BEGIN).await?),
            _ => Transaction::Postgres(open(self.pool.get_postgres_connection_pool(), &self.status, POSTGRES_BEGIN).await?),
        })
    }

    /// Closes every connection, one in use as soon as its transaction ends.
    pub async fn close(&self) -> Result<(), DbErr> {
        self.pool.close_by_ref().await
    }

    /// The pool itself, to test its settings and to bring connections into states that this module never leaves them in.
    #[cfg(test)]
    pub fn raw(&self) -> &DatabaseConnection {
        &self.pool
    }
}

/// An open transaction. Dropped without [`Transaction::commit`] or [`Transaction::rollback`] it is rolled back, by closing
/// its connection.
#[derive(Debug)]
pub(crate) enum Transaction {
    Sqlite(Mutex<TxConnection<Sqlite>>),
    Postgres(Mutex<TxConnection<Postgres>>),
}

impl Transaction {
    /// Commits.
    ///
    /// # Errors
    /// A statement failed before, or the database does not confirm the commit. Nothing of the transaction may then be
    /// acknowledged. If the connection broke in the middle of the COMMIT, the database may have carried it out all the same.
    pub async fn commit(self) -> Result<(), DbErr> {
        match self {
            Self::Sqlite(connection) => connection.into_inner().end(SQLITE_COMMIT).await,
            Self::Postgres(connection) => connection.into_inner().end(POSTGRES_COMMIT).await,
        }
    }

    /// Wakes a waiter once the commit is confirmed.
    pub async fn notify_on_commit(&self, notify: &Arc<Notify>) {
        match self {
            Self::Sqlite(connection) => connection.lock().await.on_commit = Some(Arc::clone(notify)),
            Self::Postgres(connection) => connection.lock().await.on_commit = Some(Arc::clone(notify)),
        }
    }

    /// Rolls back.
    ///
    /// # Errors
    /// The database had ended the transaction already, or does not answer: the connection is closed, which has the same
    /// effect.
    pub async fn rollback(self) -> Result<(), DbErr> {
        match self {
            Self::Sqlite(connection) => connection.into_inner().rollback().await,
            Self::Postgres(connection) => connection.into_inner().rollback().await,
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Sqlite(_) => DbBackend::Sqlite,
            Self::Postgres(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::Sqlite(connection) => connection.lock().await.execute(statement).await,
            Self::Postgres(connection) => connection.lock().await.execute(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Sqlite(connection) => connection.lock().await.execute_unprepared(sql).await,
            Self::Postgres(connection) => connection.lock().await.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Sqlite(connection) => connection.lock().await.fetch_all(statement).await,
            Self::Postgres(connection) => connection.lock().await.fetch_all(statement).await,
        }
    }
}

/// A connection and what is known of the transaction on it.
#[derive(Debug)]
pub(crate) struct TxConnection<DB: Database> {
    connection: PoolConnection<DB>,
    state: State,
    /// Whether the server at the other end refused to write: after a failover the next connection may reach another one.
    read_only: bool,
    status: Arc<WriteStatus>,
    on_commit: Option<Arc<Notify>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Every statement so far succeeded.
    Open,
    /// A statement failed or was cancelled: what the database did with the transaction is not known.
    Failed,
    /// The database confirmed the end, and takes writes.
    Ended,
}

impl<DB: Database> Drop for TxConnection<DB> {
    fn drop(&mut self) {
        if self.state != State::Ended {
            self.connection.close_on_drop();
        }
    }
}

async fn open<DB: Database>(pool: &Pool<DB>, status: &Arc<WriteStatus>, begin: &'static str) -> Result<Mutex<TxConnection<DB>>, DbErr>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    let record = |error: DbErr| {
        status.record_error(&error);
        error
    };
    let connection = pool.acquire().await.map_err(not_connected).map_err(record)?;
    // Failed until BEGIN has succeeded, so that a cancelled or refused one closes the connection.
    let mut opened = TxConnection { connection, state: State::Failed, read_only: false, status: Arc::clone(status), on_commit: None };
    (&mut *opened.connection).execute(begin).await.map_err(exec_error).map_err(record)?;
    opened.state = State::Open;
    Ok(Mutex::new(opened))
}

impl<DB: Database> TxConnection<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    SqlxValues: IntoArguments<DB>,
    QueryResult: From<DB::Row>,
    ExecResult: From<DB::QueryResult>,
{
    async fn execute(&mut self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.start_statement()?;
        let done = sqlx::query_with(AssertSqlSafe(statement.sql), values(statement.values)).execute(&mut *self.connection).await;
        self.finish_statement(done.map_err(exec_error)).map(ExecResult::from)
    }

    async fn execute_unprepared(&mut self, sql: &str) -> Result<ExecResult, DbErr> {
        self.start_statement()?;
        let done = (&mut *self.connection).execute(AssertSqlSafe(sql)).await;
        self.finish_statement(done.map_err(exec_error)).map(ExecResult::from)
    }

    async fn fetch_all(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.start_statement()?;
        let rows = sqlx::query_with(AssertSqlSafe(statement.sql), values(statement.values)).fetch_all(&mut *self.connection).await;
        let rows = self.finish_statement(rows.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into()))))?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    /// Marks the transaction as failed for as long as a statement runs, so that a cancelled one leaves it so.
    fn start_statement(&mut self) -> Result<(), DbErr> {
        if self.state != State::Open {
            return Err(DbErr::Custom("a statement of this transaction failed before".to_owned()));
        }
        self.state = State::Failed;
        Ok(())
    }

    fn finish_statement<T>(&mut self, done: Result<T, DbErr>) -> Result<T, DbErr> {
        match &done {
            Ok(_) => self.state = State::Open,
            Err(error) => {
                self.read_only |= database_fault(error) == Some(DatabaseFault::ReadOnly);
                self.status.record_error(error);
            }
        }
        done
    }

    /// Ends a transaction in which every statement succeeded.
    async fn end(mut self, statement: &'static str) -> Result<(), DbErr> {
        self.start_statement()?;
        let done = (&mut *self.connection).execute(statement).await.map_err(exec_error);
        self.finish_statement(done)?;
        self.state = State::Ended;
        self.status.record_commit();
        if let Some(notify) = &self.on_commit {
            notify.notify_one();
        }
        Ok(())
    }

    async fn rollback(mut self) -> Result<(), DbErr> {
        self.state = State::Failed;
        (&mut *self.connection).execute(ROLLBACK).await.map_err(exec_error)?;
        if !self.read_only {
            self.state = State::Ended;
        }
        Ok(())
    }
}

/// The text is ours (`Sql`, or SeaORM's own statements), the values are bound.
fn values(values: Option<Values>) -> SqlxValues {
    SqlxValues(values.unwrap_or(Values(vec![])))
}

fn exec_error(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

#[cfg(test)]
mod tests;

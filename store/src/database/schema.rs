//! The schema, brought up to date at the start.

use crate::{
    Store,
    database::pools::{Access, open_pool, postgres_options, sqlite_options},
    secrets::secret_keys,
};
use migration::{IntoSchemaManagerConnection, Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use std::time::Duration;

/// How long a process waits for another one that migrates the same SQLite file.
const MIGRATION_TIMEOUT: Duration = Duration::from_secs(600);
/// Any number, the same in every process: who migrates holds this advisory lock.
const MIGRATION_LOCK: i64 = 0x4d49_4e49_4352_4d01;

impl Store {
    /// Brings the schema up to date, and makes the install's secret key if there is none. Of several processes at once, one
    /// does it and the others wait.
    ///
    /// On a connection of its own, which is closed afterwards: an index over a large table takes longer than a page may.
    pub(crate) async fn change_schema(&self) -> Result<(), DbErr> {
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
}

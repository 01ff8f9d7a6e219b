//! What helps to find a fault of an install: numbers and versions, no text that somebody wrote.

use crate::{
    DatabaseFault, Store, database::rows::to_u64, database::sql::sql, error::StoreError, users::platform_admins::authorize_platform_admin,
};
use domain::ids::UserId;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};

/// What the database says of itself and of the install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostics {
    /// Kind and version of the database.
    pub database: String,
    /// Size of the database in bytes.
    pub bytes: u64,
    /// The newest step of the schema.
    pub schema: String,
    /// Numbers by what is counted.
    pub counts: Vec<(&'static str, u64)>,
    /// Why the latest write of this process failed; `None` if it succeeded.
    pub write_fault: Option<DatabaseFault>,
    /// Whether the install sends mail.
    pub sends_mail: bool,
}

#[derive(FromQueryResult)]
struct About {
    version: String,
    bytes: i64,
    schema: String,
}

/// What is counted, and the statement's end.
const COUNTED: [(&str, &str); 15] = [
    ("workspaces", "count(*) AS count FROM workspaces WHERE ended_at IS NULL"),
    ("suspended workspaces", "count(*) AS count FROM workspaces WHERE ended_at IS NULL AND suspended_at IS NOT NULL"),
    ("ended workspaces", "count(*) AS count FROM workspaces WHERE ended_at IS NOT NULL"),
    ("users", "count(*) AS count FROM users WHERE deleted_at IS NULL"),
    ("disabled users", "count(*) AS count FROM users WHERE deleted_at IS NULL AND disabled_at IS NOT NULL"),
    ("platform admins", "count(*) AS count FROM users WHERE deleted_at IS NULL AND is_platform_admin"),
    ("sessions", "count(*) AS count FROM sessions"),
    ("companies", "CAST(COALESCE(sum(companies), 0) AS bigint) AS count FROM workspace_counters"),
    ("contacts", "CAST(COALESCE(sum(contacts), 0) AS bigint) AS count FROM workspace_counters"),
    ("deals", "CAST(COALESCE(sum(deals), 0) AS bigint) AS count FROM workspace_counters"),
    ("activities", "CAST(COALESCE(sum(activities), 0) AS bigint) AS count FROM workspace_counters"),
    ("tasks", "CAST(COALESCE(sum(tasks), 0) AS bigint) AS count FROM workspace_counters"),
    ("jobs to do", "count(*) AS count FROM jobs WHERE done_at IS NULL AND failed_at IS NULL"),
    ("jobs to do that failed before", "count(*) AS count FROM jobs WHERE done_at IS NULL AND failed_at IS NULL AND last_error IS NOT NULL"),
    ("jobs given up", "count(*) AS count FROM jobs WHERE failed_at IS NOT NULL"),
];

impl Store {
    /// Versions, sizes and counts.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin.
    pub async fn diagnostics(&self, admin: UserId) -> Result<Diagnostics, StoreError> {
        authorize_platform_admin(self.read(), admin).await?;
        let (kind, about) = match self.read().get_database_backend() {
            DbBackend::Postgres => (
                "PostgreSQL",
                "SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes,
                   COALESCE((SELECT max(version) FROM seaql_migrations), '') AS schema",
            ),
            _ => (
                "SQLite",
                "SELECT sqlite_version() AS version, (SELECT page_count FROM pragma_page_count()) * (SELECT page_size FROM pragma_page_size()) AS bytes,
                   COALESCE((SELECT max(version) FROM seaql_migrations), '') AS schema",
            ),
        };
        let About { version, bytes, schema } = sql(about, []).one(self.read()).await?.ok_or(StoreError::Internal)?;
        let mut counts = Vec::with_capacity(COUNTED.len());
        for (name, count) in COUNTED {
            counts.push((name, sql(&format!("SELECT {count}"), []).count(self.read()).await?));
        }
        Ok(Diagnostics {
            database: format!("{kind} {version}"),
            bytes: to_u64(bytes),
            schema,
            counts,
            write_fault: self.write_fault(),
            sends_mail: self.sends_mail(),
        })
    }
}

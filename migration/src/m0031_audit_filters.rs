//! Filters of the audit log are compared in its indexes: by person, kind of record and action, in the order of the log's page.
//!
//! An index by one of the three holds the other two. So entries that no combination of filters shows cost an index entry each, and no row.

use crate::table::{index, run};
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Columns of the indexes, after the workspace.
const FILTERS: [&[&str]; 3] = [
    &["actor_id", "at", "seq", "entity", "action"],
    &["entity", "at", "seq", "action", "actor_id"],
    &["action", "at", "seq", "entity", "actor_id"],
];

/// Share of the log that is appended before PostgreSQL vacuums it. It reads no index alone whose pages were not vacuumed since.
const VACUUM_SHARE: &str = "0.02";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX audit_log_by_actor_id_seq"]).await?;
        for columns in FILTERS {
            manager.create_index(index("audit_log", columns)).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            let set = format!(
                "ALTER TABLE audit_log SET (autovacuum_vacuum_insert_scale_factor = {VACUUM_SHARE}, autovacuum_analyze_scale_factor = {VACUUM_SHARE})"
            );
            run(manager, &[&set]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            let reset = "ALTER TABLE audit_log RESET (autovacuum_vacuum_insert_scale_factor, autovacuum_analyze_scale_factor)";
            run(manager, &[reset]).await?;
        }
        for columns in FILTERS {
            run(manager, &[&format!("DROP INDEX audit_log_by_{}", columns.join("_"))]).await?;
        }
        manager.create_index(index("audit_log", &["actor_id", "seq"])).await
    }
}

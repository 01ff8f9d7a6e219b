//! Users with several workspaces: which one was entered last, which have ended, and exactly one owner in each.
//!
//! The append-only log lets go of the rows of a workspace that ended 30 days ago, and of no others. The days are those of
//! `domain::workspaces::END_GRACE_DAYS`, counted by the database's own clock.

use crate::table::{run, timestamp_null};
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("workspaces").add_column(timestamp_null("ended_at")).take()).await?;
        manager.alter_table(Table::alter().table("workspaces").add_column(timestamp_null("deleting_since")).take()).await?;
        manager.alter_table(Table::alter().table("memberships").add_column(timestamp_null("last_entered_at")).take()).await?;
        manager.alter_table(Table::alter().table("users").add_column(timestamp_null("deleted_at")).take()).await?;
        let mut ended = Index::create();
        ended.name("workspaces_ended").table("workspaces").col("ended_at").and_where(Expr::col("ended_at").is_not_null());
        manager.create_index(ended.take()).await?;
        let mut one_owner = Index::create();
        one_owner.name("memberships_one_owner").table("memberships").col("workspace_id").unique();
        one_owner.and_where(Expr::col("role").eq("owner"));
        manager.create_index(one_owner.take()).await?;
        match manager.get_database_backend() {
            DbBackend::Postgres => run(manager, POSTGRES_UP).await,
            _ => run(manager, SQLITE_UP).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Postgres => run(manager, POSTGRES_DOWN).await?,
            _ => run(manager, SQLITE_DOWN).await?,
        }
        run(manager, &["DROP INDEX memberships_one_owner", "DROP INDEX workspaces_ended"]).await?;
        manager.alter_table(Table::alter().table("users").drop_column("deleted_at").take()).await?;
        manager.alter_table(Table::alter().table("memberships").drop_column("last_entered_at").take()).await?;
        manager.alter_table(Table::alter().table("workspaces").drop_column("deleting_since").take()).await?;
        manager.alter_table(Table::alter().table("workspaces").drop_column("ended_at").take()).await
    }
}

const POSTGRES_UP: &[&str] = &[
    "DROP TRIGGER audit_log_append_only ON audit_log",
    "CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR TRUNCATE ON audit_log
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
    "CREATE FUNCTION refuse_audit_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF EXISTS (SELECT 1 FROM workspaces WHERE id = OLD.workspace_id AND ended_at <= now() - interval '30 days') THEN
         RETURN OLD;
       END IF;
       RAISE EXCEPTION 'audit_log is append-only';
     END $$",
    "CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_audit_deletion()",
];

const POSTGRES_DOWN: &[&str] = &[
    "DROP TRIGGER audit_log_no_delete ON audit_log",
    "DROP FUNCTION refuse_audit_deletion()",
    "DROP TRIGGER audit_log_append_only ON audit_log",
    "CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
];

const SQLITE_UP: &[&str] = &[
    "DROP TRIGGER audit_log_no_delete",
    "CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
     WHEN NOT EXISTS (SELECT 1 FROM workspaces WHERE id = OLD.workspace_id AND datetime(ended_at) <= datetime('now', '-30 days'))
     BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
];

const SQLITE_DOWN: &[&str] = &[
    "DROP TRIGGER audit_log_no_delete",
    "CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
     BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
];

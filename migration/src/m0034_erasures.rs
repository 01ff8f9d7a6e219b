//! Entries of the audit log can be emptied, by an entry that says so (ADR 10).
//!
//! The hash of an entry written from now on covers a commitment to its values, with a salt. The append-only log lets one change through:
//! values that go or become shorter, together with the salt, where an earlier written entry `erase` is named. Whether that entry vouches
//! for what is left is for the verification to say.

use crate::table::run;
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, var_binary_null},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            // Random, for an entry with values; null once they are erased.
            var_binary_null("salt", 16),
            // SHA-256 of salt and values.
            var_binary_null("commitment", 32),
            // Number of the entry that erased the values.
            big_integer_null("erased_by"),
        ];
        for column in columns {
            manager.alter_table(Table::alter().table("audit_log").add_column(column).take()).await?;
        }
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
        for column in ["erased_by", "commitment", "salt"] {
            manager.alter_table(Table::alter().table("audit_log").drop_column(column).take()).await?;
        }
        Ok(())
    }
}

const POSTGRES_UP: &[&str] = &[
    "DROP TRIGGER audit_log_append_only ON audit_log",
    "CREATE TRIGGER audit_log_append_only BEFORE TRUNCATE ON audit_log
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
    "CREATE FUNCTION refuse_audit_update() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF (NEW.workspace_id, NEW.seq, NEW.actor_id, NEW.action, NEW.entity, NEW.entity_id, NEW.ip_address, NEW.at,
           NEW.previous_hash, NEW.hash, NEW.commitment)
         IS NOT DISTINCT FROM
          (OLD.workspace_id, OLD.seq, OLD.actor_id, OLD.action, OLD.entity, OLD.entity_id, OLD.ip_address, OLD.at,
           OLD.previous_hash, OLD.hash, OLD.commitment)
         AND OLD.action <> 'erase' AND NEW.salt IS NULL
         AND length(coalesce(NEW.before, '')) <= length(coalesce(OLD.before, ''))
         AND length(coalesce(NEW.after, '')) <= length(coalesce(OLD.after, ''))
         AND EXISTS (SELECT 1 FROM audit_log e
           WHERE e.workspace_id = OLD.workspace_id AND e.seq = NEW.erased_by AND e.seq > OLD.seq AND e.action = 'erase') THEN
         RETURN NEW;
       END IF;
       RAISE EXCEPTION 'audit_log is append-only';
     END $$",
    "CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_audit_update()",
];

const POSTGRES_DOWN: &[&str] = &[
    "DROP TRIGGER audit_log_no_update ON audit_log",
    "DROP FUNCTION refuse_audit_update()",
    "DROP TRIGGER audit_log_append_only ON audit_log",
    "CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR TRUNCATE ON audit_log
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
];

const SQLITE_UP: &[&str] = &[
    "DROP TRIGGER audit_log_no_update",
    "CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
     WHEN NOT (NEW.workspace_id IS OLD.workspace_id AND NEW.seq IS OLD.seq AND NEW.actor_id IS OLD.actor_id
       AND NEW.action IS OLD.action AND NEW.entity IS OLD.entity AND NEW.entity_id IS OLD.entity_id
       AND NEW.ip_address IS OLD.ip_address AND NEW.at IS OLD.at AND NEW.previous_hash IS OLD.previous_hash
       AND NEW.hash IS OLD.hash AND NEW.commitment IS OLD.commitment
       AND OLD.action IS NOT 'erase' AND NEW.salt IS NULL
       AND length(coalesce(NEW.before, '')) <= length(coalesce(OLD.before, ''))
       AND length(coalesce(NEW.after, '')) <= length(coalesce(OLD.after, ''))
       AND EXISTS (SELECT 1 FROM audit_log e
         WHERE e.workspace_id = OLD.workspace_id AND e.seq = NEW.erased_by AND e.seq > OLD.seq AND e.action = 'erase'))
     BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
];

const SQLITE_DOWN: &[&str] = &[
    "DROP TRIGGER audit_log_no_update",
    "CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
     BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
];

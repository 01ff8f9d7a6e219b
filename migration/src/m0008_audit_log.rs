//! Who changed what: a chain of hashes per workspace that nobody can edit unseen.

use crate::table::{create, drop, index, run, timestamp};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, string_len_null, text_null, uuid, uuid_null, var_binary},
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
        // No key points out of here: the log outlives what it tells about.
        let audit_log = Table::create()
            .table("audit_log")
            .col(uuid("workspace_id"))
            // 1, 2, 3 … without a gap.
            .col(big_integer("seq").check(Expr::col("seq").gte(1)))
            .col(uuid_null("actor_id"))
            .col(string_len("action", 50))
            .col(string_len("entity", 50))
            .col(uuid("entity_id"))
            // JSON as text, byte for byte what the hash was taken of.
            .col(text_null("before"))
            .col(text_null("after"))
            .col(string_len_null("ip_address", 45))
            .col(timestamp("at"))
            .col(var_binary("previous_hash", 32))
            .col(var_binary("hash", 32))
            .primary_key(Index::create().col("workspace_id").col("seq"))
            .take();
        create(
            manager,
            audit_log,
            [
                index("audit_log", &["entity", "entity_id", "seq"]),
                index("audit_log", &["actor_id", "seq"]),
                index("audit_log", &["at", "seq"]),
            ],
        )
        .await?;

        // The end of each chain: a log whose tail was cut doesn't match it. Its row is also the lock that a
        // workspace's writes queue at.
        let audit_heads = Table::create()
            .table("audit_heads")
            .col(uuid("workspace_id").primary_key())
            .col(big_integer("seq").default(0).check(Expr::col("seq").gte(0)))
            .col(var_binary("hash", 32))
            .take();
        create(manager, audit_heads, []).await?;

        match manager.get_database_backend() {
            DbBackend::Postgres => run(manager, POSTGRES_TRIGGERS).await,
            _ => run(manager, SQLITE_TRIGGERS).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["audit_heads", "audit_log"]).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            run(manager, &["DROP FUNCTION refuse_audit_change()"]).await?;
        }
        Ok(())
    }
}

const POSTGRES_TRIGGERS: &[&str] = &[
    "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN RAISE EXCEPTION 'audit_log is append-only'; END $$",
    "CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
];

/// The last one is for `INSERT OR REPLACE`, which deletes without firing a delete trigger.
const SQLITE_TRIGGERS: &[&str] = &[
    "CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
     BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
    "CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
     BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
    "CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log
     WHEN EXISTS (SELECT 1 FROM audit_log WHERE workspace_id = NEW.workspace_id AND seq = NEW.seq)
     BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
];

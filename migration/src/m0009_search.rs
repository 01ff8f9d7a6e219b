//! Search by any part of the folded text in the `search` columns: trigrams on both databases.
//!
//! PostgreSQL: `search LIKE '%duong%'` finds its way by a GIN index on the column itself.
//!
//! SQLite: for each searched table T, `T_search` is an FTS5 table that holds trigrams only, no text, and `T_docs` gives
//! each row the integer that FTS5 knows it by. (A table with a composite key has row ids too, but VACUUM renumbers
//! those.) Triggers keep both. To search:
//! `SELECT id FROM T_docs WHERE workspace_id = ? AND docid IN (SELECT rowid FROM T_search WHERE T_search MATCH '"duong"')`.
//! A word shorter than three characters has no trigram and matches nothing.

use crate::table::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

const SEARCHED: [&str; 3] = ["companies", "contacts", "deals"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            run(manager, &["CREATE EXTENSION IF NOT EXISTS pg_trgm"]).await?;
            for table in SEARCHED {
                let index = format!("CREATE INDEX {table}_search ON {table} USING gin (search gin_trgm_ops)");
                run(manager, &[&index]).await?;
            }
            return Ok(());
        }
        for table in SEARCHED {
            for statement in sqlite_up(table) {
                run(manager, &[&statement]).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        for table in SEARCHED {
            if postgres {
                // The extension stays: others may use it.
                run(manager, &[&format!("DROP INDEX {table}_search")]).await?;
            } else {
                for statement in sqlite_down(table) {
                    run(manager, &[&statement]).await?;
                }
            }
        }
        Ok(())
    }
}

pub fn sqlite_up(table: &str) -> Vec<String> {
    let docid = |row: &str| format!("(SELECT docid FROM {table}_docs WHERE workspace_id = {row}.workspace_id AND id = {row}.id)");
    vec![
        format!(
            "CREATE TABLE {table}_docs (docid INTEGER PRIMARY KEY, workspace_id uuid_text NOT NULL, id uuid_text NOT NULL,
             UNIQUE (workspace_id, id))"
        ),
        format!("CREATE VIRTUAL TABLE {table}_search USING fts5(search, content='', contentless_delete=1, tokenize='trigram')"),
        // Rows from before this step.
        format!("INSERT INTO {table}_docs (workspace_id, id) SELECT workspace_id, id FROM {table}"),
        format!(
            "INSERT INTO {table}_search (rowid, search)
             SELECT d.docid, t.search FROM {table} t JOIN {table}_docs d USING (workspace_id, id)"
        ),
        format!(
            "CREATE TRIGGER {table}_search_insert AFTER INSERT ON {table} BEGIN
             INSERT INTO {table}_docs (workspace_id, id) VALUES (NEW.workspace_id, NEW.id);
             INSERT INTO {table}_search (rowid, search) VALUES ({}, NEW.search);
             END",
            docid("NEW")
        ),
        format!(
            "CREATE TRIGGER {table}_search_update AFTER UPDATE OF search ON {table} WHEN OLD.search <> NEW.search BEGIN
             UPDATE {table}_search SET search = NEW.search WHERE rowid = {};
             END",
            docid("NEW")
        ),
        format!(
            "CREATE TRIGGER {table}_search_delete AFTER DELETE ON {table} BEGIN
             DELETE FROM {table}_search WHERE rowid = {};
             DELETE FROM {table}_docs WHERE workspace_id = OLD.workspace_id AND id = OLD.id;
             END",
            docid("OLD")
        ),
    ]
}

pub fn sqlite_down(table: &str) -> Vec<String> {
    ["insert", "update", "delete"]
        .iter()
        .map(|event| format!("DROP TRIGGER {table}_search_{event}"))
        .chain([format!("DROP TABLE {table}_search"), format!("DROP TABLE {table}_docs")])
        .collect()
}

//! The entries of the bin: a row for each record that was deleted by itself.
//!
//! They were found among the deleted rows of four tables, less those that went with another record, and who deleted them in the audit log:
//! a page read all that is in the bin. A table of their own has one order for all kinds, and one for each filter.

use crate::table::{self, count_or_sum, enum_text, run, timestamp};
use sea_orm_migration::{
    prelude::*,
    schema::{uuid, uuid_null},
    sea_orm::DbBackend,
};

const TABLE: &str = "bin_entries";

/// A table with a bin, the noun of its records, and the tables whose records take them along, by the column that refers to them.
type Binned = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const BINNED: [Binned; 4] = [
    ("companies", "company", &[]),
    ("contacts", "contact", &[("companies", "company_id")]),
    ("deals", "deal", &[("companies", "company_id")]),
    ("activities", "activity", &[("companies", "company_id"), ("contacts", "contact_id"), ("deals", "deal_id")]),
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let entries = Table::create()
            .table(TABLE)
            .col(uuid("workspace_id"))
            .col(uuid("record_id"))
            .col(enum_text("entity", &BINNED.map(|(_, noun, _)| noun)))
            .col(timestamp("deleted_at"))
            // No key: who deleted it may be nobody's account any more.
            .col(uuid_null("deleted_by_id"))
            .col(count_or_sum("contacts"))
            .col(count_or_sum("deals"))
            .col(count_or_sum("activities"))
            .primary_key(Index::create().col("workspace_id").col("record_id"))
            .foreign_key(ForeignKey::create().name("bin_entries_workspace").from(TABLE, "workspace_id").to("workspaces", "id"))
            .take();
        let due = Index::create().name("bin_entries_due").table(TABLE).col("deleted_at").col("workspace_id").take();
        let indexes = [
            table::index(TABLE, &["deleted_at", "record_id", "entity", "deleted_by_id"]),
            table::index(TABLE, &["entity", "deleted_at", "record_id", "deleted_by_id"]),
            table::index(TABLE, &["deleted_by_id", "deleted_at", "record_id", "entity"]),
            due,
        ];
        table::create(manager, entries, indexes).await?;
        for binned in BINNED {
            run(manager, &[&fill_sql(manager.get_database_backend(), binned)]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop(manager, &[TABLE]).await
    }
}

/// The rows in the bin that did not go with another record, whose time of deletion would be the same. Who deleted them, and the numbers of
/// records that went along, are in the audit log.
fn fill_sql(backend: DbBackend, (table, noun, takers): Binned) -> String {
    let by_itself: String = takers
        .iter()
        .map(|(taker, key)| {
            format!(
                " AND NOT EXISTS (SELECT 1 FROM {taker} y
                   WHERE y.workspace_id = x.workspace_id AND y.id = x.{key} AND y.deleted_at = x.deleted_at)"
            )
        })
        .collect();
    let number = |field: &str| {
        let read = match backend {
            DbBackend::Postgres => format!("CAST(CAST(l.before AS jsonb) ->> '{field}' AS bigint)"),
            _ => format!("json_extract(l.before, '$.{field}')"),
        };
        format!("CASE WHEN x.goes_along THEN COALESCE({read}, 0) ELSE 0 END")
    };
    format!(
        "INSERT INTO bin_entries (workspace_id, record_id, entity, deleted_at, deleted_by_id, contacts, deals, activities)
         SELECT x.workspace_id, x.id, '{noun}', x.deleted_at, l.actor_id, {}, {}, {}
         FROM (SELECT *, {} AS goes_along FROM {table}) AS x
         LEFT JOIN audit_log l ON l.workspace_id = x.workspace_id AND l.entity = '{noun}' AND l.entity_id = x.id AND l.action = 'delete'
           AND l.at = x.deleted_at
         WHERE x.deleted_at IS NOT NULL{by_itself}
         ON CONFLICT DO NOTHING",
        number("contacts"),
        number("deals"),
        number("activities"),
        if matches!(noun, "company" | "contact") { "TRUE" } else { "FALSE" },
    )
}

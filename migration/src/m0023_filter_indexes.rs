//! Indexes for filtered lists.
//!
//! The totals of filtered deals are summed by stage from an index alone: from one led by what the filter names, where few deals have it,
//! else from one that holds all that is filtered by.
//!
//! Keys to other records that may be missing are indexed where they are there. With the missing ones SQLite's statistics said that as many
//! rows have the same contact as have none, and it read all activities in place of one contact's.

use crate::table::{index, live_index, run};
use sea_orm_migration::prelude::*;

/// Filters that few deals match. The indexes before had no stage.
const SELECTIVE: [&str; 4] = ["source_key", "lost_reason_key", "closed_at", "company_id"];
/// Whatever else deals are filtered by.
const FILTERS: [&str; 11] = [
    "stage_id",
    "company_id",
    "value",
    "probability",
    "expected_close_date",
    "source_key",
    "lost_reason_key",
    "closed_at",
    "contact_id",
    "owner_id",
    "id",
];
/// Tables, and the columns of an index led by a key to another record that may be missing.
const OPTIONAL: [(&str, &[&str]); 6] = [
    ("activities", &["company_id", "date", "id"]),
    ("activities", &["contact_id", "date", "id"]),
    ("activities", &["deal_id", "date", "id"]),
    ("contacts", &["company_id", "sort_key", "id"]),
    ("contacts", &["reports_to_id", "sort_key", "id"]),
    ("deals", &["contact_id", "id"]),
];

#[derive(DeriveMigrationName)]
pub struct Migration;

fn filters() -> IndexCreateStatement {
    live_index("deals", &FILTERS).name("deals_by_filter").take()
}

async fn drop_index(manager: &SchemaManager<'_>, table: &str, columns: &[&str]) -> Result<(), DbErr> {
    run(manager, &[&format!("DROP INDEX {table}_by_{}", columns.join("_"))]).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(filters()).await?;
        for name in SELECTIVE {
            drop_index(manager, "deals", &[name, "id", "value", "probability"]).await?;
            manager.create_index(live_index("deals", &[name, "id", "stage_id", "value", "probability"])).await?;
        }
        for (table, columns) in OPTIONAL {
            drop_index(manager, table, columns).await?;
            manager.create_index(index(table, columns).and_where(Expr::col(columns[0]).is_not_null()).take()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in OPTIONAL {
            drop_index(manager, table, columns).await?;
            manager.create_index(index(table, columns)).await?;
        }
        for name in SELECTIVE {
            drop_index(manager, "deals", &[name, "id", "stage_id", "value", "probability"]).await?;
            manager.create_index(live_index("deals", &[name, "id", "value", "probability"])).await?;
        }
        run(manager, &["DROP INDEX deals_by_filter"]).await
    }
}

//! Figures of the dashboard from indexes alone, and the filters of the lists that they lead to.
//!
//! Orders that were there get the columns that are filtered by behind the id. Where few rows have what is counted, a partial index holds
//! just these.

use crate::table::{index, live_index, run};
use sea_orm_migration::prelude::*;

/// Orders that hold more columns now: table, columns before, columns after, name.
const EXTENDED: [(&str, &[&str], &[&str], &str); 4] = [
    ("companies", &["created_at", "id"], &["created_at", "id", "archived_at"], "companies_by_created_at_id_archived_at"),
    (
        "deals",
        &["created_at", "id"],
        &["created_at", "id", "stage_id", "value", "probability", "owner_id"],
        "deals_by_created_at_id_stage_id_value_probability_owner_id",
    ),
    (
        "deals",
        &["expected_close_date", "id"],
        &["expected_close_date", "id", "stage_id", "value", "probability", "owner_id"],
        "deals_by_expected_close",
    ),
    (
        "deals",
        &["closed_at", "id", "stage_id", "value", "probability"],
        &["closed_at", "id", "stage_id", "value", "probability", "owner_id"],
        "deals_by_closed_at_id_stage_id_value_probability_owner_id",
    ),
];
/// Lists of an owner's records: table, columns.
const OF_OWNER: [(&str, &[&str]); 4] = [
    ("companies", &["owner_id", "created_at", "id", "archived_at"]),
    ("contacts", &["owner_id", "created_at", "id", "standing"]),
    ("deals", &["owner_id", "stage_id", "value", "probability", "id"]),
    ("activities", &["owner_id", "date", "type", "id"]),
];
/// Rows of which there are few: name, table, columns, condition beside that they are not in the bin.
const PARTIAL: [(&str, &str, &str, &str); 3] = [
    ("deals_without_value", "deals", "stage_id, owner_id, id", "value IS NULL"),
    // Planned ahead, and without an outcome.
    ("activities_planned", "activities", "date, id, owner_id", "outcome IS NULL AND created_at < date"),
    // Not planned ahead, or with an outcome.
    (
        "activities_with_next_step",
        "activities",
        "date, id, deal_id",
        "deal_id IS NOT NULL AND next_steps IS NOT NULL AND (created_at >= date OR outcome IS NOT NULL)",
    ),
];

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Companies with open deals and no primary decision-maker, by the value of those deals.
fn undecided() -> IndexCreateStatement {
    let conditions = ["open_deals > 0", "primary_contacts = 0", "NOT is_archived"];
    let mut index = index("company_counters", &["open_deals_value", "company_id"]);
    index.name("company_counters_without_primary");
    conditions.into_iter().fold(index, |mut index, condition| index.and_where(Expr::cust(condition)).take())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, before, after, name) in EXTENDED {
            run(manager, &[&format!("DROP INDEX {table}_by_{}", before.join("_"))]).await?;
            manager.create_index(live_index(table, after).name(name).take()).await?;
        }
        for (table, columns) in OF_OWNER {
            manager.create_index(live_index(table, columns)).await?;
        }
        for (name, table, columns, condition) in PARTIAL {
            let create = format!("CREATE INDEX {name} ON {table} (workspace_id, {columns}) WHERE deleted_at IS NULL AND {condition}");
            run(manager, &[&create]).await?;
        }
        manager.create_index(undecided()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX company_counters_without_primary"]).await?;
        for (name, ..) in PARTIAL {
            run(manager, &[&format!("DROP INDEX {name}")]).await?;
        }
        for (table, columns) in OF_OWNER {
            run(manager, &[&format!("DROP INDEX {table}_by_{}", columns.join("_"))]).await?;
        }
        for (table, before, _, name) in EXTENDED {
            run(manager, &[&format!("DROP INDEX {name}")]).await?;
            manager.create_index(live_index(table, before)).await?;
        }
        Ok(())
    }
}

//! The stages of a workspace's pipeline and the deals in them.

use crate::table::{
    amount, bin_index, cascading_fk, count_or_sum, create, drop, enum_text, folded_text, index, live_index, metadata, record_table, run,
    tenant_fk, timestamp_null,
};
use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, date_null, integer, small_integer, small_integer_null, string_len, string_len_null, text, text_null, uuid, uuid_null,
    },
    sea_orm::DbBackend,
};

const KINDS: &[&str] = &["open", "won", "lost"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let stages = record_table("stages")
            .col(string_len("name", 100))
            .col(string_len("slug", 64))
            .col(enum_text("kind", KINDS))
            .col(integer("position"))
            .col(probability())
            .col(small_integer_null("idle_days").check(Expr::col("idle_days").gte(1)))
            .take();
        create(manager, stages, [index("stages", &["slug"]).unique().take(), index("stages", &["position", "id"])]).await?;

        // Column heads of the board without a filter: deals that are not in the bin.
        let stage_counters = Table::create()
            .table("stage_counters")
            .col(uuid("workspace_id"))
            .col(uuid("stage_id"))
            .col(count_or_sum("deals"))
            .col(count_or_sum("deals_value"))
            // Each deal's value times its probability, rounded to hundredths, then added.
            .col(count_or_sum("weighted_value"))
            .primary_key(Index::create().col("workspace_id").col("stage_id"))
            .foreign_key(&mut cascading_fk("stage_counters", "stage_id", "stages"))
            .take();
        create(manager, stage_counters, []).await?;

        let deals = record_table("deals")
            .col(string_len("name", 255))
            .col(folded_text(manager, "name_key"))
            .col(amount("value"))
            .col(uuid("stage_id"))
            // The rank within the stage: ascending from the top, with gaps, so that a move writes one row.
            .col(big_integer("position"))
            .col(probability())
            .col(date_null("expected_close_date"))
            .col(string_len_null("source", 100))
            .col(text_null("lost_reason"))
            .col(timestamp_null("closed_at"))
            .col(uuid("company_id"))
            .col(uuid_null("contact_id"))
            .col(text_null("notes"))
            .col(metadata())
            .col(text("search").default(""))
            .col(timestamp_null("deleted_at"))
            .foreign_key(&mut tenant_fk("deals", "stage_id", "stages"))
            .foreign_key(&mut tenant_fk("deals", "company_id", "companies"))
            .foreign_key(&mut tenant_fk("deals", "contact_id", "contacts"))
            .take();
        create(
            manager,
            deals,
            [
                live_index("deals", &["stage_id", "position", "id"]),
                live_index("deals", &["name_key", "id"]),
                live_index("deals", &["value", "id"]),
                live_index("deals", &["expected_close_date", "id"]),
                index("deals", &["company_id", "id"]),
                index("deals", &["contact_id", "id"]),
                index("deals", &["owner_id", "id"]),
                live_index("deals", &["created_at", "id"]),
                bin_index("deals"),
            ],
        )
        .await?;

        if manager.get_database_backend() == DbBackend::Postgres {
            run(manager, &["CREATE INDEX deals_metadata ON deals USING gin (metadata)"]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["deals", "stage_counters", "stages"]).await
    }
}

/// Percent.
fn probability() -> ColumnDef {
    small_integer("probability").default(0).check(Expr::col("probability").between(0, 100)).take()
}

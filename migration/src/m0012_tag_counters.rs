//! How many companies, contacts and deals carry each tag, for the list of tags.

use crate::table::{cascading_fk, count_or_sum, create, drop, run};
use sea_orm_migration::{prelude::*, schema::uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What is in the bin keeps its tags and is not counted.
        let tag_counters = Table::create()
            .table("tag_counters")
            .col(uuid("workspace_id"))
            .col(uuid("tag_id"))
            .col(count_or_sum("companies"))
            .col(count_or_sum("contacts"))
            .col(count_or_sum("deals"))
            .primary_key(Index::create().col("workspace_id").col("tag_id"))
            .foreign_key(&mut cascading_fk("tag_counters", "tag_id", "tags"))
            .take();
        create(manager, tag_counters, []).await?;

        let counted = |tagged: &str, column: &str, table: &str| {
            format!(
                "(SELECT count(*) FROM {tagged} x JOIN {table} r ON r.workspace_id = x.workspace_id AND r.id = x.{column}
                  WHERE x.workspace_id = t.workspace_id AND x.tag_id = t.id AND r.deleted_at IS NULL)"
            )
        };
        let tags_of_before = format!(
            "INSERT INTO tag_counters (workspace_id, tag_id, companies, contacts, deals)
             SELECT t.workspace_id, t.id, {}, {}, {} FROM tags t",
            counted("company_tags", "company_id", "companies"),
            counted("contact_tags", "contact_id", "contacts"),
            counted("deal_tags", "deal_id", "deals"),
        );
        run(manager, &[&tags_of_before]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["tag_counters"]).await
    }
}

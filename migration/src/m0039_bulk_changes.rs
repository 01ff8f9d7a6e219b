//! Bulk changes of lists, with what became of each record, so that a job can go on where it stopped and a change can be undone.
//!
//! An entry of the audit log names the bulk change that it is part of. That is no reference: bulk changes are deleted, entries are not.

use crate::table::{enum_text, index, run, timestamp, timestamp_null};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, string_len_null, text, text_null, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let changes = Table::create()
            .table("bulk_changes")
            .col(uuid("workspace_id"))
            .col(uuid("id"))
            .col(enum_text("kind", &["companies", "contacts", "deals", "activities"]))
            // JSON.
            .col(text("change"))
            .col(uuid("started_by"))
            .col(timestamp("started_at"))
            .col(timestamp_null("finished_at"))
            // The change that this one undoes.
            .col(uuid_null("undo_of"))
            // The job that carries it out; none for one that was done at once.
            .col(uuid_null("job_id"))
            // Records are changed from the last place to the first; this is the next one.
            .col(integer("next_place"))
            .primary_key(Index::create().col("workspace_id").col("id"))
            .foreign_key(
                ForeignKey::create()
                    .name("bulk_changes_started_by")
                    .from("bulk_changes", ("workspace_id", "started_by"))
                    .to("memberships", ("workspace_id", "user_id")),
            )
            .take();
        manager.create_table(changes).await?;
        manager.create_index(index("bulk_changes", &["undo_of"]).unique().take()).await?;
        // A job deletes those of all workspaces that are old.
        manager.create_index(Index::create().name("bulk_changes_by_start").table("bulk_changes").col("started_at").take()).await?;
        let records = Table::create()
            .table("bulk_change_records")
            .col(uuid("workspace_id"))
            .col(uuid("bulk_change_id"))
            .col(integer("place"))
            .col(uuid("record_id"))
            // The version to change.
            .col(big_integer("version"))
            .col(string_len_null("outcome", 20))
            .col(big_integer_null("version_after"))
            // JSON: the values that an undo puts back.
            .col(text_null("before"))
            .primary_key(Index::create().col("workspace_id").col("bulk_change_id").col("place"))
            .foreign_key(
                ForeignKey::create()
                    .name("bulk_change_records_bulk_change")
                    .from("bulk_change_records", ("workspace_id", "bulk_change_id"))
                    .to("bulk_changes", ("workspace_id", "id")),
            )
            .take();
        manager.create_table(records).await?;
        manager.alter_table(Table::alter().table("audit_log").add_column(uuid_null("bulk_change_id")).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("audit_log").drop_column("bulk_change_id").take()).await?;
        manager.drop_table(Table::drop().table("bulk_change_records").take()).await?;
        run(manager, &["DROP INDEX bulk_changes_by_start", "DROP INDEX bulk_changes_by_undo_of"]).await?;
        manager.drop_table(Table::drop().table("bulk_changes").take()).await
    }
}

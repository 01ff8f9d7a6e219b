//! Exports of lists: what a user asked for, how far its job is, and until when the file can be downloaded.

use crate::table::{create, drop, enum_text, timestamp, timestamp_null};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text, text_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let count = |name: &'static str| big_integer(name).default(0).check(Expr::col(name).gte(0)).take();
        let exports = Table::create()
            .table("exports")
            .col(uuid("workspace_id"))
            .col(uuid("id"))
            .col(uuid("user_id"))
            .col(enum_text("list", &["companies", "contacts", "deals", "activities"]))
            // The query of the list's URL, encoded.
            .col(text("query").default(""))
            .col(enum_text("format", &["csv", "xlsx", "json"]))
            .col(enum_text("column_choice", &["shown", "all"]))
            // As counted when it was asked for.
            .col(count("row_count"))
            .col(count("rows_written"))
            .col(timestamp("created_at"))
            .col(timestamp_null("finished_at"))
            .col(text_null("failure"))
            .col(timestamp("expires_at"))
            .primary_key(Index::create().col("workspace_id").col("id"))
            .foreign_key(
                ForeignKey::create()
                    .name("exports_user")
                    .from("exports", ("workspace_id", "user_id"))
                    .to("memberships", ("workspace_id", "user_id")),
            )
            .take();
        // A user's own, the newest first; and a job deletes those of all workspaces that ended long ago.
        let own = Index::create().name("exports_by_user").table("exports").col("workspace_id").col("user_id").col("created_at").take();
        let by_end = Index::create().name("exports_by_end").table("exports").col("expires_at").take();
        create(manager, exports, [own, by_end]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["exports"]).await
    }
}

//! Saved views of lists, and which of them a list opens with for a person.

use crate::table::{cascading_fk, create, drop, enum_text, folded_text, index, record_table};
use sea_orm_migration::{
    prelude::*,
    schema::{boolean, string_len, text, uuid},
};

const LISTS: [&str; 4] = ["companies", "contacts", "deals", "activities"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let views = record_table("views")
            .col(enum_text("list", &LISTS))
            .col(string_len("name", 60))
            .col(folded_text(manager, "name_key"))
            .col(folded_text(manager, "sort_key"))
            .col(enum_text("icon", &["list", "star", "flag", "clock", "phone", "person", "building", "coin"]))
            .col(boolean("is_shared"))
            // Among whose views the name is unique: the owner's, or for shared ones those of all, which is the nil id.
            .col(uuid("name_scope"))
            // The list's address without its path.
            .col(text("query"))
            .take();
        create(manager, views, [index("views", &["list", "name_scope", "name_key"]).unique().take()]).await?;

        let defaults = Table::create()
            .table("default_views")
            .col(uuid("workspace_id"))
            .col(uuid("user_id"))
            .col(enum_text("list", &LISTS))
            .col(uuid("view_id"))
            .primary_key(Index::create().col("workspace_id").col("user_id").col("list"))
            .foreign_key(
                ForeignKey::create()
                    .name("default_views_user")
                    .from("default_views", ("workspace_id", "user_id"))
                    .to("memberships", ("workspace_id", "user_id"))
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .foreign_key(&mut cascading_fk("default_views", "view_id", "views"))
            .take();
        create(manager, defaults, [index("default_views", &["view_id"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["default_views", "views"]).await
    }
}

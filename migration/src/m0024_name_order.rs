//! The order of a workspace's contacts: by given name, or as names are written.

use crate::table::enum_text;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = enum_text("name_order", &["given-name", "as-written"]).default("given-name").take();
        manager.alter_table(Table::alter().table("workspaces").add_column(column).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("workspaces").drop_column("name_order").take()).await
    }
}

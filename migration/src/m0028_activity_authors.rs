//! The author of an activity: whoever logged it, for ever, beside the owner, who can change.

use sea_orm_migration::{prelude::*, schema::uuid_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // None while the owner is the author. No key: SQLite adds none to a table, and the value has been an owner's.
        manager.alter_table(Table::alter().table("activities").add_column(uuid_null("author_id")).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("activities").drop_column("author_id").take()).await
    }
}

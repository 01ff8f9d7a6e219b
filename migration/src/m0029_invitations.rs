//! Invitations that were revoked, or replaced by a later one to the same address.

use crate::table::{index, run, timestamp_null};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("invitations").add_column(timestamp_null("revoked_at")).take()).await?;
        manager.create_index(index("invitations", &["email_key", "id"])).await?;
        // A job deletes those of all workspaces that ended long ago.
        manager.create_index(Index::create().name("invitations_by_end").table("invitations").col("expires_at").take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX invitations_by_end", "DROP INDEX invitations_by_email_key_id"]).await?;
        manager.alter_table(Table::alter().table("invitations").drop_column("revoked_at").take()).await
    }
}

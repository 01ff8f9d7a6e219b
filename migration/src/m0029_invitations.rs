//! Invitations that were revoked, or replaced by a later one to the same address. The mailed link has a token of its own: who has it has the
//! mailbox, which who copied the other link does not show.

use crate::table::{run, timestamp_null};
use sea_orm_migration::{prelude::*, schema::var_binary_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("invitations").add_column(timestamp_null("revoked_at")).take()).await?;
        manager.alter_table(Table::alter().table("invitations").add_column(var_binary_null("mailed_token_hash", 32)).take()).await?;
        let mailed = Index::create().name("invitations_mailed_token_hash").table("invitations").col("mailed_token_hash").unique().take();
        manager.create_index(mailed).await?;
        // Those to one address, in one workspace or, when its account is deleted, in all.
        manager.create_index(Index::create().name("invitations_by_email_key").table("invitations").col("email_key").take()).await?;
        // A job deletes those of all workspaces that ended long ago.
        manager.create_index(Index::create().name("invitations_by_end").table("invitations").col("expires_at").take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX invitations_by_end", "DROP INDEX invitations_by_email_key", "DROP INDEX invitations_mailed_token_hash"])
            .await?;
        manager.alter_table(Table::alter().table("invitations").drop_column("mailed_token_hash").take()).await?;
        manager.alter_table(Table::alter().table("invitations").drop_column("revoked_at").take()).await
    }
}

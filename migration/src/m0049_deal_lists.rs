//! The lists of sources and lost reasons that a workspace's forms offer, an entry a line. Workspaces from before begin with empty ones.

use sea_orm_migration::prelude::*;

const COLUMNS: [&str; 2] = ["deal_sources", "lost_reasons"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let list = ColumnDef::new(column).text().not_null().default("").take();
            manager.alter_table(Table::alter().table("workspaces").add_column(list).take()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            manager.alter_table(Table::alter().table("workspaces").drop_column(column).take()).await?;
        }
        Ok(())
    }
}

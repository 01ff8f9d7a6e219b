//! A color for each stage. Existing stages get the one that the board showed for their place.

use crate::table::{enum_text, run};
use sea_orm_migration::prelude::*;

const COLORS: &[&str] = &["grey", "blue", "purple", "amber", "teal", "pink", "green", "red"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let color = enum_text("color", COLORS).default("grey").take();
        manager.alter_table(Table::alter().table("stages").add_column(color).take()).await?;
        let by_order = "UPDATE stages SET color = CASE kind WHEN 'won' THEN 'green' WHEN 'lost' THEN 'red' ELSE
               CASE (SELECT count(*) FROM stages o WHERE o.workspace_id = stages.workspace_id AND o.kind = 'open'
                       AND (o.position, o.id) < (stages.position, stages.id)) % 4
                 WHEN 0 THEN 'grey' WHEN 1 THEN 'blue' WHEN 2 THEN 'purple' ELSE 'amber' END END";
        run(manager, &[by_order]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("stages").drop_column("color").take()).await
    }
}

//! Since when a deal stands in its stage, and the orders that the list of deals shows.

use crate::table::{live_index, run, timestamp_null};
use sea_orm_migration::prelude::*;

/// Columns that the list sorts by and that had no index of their own.
const ORDERS: [&[&str]; 2] = [&["probability", "id"], &["updated_at", "id"]];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // None: since it was made.
        manager.alter_table(Table::alter().table("deals").add_column(timestamp_null("stage_since")).take()).await?;
        // Deals from before this step: the audit log tells of their last change of stage.
        let since = "UPDATE deals SET stage_since =
                       (SELECT max(a.at) FROM audit_log a WHERE a.workspace_id = deals.workspace_id AND a.entity = 'deal'
                        AND a.entity_id = deals.id AND a.action IN ('update', 'move') AND a.after LIKE '%\"stage\":%')";
        run(manager, &[since]).await?;
        for columns in ORDERS {
            manager.create_index(live_index("deals", columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for columns in ORDERS {
            run(manager, &[&format!("DROP INDEX deals_by_{}", columns.join("_"))]).await?;
        }
        manager.alter_table(Table::alter().table("deals").drop_column("stage_since").take()).await
    }
}

//! The index that a timeline reads the audit log by: a record's changes by time.

use crate::table::index;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    /// A card put elsewhere in its own column is no news: such entries, the most frequent of all, are left out.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let timeline = index("audit_log", &["entity", "entity_id", "at", "seq"]).and_where(Expr::col("action").ne("reorder")).take();
        manager.create_index(timeline).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut timeline = Index::drop();
        timeline.name("audit_log_by_entity_entity_id_at_seq").table("audit_log");
        manager.drop_index(timeline).await
    }
}

//! First steps of a new workspace, and demo data.
//!
//! Records that a fill with demo data created are marked in a table of their own, so that those of every other workspace, and the queries
//! over them, stay as they are. A mark holds the version that the fill left: a record of another version was changed since.
//!
//! A workspace that has records already is not new: its first steps are dismissed.

use crate::table::{enum_text, run, timestamp_null};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // In the workspace's own row, which the session's query reads anyway: a page without either asks for nothing more.
        for column in [timestamp_null("first_steps_dismissed_at"), boolean("has_demo_data").default(false).take()] {
            manager.alter_table(Table::alter().table("workspaces").add_column(column).take()).await?;
        }
        let marks = Table::create()
            .table("demo_records")
            .col(uuid("workspace_id"))
            .col(uuid("record_id"))
            .col(enum_text("entity", &["company", "contact", "deal", "activity", "tag"]))
            .col(big_integer("version").check(Expr::col("version").gte(1)))
            .primary_key(Index::create().col("workspace_id").col("record_id"))
            .foreign_key(ForeignKey::create().name("demo_records_workspace").from("demo_records", "workspace_id").to("workspaces", "id"))
            .take();
        manager.create_table(marks).await?;
        run(manager, DISMISS_OLD).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("demo_records").take()).await?;
        for column in ["has_demo_data", "first_steps_dismissed_at"] {
            manager.alter_table(Table::alter().table("workspaces").drop_column(column).take()).await?;
        }
        Ok(())
    }
}

const DISMISS_OLD: &[&str] = &["UPDATE workspaces SET first_steps_dismissed_at = updated_at
    WHERE EXISTS (SELECT 1 FROM companies c WHERE c.workspace_id = workspaces.id)
       OR EXISTS (SELECT 1 FROM contacts p WHERE p.workspace_id = workspaces.id)
       OR EXISTS (SELECT 1 FROM activities a WHERE a.workspace_id = workspaces.id)"];

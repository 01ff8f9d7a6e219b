//! Tasks and attached files.

use crate::table::{create, drop, enum_text, index, record_table, tenant_fk, timestamp_null};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, text, uuid_null, var_binary},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tasks = record_table("tasks")
            .col(string_len("title", 255))
            .col(timestamp_null("due_at"))
            .col(enum_text("priority", &["low", "medium", "high"]).default("medium"))
            .col(enum_text("status", &["open", "done", "canceled"]).default("open"))
            .col(uuid_null("company_id"))
            .col(uuid_null("contact_id"))
            .col(uuid_null("deal_id"))
            .foreign_key(&mut tenant_fk("tasks", "company_id", "companies"))
            .foreign_key(&mut tenant_fk("tasks", "contact_id", "contacts"))
            .foreign_key(&mut tenant_fk("tasks", "deal_id", "deals"))
            .take();
        create(
            manager,
            tasks,
            [
                index("tasks", &["status", "due_at", "id"]),
                index("tasks", &["owner_id", "status", "due_at", "id"]),
                index("tasks", &["company_id", "id"]),
                index("tasks", &["contact_id", "id"]),
                index("tasks", &["deal_id", "id"]),
            ],
        )
        .await?;

        let attachments = record_table("attachments")
            .col(uuid_null("company_id"))
            .col(uuid_null("contact_id"))
            .col(uuid_null("deal_id"))
            .col(uuid_null("activity_id"))
            .col(string_len("filename", 255))
            .col(string_len("mime_type", 255))
            .col(big_integer("size_bytes").check(Expr::col("size_bytes").gte(0)))
            .col(text("storage_key"))
            .col(var_binary("sha256", 32))
            .foreign_key(&mut tenant_fk("attachments", "company_id", "companies"))
            .foreign_key(&mut tenant_fk("attachments", "contact_id", "contacts"))
            .foreign_key(&mut tenant_fk("attachments", "deal_id", "deals"))
            .foreign_key(&mut tenant_fk("attachments", "activity_id", "activities"))
            .check(exactly_one(&["company_id", "contact_id", "deal_id", "activity_id"]))
            .take();
        create(
            manager,
            attachments,
            [
                index("attachments", &["storage_key"]).unique().take(),
                index("attachments", &["company_id", "id"]),
                index("attachments", &["contact_id", "id"]),
                index("attachments", &["deal_id", "id"]),
                index("attachments", &["activity_id", "id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["attachments", "tasks"]).await
    }
}

/// A file hangs on one record.
fn exactly_one(columns: &[&str]) -> Expr {
    let counts = columns.iter().map(|column| format!("CASE WHEN {column} IS NULL THEN 0 ELSE 1 END"));
    Expr::cust(format!("{} = 1", counts.collect::<Vec<_>>().join(" + ")))
}

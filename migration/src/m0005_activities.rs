//! Activities - calls, emails, meetings, notes, messages - and the follow-up notes added to them.

use crate::table::{
    bin_index, cascading_fk, create, drop, enum_text, index, live_index, record_table, tenant_fk, timestamp, timestamp_null,
};
use sea_orm_migration::{
    prelude::*,
    schema::{integer_null, string_len, string_len_null, text, text_null, uuid, uuid_null},
};

const TYPES: &[&str] = &["call", "email", "meeting", "note", "sms"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let activities = record_table("activities")
            .col(enum_text("type", TYPES))
            .col(string_len("subject", 500))
            .col(text_null("description"))
            .col(timestamp("date"))
            .col(integer_null("duration_minutes").check(Expr::col("duration_minutes").gte(0)))
            .col(string_len_null("outcome", 255))
            .col(text_null("next_steps"))
            .col(uuid_null("company_id"))
            .col(uuid_null("contact_id"))
            .col(uuid_null("deal_id"))
            .col(timestamp_null("deleted_at"))
            .foreign_key(&mut tenant_fk("activities", "company_id", "companies"))
            .foreign_key(&mut tenant_fk("activities", "contact_id", "contacts"))
            .foreign_key(&mut tenant_fk("activities", "deal_id", "deals"))
            .take();
        create(
            manager,
            activities,
            [
                live_index("activities", &["date", "id"]),
                live_index("activities", &["type", "date", "id"]),
                index("activities", &["company_id", "date", "id"]),
                index("activities", &["contact_id", "date", "id"]),
                index("activities", &["deal_id", "date", "id"]),
                index("activities", &["owner_id", "date", "id"]),
                bin_index("activities"),
            ],
        )
        .await?;

        let activity_notes = record_table("activity_notes")
            .col(uuid("activity_id"))
            .col(text("body"))
            .foreign_key(&mut cascading_fk("activity_notes", "activity_id", "activities"))
            .take();
        create(manager, activity_notes, [index("activity_notes", &["activity_id", "id"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["activity_notes", "activities"]).await
    }
}

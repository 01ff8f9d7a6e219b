//! Series of recurring tasks: the rule, what occurrences to come are made of, and which tasks are occurrences.
//!
//! An occurrence has its position in the series, counted from 0, in a table of its own: SQLite adds no composite key to a table that is there. Its
//! primary key is why no two processes make the same occurrence.
//!
//! `next_at` is the moment at which the day of the next occurrence by calendar begins in the workspace's time zone. A series whose next one comes
//! from completion has none, nor has one that is over.

use crate::table::{cascading_fk, create, drop, enum_text, index, record_table, tenant_fk, timestamp_null};
use sea_orm_migration::{
    prelude::*,
    schema::{date, date_null, integer, integer_null, string_len, text_null, time_null, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let between = |column: &'static str| Expr::col(column).between(1, 999);
        let not_negative = |column: &'static str| integer(column).default(0).check(Expr::col(column).gte(0)).take();
        let series = record_table("task_series")
            .col(string_len("title", 255))
            .col(text_null("notes"))
            .col(enum_text("priority", &["low", "medium", "high"]))
            .col(uuid_null("company_id"))
            .col(uuid_null("contact_id"))
            .col(uuid_null("deal_id"))
            .col(time_null("due_time"))
            .col(integer("every").check(between("every")))
            .col(enum_text("unit", &["days", "weeks", "months", "years"]))
            .col(enum_text("mode", &["calendar", "completion"]))
            .col(date_null("until"))
            .col(integer_null("times").check(between("times")))
            .col(date("first_on"))
            .col(integer("first_position").default(0))
            .col(not_negative("next_position"))
            .col(timestamp_null("next_at"))
            .col(enum_text("state", &["active", "finished", "stopped"]).default("active"))
            .col(uuid_null("ended_by_task_id"))
            .check(Expr::cust("until IS NULL OR times IS NULL"))
            .check(Expr::cust("next_at IS NULL OR (state = 'active' AND mode = 'calendar')"))
            .foreign_key(&mut tenant_fk("task_series", "company_id", "companies"))
            .foreign_key(&mut tenant_fk("task_series", "contact_id", "contacts"))
            .foreign_key(&mut tenant_fk("task_series", "deal_id", "deals"))
            .take();
        // The job looks in it for what is due in all workspaces, so it doesn't begin with the workspace.
        let mut due = Index::create().name("task_series_by_next_at").table("task_series").take();
        let due = due.col("next_at").col("workspace_id").col("id").and_where(Expr::col("next_at").is_not_null()).take();
        let indexes = [
            due,
            // A record that they refer to is looked for in them before it goes, a member before they go.
            index("task_series", &["company_id"]),
            index("task_series", &["contact_id"]),
            index("task_series", &["deal_id"]),
            index("task_series", &["owner_id"]),
        ];
        create(manager, series, indexes).await?;
        let occurrences = Table::create()
            .table("task_occurrences")
            .col(uuid("workspace_id"))
            .col(uuid("series_id"))
            .col(not_negative("position"))
            .col(uuid("task_id"))
            .primary_key(Index::create().col("workspace_id").col("series_id").col("position"))
            .foreign_key(&mut tenant_fk("task_occurrences", "series_id", "task_series"))
            .foreign_key(&mut cascading_fk("task_occurrences", "task_id", "tasks"))
            .take();
        create(manager, occurrences, [index("task_occurrences", &["task_id"]).unique().take()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["task_occurrences", "task_series"]).await
    }
}

//! Background jobs: what is done after the request that causes it, or again and again.

use crate::table::{create, drop, index, run, timestamp, timestamp_null};
use sea_orm_migration::{
    prelude::*,
    schema::{integer, integer_null, json_binary, string_len, text_null, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let jobs = Table::create()
            .table("jobs")
            .col(uuid("id").primary_key())
            .col(string_len("kind", 50))
            // None for a job of the install. No key: a job whose workspace has gone finds that out when it runs.
            .col(uuid_null("workspace_id"))
            .col(json_binary("payload").default("{}"))
            .col(timestamp("run_at"))
            .col(integer("attempts").default(0).check(Expr::col("attempts").gte(0)))
            // A lease is one attempt's. Who lost it to a later attempt doesn't hold this id any more.
            .col(uuid_null("lease_id"))
            .col(timestamp_null("leased_until"))
            .col(text_null("last_error"))
            // Seconds between two runs of a recurring job; none for a job that runs once.
            .col(integer_null("interval_seconds").check(Expr::col("interval_seconds").gt(0)))
            .col(timestamp("created_at"))
            .col(timestamp_null("done_at"))
            .col(timestamp_null("failed_at"))
            .take();
        // Without what has ended, so that looking for a job that is due reads one row however many were done.
        let mut open = Index::create();
        open.name("jobs_open").table("jobs").col("run_at").col("id");
        open.and_where(Expr::col("done_at").is_null()).and_where(Expr::col("failed_at").is_null());
        let mut recurring = Index::create();
        recurring.name("jobs_recurring").table("jobs").col("kind").unique().and_where(Expr::col("interval_seconds").is_not_null());
        create(manager, jobs, [open.take(), recurring.take()]).await?;

        // A job deletes what no longer counts of all workspaces and networks at once.
        let by_time =
            |table: &'static str, column: &'static str| Index::create().name(format!("{table}_by_time")).table(table).col(column).take();
        manager.create_index(by_time("sent_forms", "created_at")).await?;
        manager.create_index(by_time("registrations", "registered_at")).await?;
        run(manager, &["DROP INDEX sent_forms_by_created_at"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("sent_forms", &["created_at"])).await?;
        run(manager, &["DROP INDEX sent_forms_by_time", "DROP INDEX registrations_by_time"]).await?;
        drop(manager, &["jobs"]).await
    }
}

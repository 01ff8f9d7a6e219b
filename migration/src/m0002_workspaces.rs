//! Workspaces, who belongs to them, who is invited, and the figures their hot pages show.

use crate::table::{count_or_sum, create, drop, enum_text, record_table, timestamp, timestamp_null};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, string_len, text, uuid, var_binary},
};

const ROLES: &[&str] = &["owner", "admin", "member", "viewer"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let workspaces = Table::create()
            .table("workspaces")
            .col(uuid("id").primary_key())
            .col(string_len("name", 255))
            .col(string_len("currency", 3).default("VND"))
            .col(string_len("time_zone", 64).default("Asia/Ho_Chi_Minh"))
            .col(boolean("owners_only_edit").default(false))
            .col(boolean("lock_activities").default(false))
            .col(big_integer("version").default(1).check(Expr::col("version").gte(1)))
            .col(timestamp("created_at"))
            .col(timestamp("updated_at"))
            .take();
        create(manager, workspaces, []).await?;

        let memberships = Table::create()
            .table("memberships")
            .col(uuid("workspace_id"))
            .col(uuid("user_id"))
            .col(enum_text("role", ROLES))
            // Set instead of deleting the row: the records a person leaves behind still name their owner.
            .col(timestamp_null("removed_at"))
            .col(timestamp("created_at"))
            .col(timestamp("updated_at"))
            .primary_key(Index::create().col("workspace_id").col("user_id"))
            .foreign_key(&mut to_workspace("memberships"))
            .foreign_key(ForeignKey::create().name("memberships_user").from("memberships", "user_id").to("users", "id"))
            .take();
        let of_user = Index::create().name("memberships_by_user").table("memberships").col("user_id").take();
        create(manager, memberships, [of_user]).await?;

        let invitations = record_table("invitations")
            .col(string_len("email", 255))
            .col(text("email_key"))
            .col(enum_text("role", ROLES))
            .col(var_binary("token_hash", 32))
            .col(timestamp("expires_at"))
            .col(timestamp_null("accepted_at"))
            .take();
        let by_token = Index::create().name("invitations_token_hash").table("invitations").col("token_hash").unique().take();
        create(manager, invitations, [by_token]).await?;

        // Changed in the transaction that changes the rows counted, so no hot page counts a whole workspace.
        let counters = Table::create()
            .table("workspace_counters")
            .col(uuid("workspace_id").primary_key())
            .col(count_or_sum("companies"))
            .col(count_or_sum("contacts"))
            .col(count_or_sum("deals"))
            .col(count_or_sum("open_deals"))
            .col(count_or_sum("open_deals_value"))
            .col(count_or_sum("won_deals"))
            .col(count_or_sum("won_deals_value"))
            .col(count_or_sum("lost_deals"))
            .col(count_or_sum("lost_deals_value"))
            .col(count_or_sum("activities"))
            .col(count_or_sum("open_tasks"))
            .foreign_key(&mut to_workspace("workspace_counters"))
            .take();
        create(manager, counters, []).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["workspace_counters", "invitations", "memberships", "workspaces"]).await
    }
}

fn to_workspace(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_workspace"))
        .from(table, "workspace_id")
        .to("workspaces", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

//! People who sign in, and the sessions of their browsers.

use crate::table::{create, drop, timestamp};
use sea_orm_migration::{
    prelude::*,
    schema::{boolean, json, string_len, string_len_null, text, text_null, uuid, uuid_null, var_binary},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let users = Table::create()
            .table("users")
            .col(uuid("id").primary_key())
            .col(string_len("name", 255))
            .col(string_len("email", 255))
            // The address in lower case: one account per address, however it is typed.
            .col(text("email_key"))
            .col(boolean("email_verified").default(false))
            .col(text_null("image"))
            .col(text("password_hash"))
            // Random, changed with the password: sessions that carry another one are over.
            .col(var_binary("auth_stamp", 32))
            .col(boolean("is_platform_admin").default(false))
            .col(timestamp("created_at"))
            .col(timestamp("updated_at"))
            .take();
        let one_per_address = Index::create().name("users_email_key").table("users").col("email_key").unique().take();
        create(manager, users, [one_per_address]).await?;

        let sessions = Table::create()
            .table("sessions")
            // SHA-256 of the token. The token itself is only in the browser's cookie.
            .col(var_binary("token_hash", 32).primary_key())
            // None until sign-in: an anonymous session holds what a refused form returns.
            .col(uuid_null("user_id"))
            .col(uuid_null("workspace_id"))
            .col(json("data"))
            .col(timestamp("created_at"))
            .col(timestamp("expires_at"))
            .col(timestamp("last_seen_at"))
            .col(string_len_null("ip_address", 45))
            .col(text_null("user_agent"))
            .foreign_key(
                ForeignKey::create()
                    .name("sessions_user")
                    .from("sessions", "user_id")
                    .to("users", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .take();
        let of_user = Index::create().name("sessions_by_user").table("sessions").col("user_id").take();
        let by_end = Index::create().name("sessions_by_expires_at").table("sessions").col("expires_at").take();
        create(manager, sessions, [of_user, by_end]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["sessions", "users"]).await
    }
}

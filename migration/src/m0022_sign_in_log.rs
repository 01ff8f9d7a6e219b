//! Sign-ins, successful or not, by account.

use crate::table::{create, drop, timestamp};
use sea_orm_migration::{
    prelude::*,
    schema::{boolean, string_len_null, text_null, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let log = Table::create()
            .table("sign_in_log")
            .col(uuid("id").primary_key())
            // None for an address without an account: written so that it takes as long, never shown, and deleted soon.
            .col(uuid_null("user_id"))
            .col(boolean("succeeded"))
            // Whether the account was never signed in to from such a device before.
            .col(boolean("is_new_device"))
            .col(string_len_null("ip_address", 45))
            .col(text_null("user_agent"))
            .col(timestamp("at"))
            .foreign_key(
                ForeignKey::create()
                    .name("sign_in_log_user")
                    .from("sign_in_log", "user_id")
                    .to("users", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .take();
        let of_user = Index::create().name("sign_in_log_by_user").table("sign_in_log").col("user_id").col("at").col("id").take();
        let by_time = Index::create().name("sign_in_log_by_at").table("sign_in_log").col("at").take();
        create(manager, log, [of_user, by_time]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["sign_in_log"]).await
    }
}

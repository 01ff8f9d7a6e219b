//! Links that act for an account without a sign-in, and the requests for them that limits count.

use crate::table::{create, drop, enum_text, timestamp, timestamp_null};
use sea_orm_migration::{
    prelude::*,
    schema::{boolean, string_len, string_len_null, uuid, var_binary},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let links = Table::create()
            .table("account_links")
            // Of a link that a job makes, the id of the job: an attempt that is repeated makes no second one.
            .col(uuid("id").primary_key())
            .col(uuid("user_id"))
            .col(enum_text("purpose", &["reset-password", "confirm-email", "change-email"]))
            // SHA-256 of the token. The token itself is only in the link.
            .col(var_binary("token_hash", 32))
            // Of a change of the address, the new one.
            .col(string_len_null("new_email", 255))
            // Whether the link went to the account's address, which its use then confirms.
            .col(boolean("is_mailed"))
            .col(timestamp("created_at"))
            .col(timestamp("expires_at"))
            .col(timestamp_null("used_at"))
            .col(timestamp_null("replaced_at"))
            .foreign_key(
                ForeignKey::create()
                    .name("account_links_user")
                    .from("account_links", "user_id")
                    .to("users", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .take();
        let by_token = Index::create().name("account_links_token_hash").table("account_links").col("token_hash").unique().take();
        let of_user = Index::create().name("account_links_by_user").table("account_links").col("user_id").take();
        let by_end = Index::create().name("account_links_by_expires_at").table("account_links").col("expires_at").take();
        create(manager, links, [by_token, of_user, by_end]).await?;

        let requests = Table::create()
            .table("link_requests")
            .col(uuid("id").primary_key())
            // A hash, as an address without an account is counted as well.
            .col(var_binary("account_hash", 32))
            // An address, of IPv6 the /64 network.
            .col(string_len("network", 45))
            .col(timestamp("requested_at"))
            .take();
        let index = |name: &str, column: Option<&'static str>| {
            let mut index = Index::create();
            index.name(name).table("link_requests");
            if let Some(column) = column {
                index.col(column);
            }
            index.col("requested_at").take()
        };
        let indexes = [
            index("link_requests_by_account", Some("account_hash")),
            index("link_requests_by_network", Some("network")),
            index("link_requests_by_time", None),
        ];
        create(manager, requests, indexes).await?;

        // Whether an administrator made a reset link since the last sign-in, at which the user is told.
        let untold = boolean("reset_link_untold").default(false).take();
        manager.alter_table(Table::alter().table("users").add_column(untold).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("users").drop_column("reset_link_untold").take()).await?;
        drop(manager, &["link_requests", "account_links"]).await
    }
}

//! What an install has once, for all workspaces: its secret keys, counts of failed sign-ins and of registrations, and a row
//! to test writing with.

use crate::table::{create, drop, run, timestamp, timestamp_null};
use sea_orm_migration::{
    prelude::*,
    schema::{integer, string_len, uuid, var_binary, var_binary_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let secret_keys = Table::create()
            .table("secret_keys")
            .col(uuid("id").primary_key())
            .col(var_binary("secret", 32))
            .col(timestamp("created_at"))
            // None for the key that seals; the others only open what they sealed.
            .col(timestamp_null("retired_at"))
            .take();
        create(manager, secret_keys, []).await?;

        // One row per attempt that is not known to have succeeded. Hashes, as people type passwords into the wrong field.
        let attempts = Table::create()
            .table("sign_in_attempts")
            .col(uuid("id").primary_key())
            .col(var_binary("account_hash", 32))
            // An address, of IPv6 the /64 network.
            .col(string_len("network", 45))
            // Set for a browser that has signed in to the account before: it is counted by itself.
            .col(var_binary_null("device_hash", 32))
            .col(timestamp("attempted_at"))
            .take();
        let index = |name: &str, columns: &[&'static str]| {
            let mut index = Index::create();
            index.name(name).table("sign_in_attempts");
            for column in columns {
                index.col(*column);
            }
            index.take()
        };
        let indexes = [
            index("sign_in_attempts_by_account", &["account_hash", "attempted_at"]),
            index("sign_in_attempts_by_network", &["network", "attempted_at"]),
            index("sign_in_attempts_by_device", &["device_hash", "attempted_at"]),
            index("sign_in_attempts_by_time", &["attempted_at"]),
        ];
        create(manager, attempts, indexes).await?;

        let registrations = Table::create()
            .table("registrations")
            .col(uuid("id").primary_key())
            .col(string_len("network", 45))
            .col(timestamp("registered_at"))
            .take();
        let mut by_network = Index::create();
        by_network.name("registrations_by_network").table("registrations").col("network").col("registered_at");
        create(manager, registrations, [by_network.take()]).await?;

        let write_checks = Table::create().table("write_checks").col(integer("id").primary_key()).col(timestamp("checked_at")).take();
        create(manager, write_checks, []).await?;
        run(manager, &["INSERT INTO write_checks (id, checked_at) VALUES (1, CURRENT_TIMESTAMP)"]).await?;

        // Sessions before a sign-in held what a refused form gives back. There are none any more.
        run(manager, &["DELETE FROM sessions WHERE user_id IS NULL"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["write_checks", "registrations", "sign_in_attempts", "secret_keys"]).await
    }
}

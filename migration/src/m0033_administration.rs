//! What platform admins set: which workspaces are suspended, which accounts are disabled, and the settings of the install.

use crate::table::{create, drop, run, timestamp_null};
use sea_orm_migration::{
    prelude::*,
    schema::{boolean, integer},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("workspaces").add_column(timestamp_null("suspended_at")).take()).await?;
        manager.alter_table(Table::alter().table("users").add_column(timestamp_null("disabled_at")).take()).await?;
        let settings = Table::create()
            .table("install_settings")
            .col(integer("id").primary_key().check(Expr::col("id").eq(1)))
            .col(boolean("registration_open").default(true))
            .take();
        create(manager, settings, []).await?;
        run(manager, &["INSERT INTO install_settings (id) VALUES (1)"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["install_settings"]).await?;
        manager.alter_table(Table::alter().table("users").drop_column("disabled_at").take()).await?;
        manager.alter_table(Table::alter().table("workspaces").drop_column("suspended_at").take()).await
    }
}

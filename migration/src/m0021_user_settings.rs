//! Settings of a user, kept with the account: the query that loads a session reads them without another join.

use crate::table::enum_text;
use sea_orm_migration::{
    prelude::*,
    schema::{boolean, string_len_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            enum_text("theme", &["system", "light", "dark"]).default("system").take(),
            boolean("sidebar_folded").default(false).take(),
            boolean("shortcuts").default(true).take(),
            enum_text("csv_separator", &["comma", "semicolon", "tab"]).default("comma").take(),
            // None for the workspace's.
            string_len_null("time_zone", 64),
        ];
        for column in columns {
            manager.alter_table(Table::alter().table("users").add_column(column).take()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["time_zone", "csv_separator", "shortcuts", "sidebar_folded", "theme"] {
            manager.alter_table(Table::alter().table("users").drop_column(name).take()).await?;
        }
        Ok(())
    }
}

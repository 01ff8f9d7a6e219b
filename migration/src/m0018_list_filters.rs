//! Deals filtered by source, lost reason and the day they closed, and activities found by their text.
//!
//! `source_key` and `lost_reason_key` are folded, as `industry_key` of companies is. Each index ends in what the totals of a filtered
//! list sum, so that they are read from the index alone. Activities get the search column and index of step 9. Keys and texts of the rows
//! there are are computed at the next start: see `stored_keys` in the store.

use crate::{
    m0009_search::{sqlite_down, sqlite_up},
    table::{folded_text, live_index, run},
};
use sea_orm_migration::{prelude::*, schema::text, sea_orm::DbBackend};

const KEYS: [&str; 2] = ["source_key", "lost_reason_key"];
/// By the company, deals are found whose company has no primary decision-maker.
const FILTERED: [&str; 4] = ["source_key", "lost_reason_key", "closed_at", "company_id"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in KEYS {
            manager.alter_table(Table::alter().table("deals").add_column(folded_text(manager, name)).take()).await?;
        }
        for name in FILTERED {
            manager.create_index(live_index("deals", &[name, "id", "value", "probability"])).await?;
        }

        manager.alter_table(Table::alter().table("activities").add_column(text("search").default("")).take()).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            return run(manager, &["CREATE INDEX activities_search ON activities USING gin (search gin_trgm_ops)"]).await;
        }
        for statement in sqlite_up("activities") {
            run(manager, &[&statement]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            run(manager, &["DROP INDEX activities_search"]).await?;
        } else {
            for statement in sqlite_down("activities") {
                run(manager, &[&statement]).await?;
            }
        }
        manager.alter_table(Table::alter().table("activities").drop_column("search").take()).await?;
        for name in FILTERED {
            run(manager, &[&format!("DROP INDEX deals_by_{name}_id_value_probability")]).await?;
        }
        for name in KEYS {
            manager.alter_table(Table::alter().table("deals").drop_column(name).take()).await?;
        }
        Ok(())
    }
}

//! Deals filtered by source, lost reason and the day they closed, and activities found by their text.
//!
//! `source_key` and `lost_reason_key` are folded, as `industry_key` of companies is. Each index ends in what the totals of a filtered
//! list sum, so that they are read from the index alone. Activities get the search column and index of step 9; the text of those there
//! are is filled in by the program at its next start.

use crate::{
    m0009_search::{sqlite_down, sqlite_up},
    table::{folded_text, live_index, run},
};
use domain::{deals::lost_reason_key, fold::fold};
use sea_orm_migration::{
    prelude::*,
    schema::text,
    sea_orm::{ConnectionTrait, DbBackend, Statement, Value, prelude::Uuid},
};

/// Rows read at once while their keys are filled in.
const BATCH: i64 = 500;

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
        fill_keys(manager).await?;
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

/// The keys of the deals there are.
async fn fill_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let (db, backend) = (manager.get_connection(), manager.get_database_backend());
    let statement = |text: &str, values: Vec<Value>| Statement::from_sql_and_values(backend, text, values);
    let mut after = (Uuid::nil(), Uuid::nil());
    loop {
        let text = "SELECT workspace_id, id, source, lost_reason FROM deals WHERE (source IS NOT NULL OR lost_reason IS NOT NULL)
                    AND (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT $3";
        let rows = db.query_all_raw(statement(text, vec![after.0.into(), after.1.into(), BATCH.into()])).await?;
        for row in &rows {
            after = (row.try_get("", "workspace_id")?, row.try_get("", "id")?);
            let text = |column| row.try_get::<Option<String>>("", column).map(Option::unwrap_or_default);
            let keys = [fold(&text("source")?), lost_reason_key(&text("lost_reason")?)];
            let text = "UPDATE deals SET source_key = $3, lost_reason_key = $4 WHERE workspace_id = $1 AND id = $2";
            let [source, lost_reason] = keys.map(Value::from);
            db.execute_raw(statement(text, vec![after.0.into(), after.1.into(), source, lost_reason])).await?;
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

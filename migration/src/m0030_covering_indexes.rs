//! Lists from indexes alone.
//!
//! - Filters of the lists of companies and contacts are compared in the index of the default order.
//! - PostgreSQL reads an index on an expression alone only if the index holds the columns of the expression, too.
//! - PostgreSQL reads no index alone whose pages were not vacuumed since they changed. By default a table is vacuumed when a fifth of it
//!   changed; of a table of 100,000 rows the middle page then reads thousands of rows.

use crate::table::{live_index, run};
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// The default order of a list, and what it is filtered by.
const FILTERED: [(&str, &[&str]); 2] = [
    ("companies", &["sort_key", "id", "status", "size", "industry_key"]),
    ("contacts", &["sort_key", "id", "standing", "job_title_key", "company_id"]),
];

/// Orders by an expression: table, name, expression, and its columns.
const EXPRESSIONS: [(&str, &str, &str, &str); 8] = [
    ("companies", "industry", "NULLIF(industry_sort_key, '')", "industry_sort_key"),
    ("companies", "size_or_none", "NULLIF(size, -1)", "size"),
    ("contacts", "job_title", "NULLIF(job_title_sort_key, '')", "job_title_sort_key"),
    ("contacts", "company", "NULLIF(company_sort_key, '')", "company_sort_key"),
    ("contacts", "phone", "NULLIF(phone_key, '')", "phone_key"),
    ("contacts", "email", "NULLIF(email_key, '')", "email_key"),
    ("deals", "contact", "NULLIF(contact_sort_key, '')", "contact_sort_key"),
    ("deals", "weighted", "((value * probability + 50) / 100)", "value, probability"),
];

/// Tables of which lists are read from indexes alone.
const LISTED: [&str; 5] = ["companies", "contacts", "deals", "activities", "company_counters"];

/// Share of a table that changes before PostgreSQL vacuums it.
const VACUUM_SHARE: &str = "0.02";

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Creates the indexes of the orders by an expression anew, ascending and descending.
async fn recreate(manager: &SchemaManager<'_>, covering: bool) -> Result<(), DbErr> {
    for (table, name, expression, columns) in EXPRESSIONS {
        for (name, direction, id) in [(name.to_owned(), "", "id"), (format!("{name}_descending"), " DESC NULLS LAST", "id DESC")] {
            let include = if covering { format!(" INCLUDE ({columns})") } else { String::new() };
            run(
                manager,
                &[
                    &format!("DROP INDEX {table}_by_{name}"),
                    &format!(
                        "CREATE INDEX {table}_by_{name} ON {table} (workspace_id, {expression}{direction}, {id}){include}
                         WHERE deleted_at IS NULL"
                    ),
                ],
            )
            .await?;
        }
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in FILTERED {
            run(manager, &[&format!("DROP INDEX {table}_by_sort_key_id")]).await?;
            manager.create_index(live_index(table, columns)).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            recreate(manager, true).await?;
            for table in LISTED {
                run(
                    manager,
                    &[&format!(
                        "ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = {VACUUM_SHARE},
                           autovacuum_vacuum_insert_scale_factor = {VACUUM_SHARE}, autovacuum_analyze_scale_factor = {VACUUM_SHARE})"
                    )],
                )
                .await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            for table in LISTED {
                run(
                    manager,
                    &[&format!(
                        "ALTER TABLE {table} RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor,
                           autovacuum_analyze_scale_factor)"
                    )],
                )
                .await?;
            }
            recreate(manager, false).await?;
        }
        for (table, columns) in FILTERED {
            run(manager, &[&format!("DROP INDEX {table}_by_{}", columns.join("_"))]).await?;
            manager.create_index(live_index(table, &["sort_key", "id"])).await?;
        }
        Ok(())
    }
}

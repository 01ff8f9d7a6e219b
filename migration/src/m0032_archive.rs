//! Archived companies, which lists leave out unless asked for them.
//!
//! Every order of the list of companies holds whether a company is archived, behind the id. So one index serves the list without archived
//! companies, with them, and of them alone: those that a page leaves out cost an index entry each, and no row. Who archived a company, and
//! when, is in the audit log as well.

use crate::table::{index, live_index, run};
use sea_orm_migration::{
    prelude::*,
    schema::{boolean, text_null},
    sea_orm::DbBackend,
};

/// Orders and filters of the list, after the workspace.
const LISTED: [&[&str]; 5] = [
    &["sort_key", "id", "status", "size", "industry_key"],
    &["name_key", "id"],
    &["industry_key", "id"],
    &["status", "id"],
    &["updated_at", "id"],
];
/// Orders by an expression: name, expression, column.
const EXPRESSIONS: [(&str, &str, &str); 2] =
    [("industry", "NULLIF(industry_sort_key, '')", "industry_sort_key"), ("size_or_none", "NULLIF(size, -1)", "size")];
/// Orders of the list by counters.
const COUNTED: [&str; 3] = ["contacts", "open_deals_value", "last_contact_ms"];
/// Decision gaps, of companies with open deals.
const GAPS: [&str; 4] = ["primary_contacts", "last_primary_contact_ms", "next_contact_ms", "company_id"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("companies").add_column(text_null("archive_reason")).take()).await?;
        let archived = boolean("is_archived").default(false).take();
        manager.alter_table(Table::alter().table("company_counters").add_column(archived).take()).await?;
        for columns in LISTED {
            drop_index(manager, "companies", columns).await?;
            manager.create_index(live_index("companies", &[columns, &["archived_at"]].concat())).await?;
        }
        recreate_expressions(manager, true).await?;
        let archived = live_index("companies", &["archived_at", "id"]).and_where(Expr::col("archived_at").is_not_null()).take();
        manager.create_index(archived).await?;
        for column in COUNTED {
            drop_index(manager, "company_counters", &[column, "company_id"]).await?;
            manager.create_index(index("company_counters", &[column, "company_id", "is_archived"])).await?;
        }
        drop_index(manager, "company_counters", &GAPS).await?;
        manager.create_index(gaps().and_where(Expr::cust("NOT is_archived")).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "company_counters", &GAPS).await?;
        manager.create_index(gaps()).await?;
        for column in COUNTED {
            drop_index(manager, "company_counters", &[column, "company_id", "is_archived"]).await?;
            manager.create_index(index("company_counters", &[column, "company_id"])).await?;
        }
        drop_index(manager, "companies", &["archived_at", "id"]).await?;
        recreate_expressions(manager, false).await?;
        for columns in LISTED {
            drop_index(manager, "companies", &[columns, &["archived_at"]].concat()).await?;
            manager.create_index(live_index("companies", columns)).await?;
        }
        manager.alter_table(Table::alter().table("company_counters").drop_column("is_archived").take()).await?;
        manager.alter_table(Table::alter().table("companies").drop_column("archive_reason").take()).await
    }
}

fn gaps() -> IndexCreateStatement {
    index("company_counters", &GAPS).and_where(Expr::col("open_deals").gt(0)).take()
}

async fn drop_index(manager: &SchemaManager<'_>, table: &str, columns: &[&str]) -> Result<(), DbErr> {
    run(manager, &[&format!("DROP INDEX {table}_by_{}", columns.join("_"))]).await
}

/// Creates the indexes of the orders by an expression anew: on PostgreSQL one for each direction, which hold the expression's column.
async fn recreate_expressions(manager: &SchemaManager<'_>, archived: bool) -> Result<(), DbErr> {
    let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
    let archived = if archived { ", archived_at" } else { "" };
    for (name, expression, column) in EXPRESSIONS {
        let include = if is_postgres { format!(" INCLUDE ({column})") } else { String::new() };
        let mut indexes = vec![(format!("companies_by_{name}"), "", "id")];
        if is_postgres {
            indexes.push((format!("companies_by_{name}_descending"), " DESC NULLS LAST", "id DESC"));
        }
        for (name, direction, id) in indexes {
            let columns = format!("workspace_id, {expression}{direction}, {id}{archived}");
            let create = format!("CREATE INDEX {name} ON companies ({columns}){include} WHERE deleted_at IS NULL");
            run(manager, &[&format!("DROP INDEX {name}"), &create]).await?;
        }
    }
    Ok(())
}

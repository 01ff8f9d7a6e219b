//! Last contacts of companies: only activities with somebody count, and planned ones from their time on.

use crate::table::{index, run};
use sea_orm_migration::{prelude::*, schema::big_integer, sea_orm::DbBackend};

const COLUMN: &str = "next_contact_ms";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The earliest contact to come, of the company or of one who signs there, as milliseconds since 1970, 0 for none. From then on
        // last_contact_ms and last_primary_contact_ms are out of date.
        let column = big_integer(COLUMN).default(0).take();
        manager.alter_table(Table::alter().table("company_counters").add_column(column).take()).await?;
        run(manager, &[&last_and_next(manager.get_database_backend())]).await?;
        run(manager, &[&of_primaries(manager.get_database_backend())]).await?;
        let planned = index("company_counters", &[COLUMN, "company_id"]).and_where(Expr::col(COLUMN).gt(0)).take();
        manager.create_index(planned).await?;
        run(manager, &["DROP INDEX company_counters_by_primary_contacts_last_primary_contact_ms_company_id"]).await?;
        manager.create_index(gaps(&["primary_contacts", "last_primary_contact_ms", COLUMN, "company_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dropped = [
            "DROP INDEX company_counters_by_primary_contacts_last_primary_contact_ms_next_contact_ms_company_id",
            "DROP INDEX company_counters_by_next_contact_ms_company_id",
        ];
        run(manager, &dropped).await?;
        manager.create_index(gaps(&["primary_contacts", "last_primary_contact_ms", "company_id"])).await?;
        manager.alter_table(Table::alter().table("company_counters").drop_column(COLUMN).take()).await
    }
}

/// Only where deals are open does a gap matter.
fn gaps(columns: &[&'static str]) -> IndexCreateStatement {
    index("company_counters", columns).and_where(Expr::col("open_deals").gt(0)).take()
}

/// Columns of a group of activities `a`: the last contact and the next, as milliseconds since 1970, 0 for none.
fn counted(backend: DbBackend) -> String {
    let now = match backend {
        DbBackend::Postgres => "now()",
        _ => "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')",
    };
    let ms = |date: &str, when: &str| {
        let date = format!(
            "{date}(CASE WHEN a.deleted_at IS NULL AND a.type IN ('call', 'email', 'meeting', 'sms') AND a.date {when} {now} THEN a.date END)"
        );
        match backend {
            DbBackend::Postgres => format!("COALESCE(CAST(round(extract(epoch FROM {date}) * 1000) AS bigint), 0)"),
            _ => format!("COALESCE(CAST(round((julianday({date}) - 2440587.5) * 86400000) AS bigint), 0)"),
        }
    };
    format!("{} AS last_ms, {} AS next_ms", ms("max", "<="), ms("min", ">"))
}

fn last_and_next(backend: DbBackend) -> String {
    format!(
        "UPDATE company_counters SET last_contact_ms = counted.last_ms, next_contact_ms = counted.next_ms
         FROM (SELECT a.workspace_id, a.company_id, {} FROM activities a GROUP BY a.workspace_id, a.company_id) AS counted
         WHERE company_counters.workspace_id = counted.workspace_id AND company_counters.company_id = counted.company_id",
        counted(backend)
    )
}

fn of_primaries(backend: DbBackend) -> String {
    format!(
        "UPDATE company_counters SET last_primary_contact_ms = counted.last_ms,
           next_contact_ms = CASE WHEN counted.next_ms > 0 AND (next_contact_ms = 0 OR next_contact_ms > counted.next_ms)
             THEN counted.next_ms ELSE next_contact_ms END
         FROM (SELECT p.workspace_id, p.company_id, {} FROM contacts p
               JOIN activities a ON a.workspace_id = p.workspace_id AND a.contact_id = p.id
               WHERE p.authority_level = 'primary' AND p.deleted_at IS NULL GROUP BY p.workspace_id, p.company_id) AS counted
         WHERE company_counters.workspace_id = counted.workspace_id AND company_counters.company_id = counted.company_id",
        counted(backend)
    )
}

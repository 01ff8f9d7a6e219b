//! Figures of a company's decision-makers, so that a page and a filter of the list can tell where nobody signs, or nobody who
//! signs was contacted.

use crate::table::{count_or_sum, index, run};
use sea_orm_migration::{prelude::*, schema::big_integer, sea_orm::DbBackend};

const COLUMNS: [&str; 2] = ["primary_contacts", "last_primary_contact_ms"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Contacts who sign, without those in the bin; and when the latest of them was called, written to or met, as
        // milliseconds since 1970, 0 for never.
        let columns = [count_or_sum(COLUMNS[0]), big_integer(COLUMNS[1]).default(0).take()];
        for column in columns {
            manager.alter_table(Table::alter().table("company_counters").add_column(column).take()).await?;
        }
        let milliseconds = match manager.get_database_backend() {
            DbBackend::Postgres => "CAST(round(extract(epoch FROM max(a.date)) * 1000) AS bigint)",
            _ => "CAST(round((julianday(max(a.date)) - 2440587.5) * 86400000) AS bigint)",
        };
        let counted = format!(
            "UPDATE company_counters SET primary_contacts = counted.primaries, last_primary_contact_ms = counted.last_ms
             FROM (SELECT p.workspace_id, p.company_id, count(DISTINCT p.id) AS primaries, COALESCE({milliseconds}, 0) AS last_ms
                   FROM contacts p LEFT JOIN activities a ON a.workspace_id = p.workspace_id AND a.contact_id = p.id
                   AND a.deleted_at IS NULL AND a.type IN ('call', 'email', 'meeting', 'sms')
                   WHERE p.authority_level = 'primary' AND p.deleted_at IS NULL GROUP BY p.workspace_id, p.company_id) AS counted
             WHERE company_counters.workspace_id = counted.workspace_id AND company_counters.company_id = counted.company_id"
        );
        run(manager, &[&counted]).await?;
        // Only where deals are open does it matter.
        let gaps = index("company_counters", &["primary_contacts", "last_primary_contact_ms", "company_id"])
            .and_where(Expr::col("open_deals").gt(0))
            .take();
        manager.create_index(gaps).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX company_counters_by_primary_contacts_last_primary_contact_ms_company_id"]).await?;
        for column in COLUMNS {
            manager.alter_table(Table::alter().table("company_counters").drop_column(column).take()).await?;
        }
        Ok(())
    }
}

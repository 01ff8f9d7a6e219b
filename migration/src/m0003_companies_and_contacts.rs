//! Companies, the people at them, and the figures of a company that lists show.

use crate::table::{
    bin_index, cascading_fk, count_or_sum, create, drop, enum_text, enum_text_null, folded_text, index, live_index, metadata, record_table,
    run, tenant_fk, timestamp_null,
};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, small_integer, string_len, string_len_null, text, text_null, uuid, uuid_null},
    sea_orm::DbBackend,
};

const STATUSES: &[&str] = &["lead", "active", "inactive"];
const AUTHORITY_LEVELS: &[&str] = &["primary", "secondary", "influencer"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let companies = record_table("companies")
            .col(string_len("name", 255))
            .col(folded_text(manager, "name_key"))
            .col(string_len_null("industry", 100))
            .col(folded_text(manager, "industry_key"))
            // The rank of the size, 0 (1-10) to 4 (500+), so that it sorts by size; -1 for none.
            .col(small_integer("size").default(-1).check(Expr::col("size").between(-1, 4)))
            .col(enum_text("status", STATUSES).default("lead"))
            .col(timestamp_null("archived_at"))
            .col(string_len_null("website", 500))
            .col(string_len_null("phone", 50))
            .col(string_len_null("email", 255))
            .col(string_len_null("tax_code", 50))
            .col(text_null("address"))
            .col(text_null("notes"))
            .col(metadata())
            .col(text("search").default(""))
            .col(timestamp_null("deleted_at"))
            .take();
        create(
            manager,
            companies,
            [
                live_index("companies", &["name_key", "id"]),
                live_index("companies", &["industry_key", "id"]),
                live_index("companies", &["size", "id"]),
                live_index("companies", &["status", "id"]),
                index("companies", &["owner_id", "id"]),
                live_index("companies", &["created_at", "id"]),
                live_index("companies", &["updated_at", "id"]),
                bin_index("companies"),
            ],
        )
        .await?;

        // Open deals, contacts and the rest count rows that are not in the bin.
        let company_counters = Table::create()
            .table("company_counters")
            .col(uuid("workspace_id"))
            .col(uuid("company_id"))
            .col(count_or_sum("contacts"))
            .col(count_or_sum("deals"))
            .col(count_or_sum("open_deals"))
            .col(count_or_sum("open_deals_value"))
            .col(count_or_sum("won_deals"))
            .col(count_or_sum("won_deals_value"))
            .col(count_or_sum("activities"))
            // Milliseconds since 1970, 0 for never: a number, because null sorts differently on the two databases.
            .col(big_integer("last_contact_ms").default(0))
            .primary_key(Index::create().col("workspace_id").col("company_id"))
            .foreign_key(&mut cascading_fk("company_counters", "company_id", "companies"))
            .take();
        create(
            manager,
            company_counters,
            [
                index("company_counters", &["contacts", "company_id"]),
                index("company_counters", &["open_deals", "company_id"]),
                index("company_counters", &["open_deals_value", "company_id"]),
                index("company_counters", &["last_contact_ms", "company_id"]),
            ],
        )
        .await?;

        let contacts = record_table("contacts")
            .col(string_len("name", 255))
            .col(folded_text(manager, "name_key"))
            .col(string_len_null("email", 255))
            .col(string_len_null("phone", 50))
            .col(string_len_null("job_title", 255))
            .col(folded_text(manager, "job_title_key"))
            .col(boolean("is_decision_maker").default(false))
            .col(enum_text_null("authority_level", AUTHORITY_LEVELS))
            .col(uuid_null("company_id"))
            .col(uuid_null("reports_to_id"))
            .col(text_null("notes"))
            .col(metadata())
            .col(text("search").default(""))
            .col(timestamp_null("deleted_at"))
            .foreign_key(&mut tenant_fk("contacts", "company_id", "companies"))
            .foreign_key(&mut tenant_fk("contacts", "reports_to_id", "contacts"))
            .check(Expr::cust("reports_to_id <> id"))
            .take();
        create(
            manager,
            contacts,
            [
                live_index("contacts", &["name_key", "id"]),
                index("contacts", &["email", "id"]),
                live_index("contacts", &["job_title_key", "id"]),
                index("contacts", &["company_id", "name_key", "id"]),
                index("contacts", &["reports_to_id"]),
                live_index("contacts", &["is_decision_maker", "name_key", "id"]),
                index("contacts", &["owner_id", "id"]),
                live_index("contacts", &["created_at", "id"]),
                bin_index("contacts"),
            ],
        )
        .await?;

        if manager.get_database_backend() == DbBackend::Postgres {
            run(
                manager,
                &[
                    "CREATE INDEX companies_metadata ON companies USING gin (metadata)",
                    "CREATE INDEX contacts_metadata ON contacts USING gin (metadata)",
                ],
            )
            .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["contacts", "company_counters", "companies"]).await
    }
}

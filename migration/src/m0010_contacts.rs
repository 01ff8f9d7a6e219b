//! Contacts in every order their list has, found by telephone number and company, and forms that were sent twice.
//!
//! `company_key` is the folded name of the contact's company and the last line of its `search`: it is written with the
//! contact, and again for all its contacts when a company's name changes. So a list sorts by company and a search finds
//! "duc vinamilk" in one index of one table, where a join would read both tables whole.

use crate::table::{create, drop, folded_text, index, live_index, run, timestamp};
use domain::{
    fold::{fold, search_key},
    phones,
};
use sea_orm_migration::{
    prelude::*,
    schema::{small_integer, uuid, var_binary},
    sea_orm::{ConnectionTrait, QueryResult, Statement, Value, prelude::Uuid},
};

/// Rows read at once while their keys are filled in.
const BATCH: i64 = 500;

const KEYS: [&str; 3] = ["company_key", "email_key", "phone_key"];
const ORDERS: [&str; 5] = ["company_key", "email_key", "phone_key", "standing", "updated_at"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in KEYS {
            manager.alter_table(Table::alter().table("contacts").add_column(folded_text(manager, name)).take()).await?;
        }
        // The place in the order of who decides, 0 (primary) to 5 (nobody in particular).
        let standing = small_integer("standing").default(5).check(Expr::col("standing").between(0, 5)).take();
        manager.alter_table(Table::alter().table("contacts").add_column(standing).take()).await?;

        companies(manager).await?;
        contacts(manager).await?;
        for order in ORDERS {
            manager.create_index(live_index("contacts", &[order, "id"])).await?;
        }
        // Addresses are sorted by their key.
        run(manager, &["DROP INDEX contacts_by_email_id"]).await?;

        let sent_forms = Table::create()
            .table("sent_forms")
            .col(uuid("workspace_id"))
            // SHA-256 of who sent what, the form's own key in it.
            .col(var_binary("digest", 32))
            // What was made of it the first time.
            .col(uuid("record_id"))
            .col(timestamp("created_at"))
            .primary_key(Index::create().col("workspace_id").col("digest"))
            .foreign_key(
                ForeignKey::create()
                    .name("sent_forms_workspace")
                    .from("sent_forms", "workspace_id")
                    .to("workspaces", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .take();
        create(manager, sent_forms, [index("sent_forms", &["created_at"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["sent_forms"]).await?;
        manager.create_index(index("contacts", &["email", "id"])).await?;
        for order in ORDERS {
            run(manager, &[&format!("DROP INDEX contacts_by_{order}_id")]).await?;
        }
        for column in KEYS.into_iter().chain(["standing"]) {
            manager.alter_table(Table::alter().table("contacts").drop_column(column).take()).await?;
        }
        Ok(())
    }
}

/// Companies are found by their telephone number too: its key becomes a line of what they are found by.
async fn companies(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut after = (Uuid::nil(), Uuid::nil());
    loop {
        let text = "SELECT workspace_id, id, phone FROM companies WHERE deleted_at IS NULL AND phone IS NOT NULL
                    AND (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT $3";
        let rows = read(manager, text, [after.0.into(), after.1.into(), BATCH.into()]).await?;
        for row in &rows {
            after = (row.try_get("", "workspace_id")?, row.try_get("", "id")?);
            let phone: String = row.try_get("", "phone")?;
            let line = format!("\n{}", phones::search_key(&phone));
            let text = "UPDATE companies SET search = search || $3 WHERE workspace_id = $1 AND id = $2";
            write(manager, text, [after.0.into(), after.1.into(), line.into()]).await?;
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

/// The keys of the contacts there are, and what they are found by. What is in the bin is found by nothing.
async fn contacts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut after = (Uuid::nil(), Uuid::nil());
    loop {
        let text = "SELECT p.workspace_id, p.id, p.name, p.email, p.phone, p.job_title, p.is_decision_maker, p.authority_level,
                      c.name AS company, CASE WHEN p.deleted_at IS NULL THEN 1 ELSE 0 END AS live
                    FROM contacts p LEFT JOIN companies c ON c.workspace_id = p.workspace_id AND c.id = p.company_id
                    WHERE (p.workspace_id, p.id) > ($1, $2) ORDER BY p.workspace_id, p.id LIMIT $3";
        let rows = read(manager, text, [after.0.into(), after.1.into(), BATCH.into()]).await?;
        for row in &rows {
            after = (row.try_get("", "workspace_id")?, row.try_get("", "id")?);
            let text = |column| row.try_get::<Option<String>>("", column).map(Option::unwrap_or_default);
            let (name, email, phone, job_title, company) =
                (text("name")?, text("email")?, text("phone")?, text("job_title")?, text("company")?);
            let (company_key, phone_key) = (fold(&company), phones::search_key(&phone));
            let mut search = format!("\n{}", search_key([name.as_str(), &email, &phone_key, &job_title]));
            if !company_key.is_empty() {
                search = format!("{search}\n{company_key}");
            }
            if row.try_get::<i32>("", "live")? == 0 {
                search.clear();
            }
            let standing: i16 = match (text("authority_level")?.as_str(), row.try_get::<bool>("", "is_decision_maker")?) {
                ("primary", _) => 0,
                ("secondary", _) => 1,
                ("influencer", true) => 2,
                (_, true) => 3,
                ("influencer", false) => 4,
                _ => 5,
            };
            let text = "UPDATE contacts SET company_key = $3, email_key = $4, phone_key = $5, standing = $6, search = $7
                        WHERE workspace_id = $1 AND id = $2";
            let keys = [company_key.into(), fold(&email).into(), phone_key.into(), standing.into(), search.into()];
            write(manager, text, [after.0.into(), after.1.into()].into_iter().chain(keys)).await?;
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

async fn read(manager: &SchemaManager<'_>, text: &str, values: impl IntoIterator<Item = Value>) -> Result<Vec<QueryResult>, DbErr> {
    let statement = Statement::from_sql_and_values(manager.get_database_backend(), text, values);
    manager.get_connection().query_all_raw(statement).await
}

async fn write(manager: &SchemaManager<'_>, text: &str, values: impl IntoIterator<Item = Value>) -> Result<(), DbErr> {
    let statement = Statement::from_sql_and_values(manager.get_database_backend(), text, values);
    manager.get_connection().execute_raw(statement).await.map(|_| ())
}

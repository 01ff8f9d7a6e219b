//! Vietnamese order, and one index for each order that a list shows.
//!
//! A sort key is computed from a text by `domain::collation` and compared by bytes, so that both databases order alike; empty for none.
//! What may be missing is last in either direction: SQLite reads one index for both, PostgreSQL needs one for each.
//!
//! Contacts and deals have copies of what they are sorted by in other tables, kept by triggers: with a join a page would sort the whole
//! table. The keys themselves are filled in at the next start, as are all keys that are computed: see `stored_keys`.

use crate::table::{folded_text, index, live_index, run, timestamp};
use sea_orm_migration::{
    prelude::*,
    schema::{integer, string_len, uuid_null},
    sea_orm::DbBackend,
};

/// The columns of sort keys, by table.
const KEYS: [(&str, &[&str]); 5] = [
    ("users", &["sort_key"]),
    ("companies", &["sort_key", "industry_sort_key"]),
    ("contacts", &["sort_key", "job_title_sort_key", "company_sort_key"]),
    ("deals", &["sort_key", "company_sort_key", "contact_sort_key", "owner_sort_key"]),
    ("tags", &["sort_key"]),
];

/// Orders by columns that are never empty.
const ORDERS: [(&str, &[&str]); 6] = [
    ("companies", &["sort_key", "id"]),
    ("contacts", &["sort_key", "id"]),
    ("deals", &["sort_key", "id"]),
    ("deals", &["company_sort_key", "id"]),
    ("deals", &["owner_sort_key", "id"]),
    ("deals", &["stage_position", "position", "id"]),
];

/// Orders of the rows that refer to one record. SQLite, which has no statistics, would else read the whole table in its order.
const ORDERS_OF_ONE: [(&str, &[&str]); 3] = [
    ("contacts", &["company_id", "sort_key", "id"]),
    ("contacts", &["reports_to_id", "sort_key", "id"]),
    ("deals", &["company_id", "sort_key", "id"]),
];

/// Indexes of all rows that those replace.
const REPLACED_OF_ONE: [(&str, &[&str]); 3] =
    [("contacts", &["company_id", "name_key", "id"]), ("contacts", &["reports_to_id"]), ("deals", &["company_id", "id"])];

/// Orders by what may be missing: table, name, SQL.
const NULLABLE_ORDERS: [(&str, &str, &str); 8] = [
    ("companies", "industry", "NULLIF(industry_sort_key, '')"),
    ("companies", "size_or_none", "NULLIF(size, -1)"),
    ("contacts", "job_title", "NULLIF(job_title_sort_key, '')"),
    ("contacts", "company", "NULLIF(company_sort_key, '')"),
    ("contacts", "phone", "NULLIF(phone_key, '')"),
    ("contacts", "email", "NULLIF(email_key, '')"),
    ("deals", "contact", "NULLIF(contact_sort_key, '')"),
    ("deals", "weighted", "((value * probability + 50) / 100)"),
];

/// Columns that have an index, and on PostgreSQL need one for descending order too.
const NULLABLE_COLUMNS: [(&str, &str); 2] = [("deals", "value"), ("deals", "expected_close_date")];

/// Indexes that the new ones replace.
const REPLACED: [(&str, &[&str]); 4] = [
    ("companies", &["size", "id"]),
    ("contacts", &["company_key", "id"]),
    ("contacts", &["phone_key", "id"]),
    ("contacts", &["email_key", "id"]),
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        for (table, columns) in KEYS {
            for column in columns {
                manager.alter_table(Table::alter().table(table).add_column(folded_text(manager, column)).take()).await?;
            }
        }
        manager.alter_table(Table::alter().table("deals").add_column(integer("stage_position").default(0)).take()).await?;
        run(
            manager,
            &["UPDATE deals SET stage_position =
            (SELECT s.position FROM stages s WHERE s.workspace_id = deals.workspace_id AND s.id = deals.stage_id)"],
        )
        .await?;
        let copies = COPIES.iter().flat_map(|copies| copies.create(is_postgres));
        for statement in copies.chain(COPIED.iter().flat_map(|copied| copied.create(is_postgres))) {
            run(manager, &[&statement]).await?;
        }

        for (table, columns) in REPLACED.into_iter().chain(REPLACED_OF_ONE) {
            run(manager, &[&format!("DROP INDEX {table}_by_{}", columns.join("_"))]).await?;
        }
        for (table, columns) in ORDERS_OF_ONE {
            manager.create_index(index(table, columns)).await?;
        }
        for (table, columns) in ORDERS {
            manager.create_index(live_index(table, columns)).await?;
        }
        for (table, name, expression) in NULLABLE_ORDERS {
            run(manager, &[&nullable_index(table, name, expression, "")]).await?;
        }
        if is_postgres {
            for (table, name, expression) in descending() {
                run(manager, &[&nullable_index(table, &format!("{name}_descending"), expression, " DESC NULLS LAST")]).await?;
            }
        }

        let stored_keys = Table::create()
            .table("stored_keys")
            .col(string_len("table_name", 40).primary_key())
            .col(integer("version"))
            .col(integer("target"))
            .col(uuid_null("after_workspace_id"))
            .col(uuid_null("after_id"))
            .col(timestamp("updated_at"))
            .take();
        manager.create_table(stored_keys).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        manager.drop_table(Table::drop().table("stored_keys").take()).await?;
        if is_postgres {
            for (table, name, _) in descending() {
                run(manager, &[&format!("DROP INDEX {table}_by_{name}_descending")]).await?;
            }
        }
        for (table, name, _) in NULLABLE_ORDERS {
            run(manager, &[&format!("DROP INDEX {table}_by_{name}")]).await?;
        }
        for (table, columns) in ORDERS.into_iter().chain(ORDERS_OF_ONE) {
            run(manager, &[&format!("DROP INDEX {table}_by_{}", columns.join("_"))]).await?;
        }
        for (table, columns) in REPLACED {
            manager.create_index(live_index(table, columns)).await?;
        }
        for (table, columns) in REPLACED_OF_ONE {
            manager.create_index(index(table, columns)).await?;
        }
        let copies = COPIES.iter().flat_map(|copies| copies.drop(is_postgres));
        for statement in copies.chain(COPIED.iter().flat_map(|copied| copied.drop(is_postgres))) {
            run(manager, &[&statement]).await?;
        }
        manager.alter_table(Table::alter().table("deals").drop_column("stage_position").take()).await?;
        for (table, columns) in KEYS {
            for column in columns {
                manager.alter_table(Table::alter().table(table).drop_column(*column).take()).await?;
            }
        }
        Ok(())
    }
}

/// What PostgreSQL needs a second index of.
fn descending() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    NULLABLE_ORDERS.into_iter().chain(NULLABLE_COLUMNS.into_iter().map(|(table, column)| (table, column, column)))
}

fn nullable_index(table: &str, name: &str, expression: &str, direction: &str) -> String {
    let id = if direction.is_empty() { "id" } else { "id DESC" };
    format!("CREATE INDEX {table}_by_{name} ON {table} (workspace_id, {expression}{direction}, {id}) WHERE deleted_at IS NULL")
}

/// Columns of a table that copy what others hold.
struct Copies {
    trigger: &'static str,
    table: &'static str,
    /// The columns that say which rows are copied.
    refer: &'static [&'static str],
    /// Each copy with its value for the row `NEW`.
    columns: &'static [(&'static str, &'static str)],
}

const OF_COMPANY: &str =
    "COALESCE((SELECT c.sort_key FROM companies c WHERE c.workspace_id = NEW.workspace_id AND c.id = NEW.company_id), '')";
const OF_CONTACT: &str = "COALESCE((SELECT p.sort_key FROM contacts p
    WHERE p.workspace_id = NEW.workspace_id AND p.id = NEW.contact_id AND p.deleted_at IS NULL), '')";
const OF_OWNER: &str = "COALESCE((SELECT u.sort_key FROM users u WHERE u.id = NEW.owner_id), '')";
const OF_STAGE: &str = "COALESCE((SELECT s.position FROM stages s WHERE s.workspace_id = NEW.workspace_id AND s.id = NEW.stage_id), 0)";

const COPIES: [Copies; 2] = [
    Copies { trigger: "contacts_copies", table: "contacts", refer: &["company_id"], columns: &[("company_sort_key", OF_COMPANY)] },
    Copies {
        trigger: "deals_copies",
        table: "deals",
        refer: &["company_id", "contact_id", "owner_id", "stage_id"],
        columns: &[
            ("company_sort_key", OF_COMPANY),
            ("contact_sort_key", OF_CONTACT),
            ("owner_sort_key", OF_OWNER),
            ("stage_position", OF_STAGE),
        ],
    },
];

impl Copies {
    /// A row gets its copies as it is written: on PostgreSQL before, on SQLite, whose triggers can't change a row, afterwards.
    fn create(&self, is_postgres: bool) -> Vec<String> {
        let Self { trigger, table, .. } = self;
        let referred = self.refer.join(", ");
        if is_postgres {
            let set: String = self.columns.iter().map(|(column, value)| format!("NEW.{column} := {value}; ")).collect();
            return vec![
                format!("CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {set}RETURN NEW; END $$"),
                format!(
                    "CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE OF {referred} ON {table} FOR EACH ROW EXECUTE FUNCTION {trigger}()"
                ),
            ];
        }
        let set: Vec<String> = self.columns.iter().map(|(column, value)| format!("{column} = {value}")).collect();
        let update = format!("UPDATE {table} SET {} WHERE workspace_id = NEW.workspace_id AND id = NEW.id", set.join(", "));
        let differ: Vec<String> = self.refer.iter().map(|column| format!("OLD.{column} IS NOT NEW.{column}")).collect();
        vec![
            format!("CREATE TRIGGER {trigger}_insert AFTER INSERT ON {table} BEGIN {update}; END"),
            format!(
                "CREATE TRIGGER {trigger}_update AFTER UPDATE OF {referred} ON {table} WHEN {} BEGIN {update}; END",
                differ.join(" OR ")
            ),
        ]
    }

    fn drop(&self, is_postgres: bool) -> Vec<String> {
        let Self { trigger, table, .. } = self;
        if is_postgres {
            return vec![format!("DROP TRIGGER {trigger} ON {table}"), format!("DROP FUNCTION {trigger}()")];
        }
        vec![format!("DROP TRIGGER {trigger}_insert"), format!("DROP TRIGGER {trigger}_update")]
    }
}

/// A table whose changes reach the rows that copy it.
struct Copied {
    trigger: &'static str,
    table: &'static str,
    /// The copied columns, and the condition that they differ.
    columns: &'static str,
    differ: &'static str,
    updates: &'static [&'static str],
}

const COPIED: [Copied; 4] = [
    Copied {
        trigger: "companies_copied",
        table: "companies",
        columns: "sort_key",
        differ: "OLD.sort_key <> NEW.sort_key",
        updates: &[
            "UPDATE contacts SET company_sort_key = NEW.sort_key WHERE workspace_id = NEW.workspace_id AND company_id = NEW.id",
            "UPDATE deals SET company_sort_key = NEW.sort_key WHERE workspace_id = NEW.workspace_id AND company_id = NEW.id",
        ],
    },
    Copied {
        trigger: "contacts_copied",
        table: "contacts",
        columns: "sort_key, deleted_at",
        differ: "OLD.sort_key <> NEW.sort_key OR (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)",
        updates: &["UPDATE deals SET contact_sort_key = CASE WHEN NEW.deleted_at IS NULL THEN NEW.sort_key ELSE '' END
             WHERE workspace_id = NEW.workspace_id AND contact_id = NEW.id"],
    },
    Copied {
        trigger: "users_copied",
        table: "users",
        columns: "sort_key",
        differ: "OLD.sort_key <> NEW.sort_key",
        updates: &["UPDATE deals SET owner_sort_key = NEW.sort_key
             WHERE owner_id = NEW.id AND workspace_id IN (SELECT m.workspace_id FROM memberships m WHERE m.user_id = NEW.id)"],
    },
    Copied {
        trigger: "stages_copied",
        table: "stages",
        columns: "position",
        differ: "OLD.position <> NEW.position",
        updates: &["UPDATE deals SET stage_position = NEW.position WHERE workspace_id = NEW.workspace_id AND stage_id = NEW.id"],
    },
];

impl Copied {
    fn create(&self, is_postgres: bool) -> Vec<String> {
        let Self { trigger, table, columns, differ, updates } = self;
        let updates: String = updates.iter().map(|update| format!("{update}; ")).collect();
        let event = format!("CREATE TRIGGER {trigger} AFTER UPDATE OF {columns} ON {table}");
        if is_postgres {
            return vec![
                format!("CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {updates}RETURN NULL; END $$"),
                format!("{event} FOR EACH ROW WHEN ({differ}) EXECUTE FUNCTION {trigger}()"),
            ];
        }
        vec![format!("{event} WHEN {differ} BEGIN {updates}END")]
    }

    fn drop(&self, is_postgres: bool) -> Vec<String> {
        let Self { trigger, table, .. } = self;
        if is_postgres {
            return vec![format!("DROP TRIGGER {trigger} ON {table}"), format!("DROP FUNCTION {trigger}()")];
        }
        vec![format!("DROP TRIGGER {trigger}")]
    }
}

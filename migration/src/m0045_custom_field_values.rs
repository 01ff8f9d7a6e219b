//! Custom fields as rows, for lists that are filtered by one: a filter on a JSON column reads the whole table.
//!
//! A record's folded names and values are a column of its own, `metadata_keys`, which is written, and computed anew, with its other keys.
//! Triggers copy them into the table, whichever feature writes the record.

use crate::table::{self, enum_text, folded_text, run};
use sea_orm_migration::{prelude::*, schema::uuid, sea_orm::DbBackend};

const TABLE: &str = "custom_field_values";

/// Tables whose records have custom fields, and the noun of each.
const RECORDS: [(&str, &str); 3] = [("companies", "company"), ("contacts", "contact"), ("deals", "deal")];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let values = Table::create()
            .table(TABLE)
            .col(uuid("workspace_id"))
            .col(enum_text("entity", &RECORDS.map(|(_, noun)| noun)))
            .col(uuid("record_id"))
            .col(folded_text(manager, "name_key"))
            .col(folded_text(manager, "value_key"))
            .primary_key(Index::create().col("workspace_id").col("entity").col("record_id").col("name_key"))
            .take();
        table::create(manager, values, [table::index(TABLE, &["entity", "name_key", "value_key", "record_id"])]).await?;
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        if is_postgres {
            run(manager, &[POSTGRES_FUNCTION]).await?;
        }
        for (records, noun) in RECORDS {
            let column = ColumnDef::new("metadata_keys").text().not_null().default("{}").take();
            manager.alter_table(Table::alter().table(records).add_column(column).take()).await?;
            for trigger in if is_postgres { postgres_triggers(records, noun) } else { sqlite_triggers(records, noun) } {
                run(manager, &[&trigger]).await?;
            }
        }
        // The keys are computed at the next start.
        run(manager, &["UPDATE stored_keys SET version = 0 WHERE table_name IN ('companies', 'contacts', 'deals')"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        for (records, _) in RECORDS {
            let of_table = if is_postgres { format!(" ON {records}") } else { String::new() };
            for event in ["insert", "update", "delete"] {
                run(manager, &[&format!("DROP TRIGGER {records}_custom_fields_{event}{of_table}")]).await?;
            }
            manager.alter_table(Table::alter().table(records).drop_column("metadata_keys").take()).await?;
        }
        if is_postgres {
            run(manager, &["DROP FUNCTION copy_custom_fields()"]).await?;
        }
        table::drop(manager, &[TABLE]).await
    }
}

/// The conditions under which the copies of a row are to be made or removed, by event.
const EVENTS: [(&str, &str, &str); 3] = [
    ("insert", "INSERT", "NEW.metadata_keys <> '{}'"),
    ("update", "UPDATE OF metadata_keys", "NEW.metadata_keys <> OLD.metadata_keys"),
    ("delete", "DELETE", "OLD.metadata_keys <> '{}'"),
];

fn sqlite_triggers(records: &str, noun: &str) -> Vec<String> {
    let remove = format!("DELETE FROM {TABLE} WHERE workspace_id = OLD.workspace_id AND entity = '{noun}' AND record_id = OLD.id;");
    let add = format!(
        "INSERT INTO {TABLE} (workspace_id, entity, record_id, name_key, value_key)
         SELECT NEW.workspace_id, '{noun}', NEW.id, key, value FROM json_each(NEW.metadata_keys);"
    );
    let statements = [add.clone(), format!("{remove} {add}"), remove];
    EVENTS
        .into_iter()
        .zip(statements)
        .map(|((name, event, condition), statements)| {
            format!("CREATE TRIGGER {records}_custom_fields_{name} AFTER {event} ON {records} WHEN {condition} BEGIN {statements} END")
        })
        .collect()
}

/// Its argument is the noun of the records.
const POSTGRES_FUNCTION: &str = "CREATE FUNCTION copy_custom_fields() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP <> 'INSERT' THEN
        DELETE FROM custom_field_values WHERE workspace_id = OLD.workspace_id AND entity = TG_ARGV[0] AND record_id = OLD.id;
      END IF;
      IF TG_OP <> 'DELETE' THEN
        INSERT INTO custom_field_values (workspace_id, entity, record_id, name_key, value_key)
        SELECT NEW.workspace_id, TG_ARGV[0], NEW.id, key, value FROM json_each_text(CAST(NEW.metadata_keys AS json));
      END IF;
      RETURN NULL;
    END $$";

fn postgres_triggers(records: &str, noun: &str) -> Vec<String> {
    EVENTS
        .into_iter()
        .map(|(name, event, condition)| {
            format!(
                "CREATE TRIGGER {records}_custom_fields_{name} AFTER {event} ON {records}
                 FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION copy_custom_fields('{noun}')"
            )
        })
        .collect()
}

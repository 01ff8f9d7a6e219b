//! Next best actions: what their rules compare, what a user put off or dismissed, and the rules that a workspace switched off.
//!
//! Companies, contacts and deals get the time of their newest contact, planned ones included: if that is ahead, a contact is planned, else it
//! is the last one. Triggers keep it, as an activity is written, moved to the bin, restored and erased by many features: to look it up for
//! each open deal of a large workspace took longer than a page may.

use crate::table::{create, drop, run, timestamp, timestamp_null};
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, text, uuid},
    sea_orm::DbBackend,
};

/// Records that an activity is with: table, and the column of activities that refers to it.
const CONTACTED: [(&str, &str); 3] = [("companies", "company_id"), ("contacts", "contact_id"), ("deals", "deal_id")];

/// The column that these tables get.
const LATEST: &str = "latest_contact_at";

/// SQL condition of an activity `a` that is with somebody and not in the bin.
const IS_CONTACT: &str = "a.deleted_at IS NULL AND a.type IN ('call', 'email', 'meeting', 'sms')";

/// What of an activity decides, beside the record.
const DECIDING: [&str; 3] = ["date", "type", "deleted_at"];

const RULES: [&str; 10] = [
    "task-overdue",
    "close-passed",
    "nothing-planned",
    "idle",
    "no-decision-maker",
    "not-contacted",
    "promised-step",
    "closes-soon",
    "lost-earlier",
    "customer-not-contacted",
];

/// Indexes of what the rules compare: name, table, columns, condition beside that a record is not in the bin.
const INDEXES: [(&str, &str, &str, &str); 5] = [
    ("deals_open_by_close", "deals", "expected_close_date, id, owner_id, company_id, value, probability", "closed_at IS NULL"),
    (
        "deals_open_without_task",
        "deals",
        "latest_contact_at, id, owner_id, company_id, value, probability, stage_id, stage_since, created_at",
        "closed_at IS NULL AND next_task_due_by IS NULL",
    ),
    ("deals_open_by_last_task", "deals", "last_task_due_by, id, owner_id", "closed_at IS NULL AND last_task_due_by IS NOT NULL"),
    (
        "contacts_deciding_by_latest_contact",
        "contacts",
        "(COALESCE(latest_contact_at, created_at)), id, owner_id, company_id",
        "is_decision_maker",
    ),
    (
        "companies_active_by_latest_contact",
        "companies",
        "(COALESCE(latest_contact_at, created_at)), id, owner_id",
        "archived_at IS NULL AND status = 'active'",
    ),
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
        for (table, column) in CONTACTED {
            manager.alter_table(Table::alter().table(table).add_column(timestamp_null(LATEST)).take()).await?;
            let latest = latest_sql(&format!("{table}.workspace_id"), column, &format!("{table}.id"));
            run(manager, &[&format!("UPDATE {table} SET {LATEST} = ({latest}) WHERE ({latest}) IS NOT NULL")]).await?;
            let triggers = if is_postgres { postgres_triggers(table, column) } else { sqlite_triggers(table, column) };
            for trigger in triggers {
                run(manager, &[&trigger]).await?;
            }
        }
        for (name, table, columns, condition) in INDEXES {
            let create = format!("CREATE INDEX {name} ON {table} (workspace_id, {columns}) WHERE deleted_at IS NULL AND {condition}");
            run(manager, &[&create]).await?;
        }
        let of_user = |table: &'static str| {
            let mut of_user = Table::create();
            of_user.table(table).col(uuid("workspace_id")).col(uuid("user_id")).col(uuid("record_id"));
            of_user.foreign_key(
                ForeignKey::create()
                    .name(format!("{table}_user"))
                    .from(table, ("workspace_id", "user_id"))
                    .to("memberships", ("workspace_id", "user_id"))
                    .on_delete(ForeignKeyAction::Cascade),
            );
            of_user
        };
        let snoozes = of_user("action_snoozes")
            .col(timestamp("until"))
            .primary_key(Index::create().col("workspace_id").col("user_id").col("record_id"))
            .take();
        let by_record = |table: &'static str| {
            Index::create().name(format!("{table}_by_record")).table(table).col("workspace_id").col("record_id").take()
        };
        let ended = Index::create().name("action_snoozes_by_end").table("action_snoozes").col("until").take();
        create(manager, snoozes, [by_record("action_snoozes"), ended]).await?;
        let rule = || string_len("rule", 30).check(Expr::col("rule").is_in(RULES)).take();
        let dismissals = of_user("action_dismissals")
            .col(rule())
            .col(big_integer("since_ms"))
            .col(text("reason"))
            .col(timestamp("dismissed_at"))
            .primary_key(Index::create().col("workspace_id").col("user_id").col("record_id").col("rule"))
            .take();
        create(manager, dismissals, [by_record("action_dismissals")]).await?;
        let disabled = Table::create()
            .table("disabled_action_rules")
            .col(uuid("workspace_id"))
            .col(rule())
            .primary_key(Index::create().col("workspace_id").col("rule"))
            .foreign_key(
                ForeignKey::create()
                    .name("disabled_action_rules_workspace")
                    .from("disabled_action_rules", "workspace_id")
                    .to("workspaces", "id"),
            )
            .take();
        create(manager, disabled, []).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["disabled_action_rules", "action_dismissals", "action_snoozes"]).await?;
        for (name, ..) in INDEXES {
            run(manager, &[&format!("DROP INDEX {name}")]).await?;
        }
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        for (table, _) in CONTACTED {
            for event in ["insert", "update", "delete"] {
                let on = if is_postgres { " ON activities" } else { "" };
                run(manager, &[&format!("DROP TRIGGER activities_latest_of_{table}_{event}{on}")]).await?;
            }
            if is_postgres {
                let functions = ["written", "changed"].map(|rows| format!("DROP FUNCTION refresh_latest_of_{table}_{rows}()"));
                run(manager, &functions.each_ref().map(String::as_str)).await?;
            }
            manager.alter_table(Table::alter().table(table).drop_column(LATEST).take()).await?;
        }
        Ok(())
    }
}

/// SELECT of the time of the newest contact with a record; NULL or no row without one.
fn latest_sql(workspace: &str, column: &str, record: &str) -> String {
    format!(
        "SELECT a.date FROM activities a WHERE a.workspace_id = {workspace} AND a.{column} = {record} AND {IS_CONTACT}
         ORDER BY a.date DESC LIMIT 1"
    )
}

fn sqlite_triggers(table: &str, column: &str) -> Vec<String> {
    let refresh = |row: &str| {
        let (workspace, record) = (format!("{row}.workspace_id"), format!("{row}.{column}"));
        let latest = latest_sql(&workspace, column, &record);
        format!("UPDATE {table} SET {LATEST} = ({latest}) WHERE workspace_id = {workspace} AND id = {record};")
    };
    let (old, new) = (refresh("OLD"), refresh("NEW"));
    let deciding: Vec<&str> = [column].into_iter().chain(DECIDING).collect();
    let differ: Vec<String> = deciding.iter().map(|of| format!("OLD.{of} IS NOT NEW.{of}")).collect();
    let is_contact = |row: &str| IS_CONTACT.replace("a.", &format!("{row}."));
    let name = format!("activities_latest_of_{table}");
    vec![
        // A new activity can only be later: no look at the others.
        format!(
            "CREATE TRIGGER {name}_insert AFTER INSERT ON activities WHEN NEW.{column} IS NOT NULL AND {} BEGIN
               UPDATE {table} SET {LATEST} = NEW.date WHERE workspace_id = NEW.workspace_id AND id = NEW.{column}
                 AND ({LATEST} IS NULL OR {LATEST} < NEW.date);
             END",
            is_contact("NEW")
        ),
        format!(
            "CREATE TRIGGER {name}_update AFTER UPDATE OF {} ON activities
             WHEN COALESCE(OLD.{column}, NEW.{column}) IS NOT NULL AND ({}) BEGIN {old} {new} END",
            deciding.join(", "),
            differ.join(" OR ")
        ),
        format!(
            "CREATE TRIGGER {name}_delete AFTER DELETE ON activities WHEN OLD.{column} IS NOT NULL AND {} BEGIN {old} END",
            is_contact("OLD")
        ),
    ]
}

fn postgres_triggers(table: &str, column: &str) -> Vec<String> {
    let latest = latest_sql("touched.workspace_id", column, "touched.id");
    let function = |rows: &str, records: &str| {
        format!(
            "CREATE FUNCTION refresh_latest_of_{table}_{rows}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               UPDATE {table} SET {LATEST} = anew.date
               FROM (SELECT touched.workspace_id, touched.id, newest.date
                     FROM ({records}) AS touched LEFT JOIN LATERAL ({latest}) AS newest (date) ON TRUE) AS anew
               WHERE {table}.workspace_id = anew.workspace_id AND {table}.id = anew.id AND {table}.{LATEST} IS DISTINCT FROM anew.date;
               RETURN NULL;
             END $$"
        )
    };
    let list = |row: &str| [column].into_iter().chain(DECIDING).map(|of| format!("{row}.{of}")).collect::<Vec<_>>().join(", ");
    let (before, after) = (list("before"), list("after"));
    let trigger = |event: &str, tables: &str, rows: &str| {
        format!(
            "CREATE TRIGGER activities_latest_of_{table}_{} AFTER {event} ON activities REFERENCING {tables}
             FOR EACH STATEMENT EXECUTE FUNCTION refresh_latest_of_{table}_{rows}()",
            event.to_lowercase()
        )
    };
    let written = IS_CONTACT.replace("a.", "w.");
    vec![
        function(
            "written",
            &format!("SELECT DISTINCT w.workspace_id, w.{column} AS id FROM written w WHERE w.{column} IS NOT NULL AND {written}"),
        ),
        function(
            "changed",
            &format!(
                "SELECT DISTINCT after.workspace_id, record.id
                 FROM after JOIN before ON before.workspace_id = after.workspace_id AND before.id = after.id
                 CROSS JOIN LATERAL (VALUES (before.{column}), (after.{column})) AS record (id)
                 WHERE record.id IS NOT NULL AND ({before}) IS DISTINCT FROM ({after})"
            ),
        ),
        trigger("INSERT", "NEW TABLE AS written", "written"),
        trigger("UPDATE", "OLD TABLE AS before NEW TABLE AS after", "changed"),
        trigger("DELETE", "OLD TABLE AS written", "written"),
    ]
}

//! Tasks as pages have them: due on a day or at a time, with notes, found by their text, finished at a time, and with a bin.
//!
//! `due_by` is the moment after which a task is overdue: its time, or the last millisecond of its day in the workspace's time zone. Lists are in
//! its order, so a task without either has one that no other comes after. `is_current` is true of open tasks and of those finished lately:
//! lists of what is to be done show both, and an index of them alone holds none of the many that are done.
//!
//! A deal has the moments by which the first and the last of its open tasks are due, as its card and its idleness depend on them. Triggers keep
//! them, as those of step 38 keep a deal's next step.
//!
//! No page wrote tasks before this step: there are none.

use crate::{
    m0009_search::{sqlite_down, sqlite_up},
    table::{bin_index, change_words, count_or_sum, index, live_index, run, timestamp, timestamp_null},
};
use sea_orm_migration::{
    prelude::*,
    schema::{boolean, date_null, text, text_null},
    sea_orm::DbBackend,
};

/// Columns that name kinds of records, with the names before this step, and the one that comes.
const NAMED: [(&str, &str, &[&str], &str); 6] = [
    ("views", "list", &["companies", "contacts", "deals", "activities"], "tasks"),
    ("default_views", "list", &["companies", "contacts", "deals", "activities"], "tasks"),
    ("exports", "list", &["companies", "contacts", "deals", "activities"], "tasks"),
    ("bulk_changes", "kind", &["companies", "contacts", "deals", "activities"], "tasks"),
    ("bin_entries", "entity", &["company", "contact", "deal", "activity"], "task"),
    ("demo_records", "entity", &["company", "contact", "deal", "activity", "tag"], "task"),
];

/// Tables that get a number of tasks.
const COUNTED: [&str; 2] = ["bin_entries", "workspace_counters"];

/// Indexes of before: name, and columns.
const BEFORE: [&[&str]; 5] = [
    &["status", "due_at", "id"],
    &["owner_id", "status", "due_at", "id"],
    &["company_id", "id"],
    &["contact_id", "id"],
    &["deal_id", "id"],
];

/// Columns that this step adds, in their order.
const COLUMNS: [&str; 7] = ["due_on", "due_by", "notes", "closed_at", "is_current", "search", "deleted_at"];

/// What a deal has of its open tasks, with how it is found.
const OF_DEAL: [(&str, &str); 2] = [("next_task_due_by", "min"), ("last_task_due_by", "max")];

/// What of a task decides about its deal, as compared before and after an update.
const DECIDING: [&str; 4] = ["deal_id", "due_by", "status", "deleted_at"];

/// What PostgreSQL vacuums by: see step 30.
const VACUUM: [&str; 3] = ["autovacuum_vacuum_scale_factor", "autovacuum_vacuum_insert_scale_factor", "autovacuum_analyze_scale_factor"];

fn indexes() -> Vec<IndexCreateStatement> {
    let current = |columns: &[&'static str]| live_index("tasks", columns).and_where(Expr::col("is_current")).take();
    vec![
        current(&["due_by", "id", "status", "closed_at"]),
        current(&["owner_id", "due_by", "id", "status", "closed_at"]),
        live_index("tasks", &["status", "due_by", "id"]),
        live_index("tasks", &["updated_at", "id"]),
        index("tasks", &["closed_at"]).and_where(Expr::col("is_current")).and_where(Expr::col("closed_at").is_not_null()).take(),
        // Of all tasks: a record that they refer to is looked for in them before it goes.
        index("tasks", &["company_id", "due_by", "id"]),
        index("tasks", &["contact_id", "due_by", "id"]),
        index("tasks", &["deal_id", "due_by", "id"]),
        index("tasks", &["owner_id", "id"]),
        bin_index("tasks"),
    ]
}

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for columns in BEFORE {
            run(manager, &[&format!("DROP INDEX tasks_by_{}", columns.join("_"))]).await?;
        }
        let one_of_both = Expr::cust("due_on IS NULL OR due_at IS NULL");
        let columns = [
            date_null("due_on").check(one_of_both).take(),
            timestamp("due_by").default("9999-12-31T00:00:00+00:00").take(),
            text_null("notes"),
            timestamp_null("closed_at"),
            boolean("is_current").default(true).take(),
            text("search").default("").take(),
            timestamp_null("deleted_at"),
        ];
        for column in columns {
            manager.alter_table(Table::alter().table("tasks").add_column(column).take()).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            let settings = VACUUM.map(|setting| format!("{setting} = 0.02")).join(", ");
            let vacuum = format!("ALTER TABLE tasks SET ({settings})");
            run(manager, &["CREATE INDEX tasks_search ON tasks USING gin (search gin_trgm_ops)", &vacuum]).await?;
        } else {
            for statement in sqlite_up("tasks") {
                run(manager, &[&statement]).await?;
            }
        }
        for (column, _) in OF_DEAL {
            manager.alter_table(Table::alter().table("deals").add_column(timestamp_null(column)).take()).await?;
        }
        let triggers = if manager.get_database_backend() == DbBackend::Postgres { postgres_triggers() } else { sqlite_triggers() };
        for trigger in triggers {
            run(manager, &[&trigger]).await?;
        }
        for table in COUNTED {
            manager.alter_table(Table::alter().table(table).add_column(count_or_sum("tasks")).take()).await?;
        }
        for (table, column, before, new) in NAMED {
            change_words(manager, (table, column), before, &[before, &[new]].concat()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column, before, new) in NAMED {
            run(manager, &[&format!("DELETE FROM {table} WHERE {column} = '{new}'")]).await?;
            change_words(manager, (table, column), &[before, &[new]].concat(), before).await?;
        }
        for table in COUNTED {
            manager.alter_table(Table::alter().table(table).drop_column("tasks").take()).await?;
        }
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        for event in ["insert", "update", "delete"] {
            let table = if is_postgres { " ON tasks" } else { "" };
            run(manager, &[&format!("DROP TRIGGER tasks_of_deal_{event}{table}")]).await?;
        }
        if is_postgres {
            run(manager, &["DROP FUNCTION refresh_deals_of_changed_tasks()", "DROP FUNCTION refresh_deals_of_written_tasks()"]).await?;
        }
        for (column, _) in OF_DEAL {
            manager.alter_table(Table::alter().table("deals").drop_column(column).take()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            let vacuum = format!("ALTER TABLE tasks RESET ({})", VACUUM.join(", "));
            run(manager, &["DROP INDEX tasks_search", &vacuum]).await?;
        } else {
            for statement in sqlite_down("tasks") {
                run(manager, &[&statement]).await?;
            }
        }
        for index in indexes() {
            let name = index.get_index_spec().get_name().unwrap_or_default().to_owned();
            run(manager, &[&format!("DROP INDEX {name}")]).await?;
        }
        for column in COLUMNS {
            manager.alter_table(Table::alter().table("tasks").drop_column(column).take()).await?;
        }
        for columns in BEFORE {
            manager.create_index(index("tasks", columns)).await?;
        }
        Ok(())
    }
}

/// SELECT of what a deal has of its open tasks.
fn of_deal_sql(workspace: &str, deal: &str) -> String {
    let found = OF_DEAL.map(|(_, aggregate)| format!("{aggregate}(t.due_by)")).join(", ");
    format!(
        "SELECT {found} FROM tasks t
         WHERE t.workspace_id = {workspace} AND t.deal_id = {deal} AND t.status = 'open' AND t.deleted_at IS NULL"
    )
}

fn sqlite_triggers() -> Vec<String> {
    let columns = OF_DEAL.map(|(column, _)| column).join(", ");
    let refresh = |row: &str| {
        let (workspace, deal) = (format!("{row}.workspace_id"), format!("{row}.deal_id"));
        format!("UPDATE deals SET ({columns}) = ({}) WHERE workspace_id = {workspace} AND id = {deal};", of_deal_sql(&workspace, &deal))
    };
    let (old, new) = (refresh("OLD"), refresh("NEW"));
    let differ: Vec<String> = DECIDING.iter().map(|column| format!("OLD.{column} IS NOT NEW.{column}")).collect();
    vec![
        format!("CREATE TRIGGER tasks_of_deal_insert AFTER INSERT ON tasks WHEN NEW.deal_id IS NOT NULL BEGIN {new} END"),
        format!(
            "CREATE TRIGGER tasks_of_deal_update AFTER UPDATE OF {} ON tasks
             WHEN COALESCE(OLD.deal_id, NEW.deal_id) IS NOT NULL AND ({}) BEGIN {old} {new} END",
            DECIDING.join(", "),
            differ.join(" OR ")
        ),
        format!("CREATE TRIGGER tasks_of_deal_delete AFTER DELETE ON tasks WHEN OLD.deal_id IS NOT NULL BEGIN {old} END"),
    ]
}

fn postgres_triggers() -> Vec<String> {
    let [(next, _), (last, _)] = OF_DEAL;
    let function = |name: &str, deals: &str| {
        let found = of_deal_sql("touched.workspace_id", "touched.deal_id");
        format!(
            "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               UPDATE deals SET {next} = anew.next, {last} = anew.last
               FROM (SELECT touched.workspace_id, touched.deal_id, found.next, found.last
                     FROM ({deals}) AS touched CROSS JOIN LATERAL ({found}) AS found (next, last)) AS anew
               WHERE deals.workspace_id = anew.workspace_id AND deals.id = anew.deal_id
                 AND (deals.{next}, deals.{last}) IS DISTINCT FROM (anew.next, anew.last);
               RETURN NULL;
             END $$"
        )
    };
    let list = |row: &str| DECIDING.map(|column| format!("{row}.{column}")).join(", ");
    let (before, after) = (list("before"), list("after"));
    let trigger = |event: &str, tables: &str, function: &str| {
        format!(
            "CREATE TRIGGER tasks_of_deal_{} AFTER {event} ON tasks REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
            event.to_lowercase()
        )
    };
    vec![
        function("refresh_deals_of_written_tasks", "SELECT DISTINCT w.workspace_id, w.deal_id FROM written w WHERE w.deal_id IS NOT NULL"),
        function(
            "refresh_deals_of_changed_tasks",
            &format!(
                "SELECT DISTINCT after.workspace_id, deal.id AS deal_id
                 FROM after JOIN before ON before.workspace_id = after.workspace_id AND before.id = after.id
                 CROSS JOIN LATERAL (VALUES (before.deal_id), (after.deal_id)) AS deal (id)
                 WHERE deal.id IS NOT NULL AND ({before}) IS DISTINCT FROM ({after})"
            ),
        ),
        trigger("INSERT", "NEW TABLE AS written", "refresh_deals_of_written_tasks"),
        trigger("UPDATE", "OLD TABLE AS before NEW TABLE AS after", "refresh_deals_of_changed_tasks"),
        trigger("DELETE", "OLD TABLE AS written", "refresh_deals_of_written_tasks"),
    ]
}

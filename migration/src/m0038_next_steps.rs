//! Promised next steps, kept with the deal: to find them among the activities took a look at each activity that promised one.
//!
//! A deal holds its newest activity, planned ones included, if that promises a next step: it was not planned ahead, or has an outcome. Triggers
//! keep it, as an activity is written, moved to the bin, restored and erased by many features. PostgreSQL's run once per statement: one per
//! row would walk over the rows that its own statement has deleted, for each of them.

use crate::table::{run, timestamp_null};
use sea_orm_migration::{prelude::*, schema::uuid_null, sea_orm::DbBackend};

/// The index of promised next steps, the latest last, with all that its list and the dashboard compare and sum.
const BY_NEXT_STEP: &str = "CREATE INDEX deals_with_next_step
    ON deals (workspace_id, next_step_date, next_step_activity_id, stage_id, owner_id, value, probability, id)
    WHERE deleted_at IS NULL AND next_step_activity_id IS NOT NULL";

/// The index of activities that it replaces.
const REPLACED: &str = "CREATE INDEX activities_with_next_step ON activities (workspace_id, date, id, deal_id)
    WHERE deleted_at IS NULL AND deal_id IS NOT NULL AND next_steps IS NOT NULL AND (created_at >= date OR outcome IS NOT NULL)";

const COLUMNS: [&str; 2] = ["next_step_date", "next_step_activity_id"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let [date, activity] = COLUMNS;
        for column in [timestamp_null(date), uuid_null(activity)] {
            manager.alter_table(Table::alter().table("deals").add_column(column).take()).await?;
        }
        let fill = format!(
            "UPDATE deals SET ({date}, {activity}) = ({}) WHERE EXISTS
               (SELECT 1 FROM activities x WHERE x.workspace_id = deals.workspace_id AND x.deal_id = deals.id AND x.next_steps IS NOT NULL)",
            next_step_sql("deals.workspace_id", "deals.id")
        );
        run(manager, &[&fill, "DROP INDEX activities_with_next_step", BY_NEXT_STEP]).await?;
        let triggers = if manager.get_database_backend() == DbBackend::Postgres { postgres_triggers() } else { sqlite_triggers() };
        for trigger in triggers {
            run(manager, &[&trigger]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        for event in ["insert", "update", "delete"] {
            let table = if is_postgres { " ON activities" } else { "" };
            run(manager, &[&format!("DROP TRIGGER activities_next_step_{event}{table}")]).await?;
        }
        if is_postgres {
            run(manager, &["DROP FUNCTION refresh_changed_next_steps()", "DROP FUNCTION refresh_written_next_steps()"]).await?;
        }
        run(manager, &["DROP INDEX deals_with_next_step", REPLACED]).await?;
        for column in COLUMNS {
            manager.alter_table(Table::alter().table("deals").drop_column(column).take()).await?;
        }
        Ok(())
    }
}

/// SELECT of the time and the id of a deal's newest activity, both null if it promises no next step.
fn next_step_sql(workspace: &str, deal: &str) -> String {
    let promises = "a.next_steps IS NOT NULL AND (a.created_at >= a.date OR a.outcome IS NOT NULL)";
    format!(
        "SELECT CASE WHEN {promises} THEN a.date END, CASE WHEN {promises} THEN a.id END FROM activities a
         WHERE a.workspace_id = {workspace} AND a.deal_id = {deal} AND a.deleted_at IS NULL ORDER BY a.date DESC, a.id DESC LIMIT 1"
    )
}

/// What of an activity decides, as compared before and after an update.
const DECIDING: [&str; 6] = ["deal_id", "date", "created_at", "deleted_at", "next_steps IS NULL", "outcome IS NULL"];

fn sqlite_triggers() -> Vec<String> {
    let refresh = |row: &str| {
        let (workspace, deal) = (format!("{row}.workspace_id"), format!("{row}.deal_id"));
        let next_step = next_step_sql(&workspace, &deal);
        format!(
            "UPDATE deals SET (next_step_date, next_step_activity_id) = ({next_step}) WHERE workspace_id = {workspace} AND id = {deal};"
        )
    };
    let (old, new) = (refresh("OLD"), refresh("NEW"));
    let differ: Vec<String> = DECIDING.iter().map(|what| format!("(OLD.{what}) IS NOT (NEW.{what})")).collect();
    let differ = differ.join(" OR ");
    let columns = DECIDING.map(|what| what.trim_end_matches(" IS NULL")).join(", ");
    vec![
        format!(
            "CREATE TRIGGER activities_next_step_insert AFTER INSERT ON activities WHEN NEW.deal_id IS NOT NULL AND NEW.deleted_at IS NULL
             BEGIN {new} END"
        ),
        format!(
            "CREATE TRIGGER activities_next_step_update AFTER UPDATE OF {columns} ON activities
             WHEN COALESCE(OLD.deal_id, NEW.deal_id) IS NOT NULL AND ({differ}) BEGIN {old} {new} END"
        ),
        format!(
            "CREATE TRIGGER activities_next_step_delete AFTER DELETE ON activities WHEN OLD.deal_id IS NOT NULL AND OLD.deleted_at IS NULL
             BEGIN {old} END"
        ),
    ]
}

fn postgres_triggers() -> Vec<String> {
    let function = |name: &str, deals: &str| {
        let next_step = next_step_sql("touched.workspace_id", "touched.deal_id");
        format!(
            "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               UPDATE deals SET next_step_date = anew.date, next_step_activity_id = anew.id
               FROM (SELECT touched.workspace_id, touched.deal_id, step.date, step.id
                     FROM ({deals}) AS touched LEFT JOIN LATERAL ({next_step}) AS step (date, id) ON TRUE) AS anew
               WHERE deals.workspace_id = anew.workspace_id AND deals.id = anew.deal_id
                 AND (deals.next_step_date, deals.next_step_activity_id) IS DISTINCT FROM (anew.date, anew.id);
               RETURN NULL;
             END $$"
        )
    };
    let list = |row: &str| DECIDING.map(|what| format!("{row}.{what}")).join(", ");
    let (before, after) = (list("before"), list("after"));
    vec![
        function(
            "refresh_written_next_steps",
            "SELECT DISTINCT w.workspace_id, w.deal_id FROM written w WHERE w.deal_id IS NOT NULL AND w.deleted_at IS NULL",
        ),
        function(
            "refresh_changed_next_steps",
            &format!(
                "SELECT DISTINCT after.workspace_id, deal.id AS deal_id
                 FROM after JOIN before ON before.workspace_id = after.workspace_id AND before.id = after.id
                 CROSS JOIN LATERAL (VALUES (before.deal_id), (after.deal_id)) AS deal (id)
                 WHERE deal.id IS NOT NULL AND ({before}) IS DISTINCT FROM ({after})"
            ),
        ),
        "CREATE TRIGGER activities_next_step_insert AFTER INSERT ON activities REFERENCING NEW TABLE AS written
         FOR EACH STATEMENT EXECUTE FUNCTION refresh_written_next_steps()"
            .to_owned(),
        "CREATE TRIGGER activities_next_step_update AFTER UPDATE ON activities REFERENCING OLD TABLE AS before NEW TABLE AS after
         FOR EACH STATEMENT EXECUTE FUNCTION refresh_changed_next_steps()"
            .to_owned(),
        "CREATE TRIGGER activities_next_step_delete AFTER DELETE ON activities REFERENCING OLD TABLE AS written
         FOR EACH STATEMENT EXECUTE FUNCTION refresh_written_next_steps()"
            .to_owned(),
    ]
}

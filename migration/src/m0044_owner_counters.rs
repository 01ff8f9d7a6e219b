//! Counters of the dashboard of one owner: their open deals by stage, the deals that were added and closed by day, and whose companies lack a
//! primary decision-maker. Counted, each read up to all deals of a workspace.
//!
//! Triggers keep them, as deals are written, moved to the bin, restored and given to others by many features. PostgreSQL's run once per
//! statement, so that a load of many rows adds to each counter once.

use crate::table::{cascading_fk, count_or_sum, create, drop, run};
use sea_orm_migration::{
    prelude::*,
    schema::{integer, uuid, uuid_null},
    sea_orm::DbBackend,
};

const UNDECIDED: &str = "CREATE INDEX company_counters_undecided_by_owner
    ON company_counters (workspace_id, owner_id, open_deals_value, company_id)
    WHERE open_deals > 0 AND primary_contacts = 0 AND NOT is_archived";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        // Deals of an owner in a stage, without what is in the bin.
        let of_stage = Table::create()
            .table("owner_stage_counters")
            .col(uuid("workspace_id"))
            .col(uuid("stage_id"))
            .col(uuid("owner_id"))
            .col(count_or_sum("deals"))
            .col(count_or_sum("deals_without_value"))
            .col(count_or_sum("deals_value"))
            // Each deal's value times its probability, rounded to hundredths, then added.
            .col(count_or_sum("weighted_value"))
            .primary_key(Index::create().col("workspace_id").col("stage_id").col("owner_id"))
            .foreign_key(&mut cascading_fk("owner_stage_counters", "stage_id", "stages"))
            .take();
        create(manager, of_stage, []).await?;
        // Deals of an owner that were added and closed on a day in UTC, without what is in the bin.
        let of_day = Table::create()
            .table("deal_day_counters")
            .col(uuid("workspace_id"))
            // Days since 1970.
            .col(integer("day"))
            .col(uuid("owner_id"))
            .col(count_or_sum("added"))
            .col(count_or_sum("closed"))
            .primary_key(Index::create().col("workspace_id").col("day").col("owner_id"))
            .take();
        create(manager, of_day, []).await?;
        manager.alter_table(Table::alter().table("company_counters").add_column(uuid_null("owner_id")).take()).await?;
        let of_company = "UPDATE company_counters SET owner_id =
            (SELECT c.owner_id FROM companies c WHERE c.workspace_id = company_counters.workspace_id AND c.id = company_counters.company_id)";
        run(manager, &[&fill_stages(), &fill_days(is_postgres), of_company, UNDECIDED]).await?;
        let triggers = if is_postgres { postgres_triggers() } else { sqlite_triggers() };
        for trigger in triggers {
            run(manager, &[&trigger]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        for (trigger, table) in TRIGGERS {
            let table = if is_postgres { format!(" ON {table}") } else { String::new() };
            run(manager, &[&format!("DROP TRIGGER {trigger}{table}")]).await?;
        }
        if is_postgres {
            for function in FUNCTIONS {
                run(manager, &[&format!("DROP FUNCTION {function}()")]).await?;
            }
        }
        run(manager, &["DROP INDEX company_counters_undecided_by_owner"]).await?;
        manager.alter_table(Table::alter().table("company_counters").drop_column("owner_id").take()).await?;
        drop(manager, &["deal_day_counters", "owner_stage_counters"]).await
    }
}

const TRIGGERS: [(&str, &str); 5] = [
    ("deals_counted_insert", "deals"),
    ("deals_counted_update", "deals"),
    ("deals_counted_delete", "deals"),
    ("company_counters_owner", "company_counters"),
    ("companies_owner_copied", "companies"),
];
const FUNCTIONS: [&str; 5] =
    ["count_added_deals", "count_changed_deals", "count_removed_deals", "set_owner_of_company_counters", "copy_owner_to_company_counters"];

/// What of a deal is counted, as compared before and after an update.
const COUNTED: [&str; 7] = ["owner_id", "stage_id", "value", "probability", "created_at", "closed_at", "deleted_at"];

/// SQL of what a deal adds to the counters of its stage: number, number without a value, value, weighted value.
fn of_stage(deal: &str) -> [String; 4] {
    [
        "1".to_owned(),
        format!("CASE WHEN {deal}.value IS NULL THEN 1 ELSE 0 END"),
        format!("COALESCE({deal}.value, 0)"),
        format!("COALESCE(({deal}.value * {deal}.probability + 50) / 100, 0)"),
    ]
}

const STAGE_COLUMNS: [&str; 4] = ["deals", "deals_without_value", "deals_value", "weighted_value"];

/// SQL of the day of a time, in days since 1970.
fn day_of(is_postgres: bool, time: &str) -> String {
    if is_postgres { format!("CAST(floor(extract(epoch FROM {time}) / 86400) AS integer)") } else { format!("unixepoch({time}) / 86400") }
}

fn fill_stages() -> String {
    let sums = of_stage("d").map(|what| format!("CAST(SUM({what}) AS bigint)")).join(", ");
    format!(
        "INSERT INTO owner_stage_counters (workspace_id, stage_id, owner_id, {})
         SELECT d.workspace_id, d.stage_id, d.owner_id, {sums} FROM deals d WHERE d.deleted_at IS NULL
         GROUP BY d.workspace_id, d.stage_id, d.owner_id",
        STAGE_COLUMNS.join(", ")
    )
}

fn fill_days(is_postgres: bool) -> String {
    let (added, closed) = (day_of(is_postgres, "d.created_at"), day_of(is_postgres, "d.closed_at"));
    format!(
        "INSERT INTO deal_day_counters (workspace_id, day, owner_id, added, closed)
         SELECT x.workspace_id, x.day, x.owner_id, SUM(x.added), SUM(x.closed) FROM
           (SELECT d.workspace_id, {added} AS day, d.owner_id, 1 AS added, 0 AS closed FROM deals d WHERE d.deleted_at IS NULL
            UNION ALL
            SELECT d.workspace_id, {closed}, d.owner_id, 0, 1 FROM deals d WHERE d.deleted_at IS NULL AND d.closed_at IS NOT NULL) AS x
         GROUP BY x.workspace_id, x.day, x.owner_id"
    )
}

fn sqlite_triggers() -> Vec<String> {
    let (count, uncount) = (sqlite_count("NEW"), sqlite_uncount("OLD"));
    let differ = COUNTED.map(|column| format!("OLD.{column} IS NOT NEW.{column}")).join(" OR ");
    vec![
        format!("CREATE TRIGGER deals_counted_insert AFTER INSERT ON deals WHEN NEW.deleted_at IS NULL BEGIN {count} END"),
        format!(
            "CREATE TRIGGER deals_counted_update AFTER UPDATE OF {} ON deals WHEN {differ} BEGIN {uncount} {count} END",
            COUNTED.join(", ")
        ),
        format!("CREATE TRIGGER deals_counted_delete AFTER DELETE ON deals WHEN OLD.deleted_at IS NULL BEGIN {uncount} END"),
        "CREATE TRIGGER company_counters_owner AFTER INSERT ON company_counters BEGIN
           UPDATE company_counters SET owner_id =
             (SELECT c.owner_id FROM companies c WHERE c.workspace_id = NEW.workspace_id AND c.id = NEW.company_id)
           WHERE workspace_id = NEW.workspace_id AND company_id = NEW.company_id;
         END"
        .to_owned(),
        "CREATE TRIGGER companies_owner_copied AFTER UPDATE OF owner_id ON companies WHEN OLD.owner_id <> NEW.owner_id BEGIN
           UPDATE company_counters SET owner_id = NEW.owner_id WHERE workspace_id = NEW.workspace_id AND company_id = NEW.id;
         END"
        .to_owned(),
    ]
}

/// Statements that count a deal, unless it is in the bin.
fn sqlite_count(deal: &str) -> String {
    let add = STAGE_COLUMNS.map(|column| format!("{column} = {column} + excluded.{column}")).join(", ");
    let of_day = |time: &str, column: &str| {
        format!(
            "INSERT INTO deal_day_counters (workspace_id, day, owner_id, {column})
             SELECT {deal}.workspace_id, {}, {deal}.owner_id, 1 WHERE {deal}.deleted_at IS NULL AND {deal}.{time} IS NOT NULL
             ON CONFLICT (workspace_id, day, owner_id) DO UPDATE SET {column} = {column} + 1;",
            day_of(false, &format!("{deal}.{time}"))
        )
    };
    format!(
        "INSERT INTO owner_stage_counters (workspace_id, stage_id, owner_id, {})
         SELECT {deal}.workspace_id, {deal}.stage_id, {deal}.owner_id, {} WHERE {deal}.deleted_at IS NULL
         ON CONFLICT (workspace_id, stage_id, owner_id) DO UPDATE SET {add};
         {} {}",
        STAGE_COLUMNS.join(", "),
        of_stage(deal).join(", "),
        of_day("created_at", "added"),
        of_day("closed_at", "closed")
    )
}

/// Statements that take a deal out of the counters, unless it was in the bin.
fn sqlite_uncount(deal: &str) -> String {
    let subtract: Vec<String> =
        STAGE_COLUMNS.iter().zip(of_stage(deal)).map(|(column, what)| format!("{column} = {column} - {what}")).collect();
    let of_day = |time: &str, column: &str| {
        format!(
            "UPDATE deal_day_counters SET {column} = {column} - 1
             WHERE {deal}.deleted_at IS NULL AND workspace_id = {deal}.workspace_id AND day = {} AND owner_id = {deal}.owner_id;",
            day_of(false, &format!("{deal}.{time}"))
        )
    };
    format!(
        "UPDATE owner_stage_counters SET {}
         WHERE {deal}.deleted_at IS NULL AND workspace_id = {deal}.workspace_id AND stage_id = {deal}.stage_id AND owner_id = {deal}.owner_id;
         {} {}",
        subtract.join(", "),
        of_day("created_at", "added"),
        of_day("closed_at", "closed")
    )
}

fn postgres_triggers() -> Vec<String> {
    let columns = format!("workspace_id, {}", COUNTED.join(", "));
    let rows = |table: &str, sign: i32| format!("SELECT {columns}, {sign} AS sign FROM {table} WHERE deleted_at IS NULL");
    let trigger = |event: &str, tables: &str, function: &str| {
        format!(
            "CREATE TRIGGER deals_counted_{event} AFTER {event} ON deals REFERENCING {tables}
             FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )
    };
    vec![
        postgres_function("count_added_deals", &rows("written", 1)),
        postgres_function("count_changed_deals", &format!("{} UNION ALL {}", rows("before", -1), rows("after", 1))),
        postgres_function("count_removed_deals", &rows("written", -1)),
        trigger("insert", "NEW TABLE AS written", "count_added_deals"),
        trigger("update", "OLD TABLE AS before NEW TABLE AS after", "count_changed_deals"),
        trigger("delete", "OLD TABLE AS written", "count_removed_deals"),
        "CREATE FUNCTION set_owner_of_company_counters() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           NEW.owner_id := (SELECT c.owner_id FROM companies c WHERE c.workspace_id = NEW.workspace_id AND c.id = NEW.company_id);
           RETURN NEW;
         END $$"
            .to_owned(),
        "CREATE TRIGGER company_counters_owner BEFORE INSERT ON company_counters
         FOR EACH ROW EXECUTE FUNCTION set_owner_of_company_counters()"
            .to_owned(),
        "CREATE FUNCTION copy_owner_to_company_counters() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           UPDATE company_counters SET owner_id = NEW.owner_id WHERE workspace_id = NEW.workspace_id AND company_id = NEW.id;
           RETURN NULL;
         END $$"
            .to_owned(),
        "CREATE TRIGGER companies_owner_copied AFTER UPDATE ON companies
         FOR EACH ROW WHEN (OLD.owner_id <> NEW.owner_id) EXECUTE FUNCTION copy_owner_to_company_counters()"
            .to_owned(),
    ]
}

/// The function of a trigger of deals. `rows`: SELECT of the deals, with the sign 1 where they are counted and -1 where they no longer are. A
/// counter is made at 0 first: a row that starts below is refused, even where it would only be added to another.
fn postgres_function(name: &str, rows: &str) -> String {
    let sums = of_stage("d").map(|what| format!("CAST(SUM(d.sign * {what}) AS bigint)"));
    let changes: Vec<String> = STAGE_COLUMNS.iter().zip(sums).map(|(column, sum)| format!("{sum} AS {column}")).collect();
    let add = STAGE_COLUMNS.map(|column| format!("{column} = k.{column} + x.{column}")).join(", ");
    let is_changed = STAGE_COLUMNS.map(|column| format!("x.{column} <> 0")).join(" OR ");
    let by_stage = format!(
        "SELECT d.workspace_id, d.stage_id, d.owner_id, {} FROM ({rows}) AS d GROUP BY d.workspace_id, d.stage_id, d.owner_id",
        changes.join(", ")
    );
    let (added, closed) = (day_of(true, "d.created_at"), day_of(true, "d.closed_at"));
    let by_day = format!(
        "SELECT d.workspace_id, d.day, d.owner_id, SUM(d.added) AS added, SUM(d.closed) AS closed FROM
           (SELECT d.workspace_id, {added} AS day, d.owner_id, d.sign AS added, 0 AS closed FROM ({rows}) AS d
            UNION ALL SELECT d.workspace_id, {closed}, d.owner_id, 0, d.sign FROM ({rows}) AS d WHERE d.closed_at IS NOT NULL) AS d
         GROUP BY d.workspace_id, d.day, d.owner_id"
    );
    format!(
        "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           INSERT INTO owner_stage_counters (workspace_id, stage_id, owner_id)
             SELECT x.workspace_id, x.stage_id, x.owner_id FROM ({by_stage}) AS x WHERE {is_changed} ON CONFLICT DO NOTHING;
           UPDATE owner_stage_counters k SET {add} FROM ({by_stage}) AS x
             WHERE k.workspace_id = x.workspace_id AND k.stage_id = x.stage_id AND k.owner_id = x.owner_id AND ({is_changed});
           INSERT INTO deal_day_counters (workspace_id, day, owner_id)
             SELECT x.workspace_id, x.day, x.owner_id FROM ({by_day}) AS x WHERE x.added <> 0 OR x.closed <> 0 ON CONFLICT DO NOTHING;
           UPDATE deal_day_counters k SET added = k.added + x.added, closed = k.closed + x.closed FROM ({by_day}) AS x
             WHERE k.workspace_id = x.workspace_id AND k.day = x.day AND k.owner_id = x.owner_id AND (x.added <> 0 OR x.closed <> 0);
           RETURN NULL;
         END $$"
    )
}

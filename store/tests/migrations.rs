//! The schema: every step goes up and down, and what it must refuse it refuses on both databases.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Raw, TestDb};
use migration::{Migrator, MigratorTrait};
use sea_orm::prelude::Uuid;
use std::time::Duration;
use store::{OpenError, demo::SeedCounts};

async fn migrate_up_down_and_up(db: TestDb) {
    let raw = db.raw().await;
    assert!(!db.store.is_ready().await, "no schema yet");
    db.store.migrate().await.unwrap();
    assert!(db.store.is_ready().await);
    let first = schema(&raw).await;
    assert!(first.len() > 100, "{first:#?}");

    Migrator::down(&raw.0, None).await.unwrap();
    let left = schema(&raw).await;
    assert!(left.iter().all(|object| object.contains("seaql_migrations") || object.contains("sqlite_stat1")), "{left:#?}");
    assert!(!db.store.is_ready().await);

    Migrator::up(&raw.0, None).await.unwrap();
    assert_eq!(schema(&raw).await, first);
    db.store.migrate().await.unwrap();
    assert_eq!(schema(&raw).await, first, "migrating again changes nothing");
}

#[tokio::test]
async fn every_step_goes_up_and_down_on_sqlite() {
    migrate_up_down_and_up(TestDb::blank_sqlite().await).await;
}

#[tokio::test]
async fn every_step_goes_up_and_down_on_postgres() {
    migrate_up_down_and_up(TestDb::blank_postgres().await).await;
}

/// Without statistics of one index SQLite prefers it to those that it has some of, and read 100,000 rows where a page shows twenty.
#[tokio::test]
async fn sqlite_knows_of_indexes_that_an_upgrade_created() {
    let db = TestDb::sqlite().await;
    let raw = db.raw().await;
    let (_, actor) = db.register("hung").await;
    let records = SeedCounts { companies: 50, contacts: 50, deals: 50, activities: 50, tasks: 0 };
    db.store.seed_bulk(&actor, records).await.unwrap();
    Migrator::down(&raw.0, Some(u32::try_from(Migrator::migrations().len() - 22).unwrap())).await.unwrap();
    db.store.refresh_statistics().await.unwrap();
    db.store.migrate().await.unwrap();
    let unknown = "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name IN ('companies', 'contacts', 'deals', 'activities')
         AND name NOT IN (SELECT idx FROM sqlite_stat1)";
    assert_eq!(raw.number(unknown).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_may_migrate_at_once_on_postgres() {
    let db = TestDb::blank_postgres().await;
    let (one, other) = tokio::join!(db.store.migrate(), db.store.migrate());
    one.unwrap();
    other.unwrap();
    assert!(db.store.is_ready().await);
}

async fn a_failing_step_ends(db: TestDb) {
    let raw = db.raw().await;
    // A table of a step's name, that somebody else made.
    raw.run("CREATE TABLE write_checks (id integer)").await.unwrap();
    let failed = tokio::time::timeout(Duration::from_secs(30), db.store.migrate()).await.expect("it ends");
    assert!(matches!(failed, Err(OpenError::Migrate(_))), "{failed:?}");
    assert!(!db.store.is_ready().await);
    raw.run("DROP TABLE write_checks").await.unwrap();
    db.store.migrate().await.unwrap();
    assert!(db.store.is_ready().await);
}

#[tokio::test]
async fn a_failing_step_ends_and_is_tried_again_on_sqlite() {
    a_failing_step_ends(TestDb::blank_sqlite().await).await;
}

#[tokio::test]
async fn a_failing_step_ends_and_is_tried_again_on_postgres() {
    a_failing_step_ends(TestDb::blank_postgres().await).await;
}

async fn last_contacts_are_counted_from_rows_of_before(db: TestDb) {
    let raw = db.raw().await;
    let rows = Rows::of(&db, &raw, "hung").await;
    for (number, kind, date) in
        [(1, "call", TIME), (2, "meeting", "'2200-01-01T00:00:00+00:00'"), (3, "note", "'2026-03-03T03:04:05+00:00'")]
    {
        let of = [
            ("type", format!("'{kind}'")),
            ("date", date.to_owned()),
            ("company_id", raw.id(rows.company)),
            ("contact_id", raw.id(rows.contact)),
        ];
        raw.run(&rows.insert(&raw, "activities", Uuid::from_u128(number), &of)).await.unwrap();
    }
    let primary = format!("UPDATE contacts SET authority_level = 'primary', company_id = {}", raw.id(rows.company));
    raw.run(&primary).await.unwrap();
    raw.run("INSERT INTO company_counters (workspace_id, company_id) SELECT workspace_id, id FROM companies").await.unwrap();
    Migrator::down(&raw.0, Some(u32::try_from(Migrator::migrations().len() - 15).unwrap())).await.unwrap();
    Migrator::up(&raw.0, None).await.unwrap();
    for (column, ms) in
        [("last_contact_ms", 1_772_420_645_678), ("last_primary_contact_ms", 1_772_420_645_678), ("next_contact_ms", 7_258_118_400_000)]
    {
        assert_eq!(raw.number(&format!("SELECT {column} FROM company_counters")).await, ms, "{column}");
    }
}

#[tokio::test]
async fn last_contacts_are_counted_from_rows_of_before_on_sqlite() {
    last_contacts_are_counted_from_rows_of_before(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn last_contacts_are_counted_from_rows_of_before_on_postgres() {
    last_contacts_are_counted_from_rows_of_before(TestDb::postgres().await).await;
}

async fn values_of_deals_survive_both_ways(db: TestDb) {
    let raw = db.raw().await;
    let rows = Rows::of(&db, &raw, "hung").await;
    for (number, value) in [(1, "0"), (2, "999999999999999"), (3, "NULL")] {
        raw.run(&rows.insert(&raw, "deals", Uuid::from_u128(number), &[("value", value.to_owned())])).await.unwrap();
    }
    let values = "SELECT COALESCE(value, -1) FROM deals ORDER BY COALESCE(value, -1)";
    assert_eq!(raw.column::<i64>(values).await, [-1, -1, 0, 999_999_999_999_999], "unknown unless it is written");
    let steps = u32::try_from(Migrator::migrations().len() - 16).unwrap();
    Migrator::down(&raw.0, Some(steps)).await.unwrap();
    assert_eq!(raw.column::<i64>("SELECT value FROM deals ORDER BY value").await, [0, 0, 0, 999_999_999_999_999]);
    Migrator::up(&raw.0, None).await.unwrap();
    assert_eq!(raw.column::<i64>(values).await, [0, 0, 0, 999_999_999_999_999]);
    for value in ["-1", "1000000000000000"] {
        assert!(raw.run(&format!("UPDATE deals SET value = {value}")).await.is_err(), "{value}");
    }
}

#[tokio::test]
async fn values_of_deals_survive_both_ways_on_sqlite() {
    values_of_deals_survive_both_ways(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn values_of_deals_survive_both_ways_on_postgres() {
    values_of_deals_survive_both_ways(TestDb::postgres().await).await;
}

/// Every table, column, constraint, index, trigger and function of ours.
async fn schema(raw: &Raw) -> Vec<String> {
    if !raw.is_postgres() {
        return raw.column("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1").await;
    }
    let mut objects = Vec::new();
    for sql in [
        "SELECT format('%s.%s %s %s %s %s', table_name, column_name, data_type, character_maximum_length, is_nullable, column_default)
         FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1",
        "SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace ORDER BY 1",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
        "SELECT proname::text FROM pg_proc JOIN pg_language l ON l.oid = prolang WHERE lanname = 'plpgsql' ORDER BY 1",
    ] {
        objects.extend(raw.column::<String>(sql).await);
    }
    objects
}

/// A workspace with one row of everything, written past the store.
struct Rows {
    workspace: Uuid,
    user: Uuid,
    company: Uuid,
    contact: Uuid,
    stage: Uuid,
    deal: Uuid,
    activity: Uuid,
    tag: Uuid,
}

const TIME: &str = "'2026-03-02T03:04:05.678+00:00'";

impl Rows {
    async fn of(db: &TestDb, raw: &Raw, name: &str) -> Self {
        let (user, actor) = db.register(name).await;
        let new = |n: u128| Uuid::from_u128(actor.workspace_id.0.as_u128() ^ (n << 64));
        let rows = Self {
            workspace: actor.workspace_id.0,
            user: user.id.0,
            company: new(1),
            contact: new(2),
            stage: new(3),
            deal: new(4),
            activity: new(5),
            tag: new(6),
        };
        for (table, id) in [
            ("companies", rows.company),
            ("contacts", rows.contact),
            ("stages", rows.stage),
            ("deals", rows.deal),
            ("activities", rows.activity),
            ("tags", rows.tag),
        ] {
            raw.run(&rows.insert(raw, table, id, &[])).await.unwrap();
        }
        rows
    }

    /// A statement that adds a row to a table of business rows; `other` replaces or adds columns.
    fn insert(&self, raw: &Raw, table: &str, id: Uuid, other: &[(&str, String)]) -> String {
        let text = |text: &str| format!("'{text}'");
        let unique = text(&id.to_string());
        let mut columns: Vec<(&str, String)> = vec![
            ("workspace_id", raw.id(self.workspace)),
            ("id", raw.id(id)),
            ("owner_id", raw.id(self.user)),
            ("created_at", TIME.into()),
            ("updated_at", TIME.into()),
        ];
        columns.extend(match table {
            "companies" | "contacts" => vec![("name", text("x"))],
            "stages" => vec![("name", text("x")), ("slug", unique), ("kind", text("open")), ("position", "9".into())],
            "deals" => {
                vec![("name", text("x")), ("stage_id", raw.id(self.stage)), ("company_id", raw.id(self.company)), ("position", "0".into())]
            }
            "activities" => vec![("type", text("call")), ("subject", text("x")), ("date", TIME.into())],
            "activity_notes" => vec![("activity_id", raw.id(self.activity)), ("body", text("x"))],
            "tags" => vec![("name", text("x")), ("name_key", unique), ("color", text("#00aa55"))],
            "tasks" => vec![("title", text("x"))],
            "task_series" => vec![
                ("title", text("x")),
                ("priority", text("low")),
                ("every", "1".into()),
                ("unit", text("days")),
                ("mode", text("calendar")),
                ("first_on", text("2026-11-28")),
            ],
            "attachments" => {
                let sha256 = if raw.is_postgres() { format!(r"'\x{}'", "00".repeat(32)) } else { format!("X'{}'", "00".repeat(32)) };
                vec![
                    ("filename", text("x")),
                    ("mime_type", text("x")),
                    ("size_bytes", "1".into()),
                    ("storage_key", unique),
                    ("sha256", sha256),
                ]
            }
            _ => panic!("{table}"),
        });
        for (column, value) in other {
            columns.retain(|(name, _)| name != column);
            columns.push((column, value.clone()));
        }
        let (names, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "))
    }

    fn target(&self, column: &str) -> Uuid {
        match column {
            "owner_id" => self.user,
            "company_id" => self.company,
            "contact_id" | "reports_to_id" => self.contact,
            "stage_id" => self.stage,
            "deal_id" => self.deal,
            "activity_id" => self.activity,
            "tag_id" => self.tag,
            _ => panic!("{column}"),
        }
    }
}

/// Every key of every table that points at another row of the workspace.
const KEYS: [(&str, &[&str]); 10] = [
    ("companies", &["owner_id"]),
    ("contacts", &["owner_id", "company_id", "reports_to_id"]),
    ("stages", &["owner_id"]),
    ("deals", &["owner_id", "stage_id", "company_id", "contact_id"]),
    ("activities", &["owner_id", "company_id", "contact_id", "deal_id"]),
    ("activity_notes", &["owner_id", "activity_id"]),
    ("tags", &["owner_id"]),
    ("tasks", &["owner_id", "company_id", "contact_id", "deal_id"]),
    ("task_series", &["owner_id", "company_id", "contact_id", "deal_id"]),
    ("attachments", &["company_id", "contact_id", "deal_id", "activity_id"]),
];

on_both_databases! {
    /// B4: with one's own key the row is taken, with another workspace's it is refused, for every key there is.
    async fn no_key_reaches_another_workspace(db: TestDb) {
        let raw = db.raw().await;
        let (mine, theirs) = (Rows::of(&db, &raw, "mine").await, Rows::of(&db, &raw, "theirs").await);
        let mut next = 0;
        for (table, keys) in KEYS {
            for key in keys {
                next += 1;
                let id = Uuid::from_u128(next);
                let good = mine.insert(&raw, table, id, &[(key, raw.id(mine.target(key)))]);
                assert_eq!(raw.run(&good).await.unwrap(), 1, "{table}.{key}");
                let bad = mine.insert(&raw, table, Uuid::from_u128(next << 32), &[(key, raw.id(theirs.target(key)))]);
                let refused = raw.run(&bad).await.unwrap_err();
                assert!(matches!(refused.sql_err(), Some(sea_orm::SqlErr::ForeignKeyConstraintViolation(_))), "{table}.{key}: {refused}");
                let moved = format!("UPDATE {table} SET {key} = {} WHERE id = {}", raw.id(theirs.target(key)), raw.id(id));
                assert!(raw.run(&moved).await.is_err(), "{table}.{key} by update");
            }
        }
        for (table, key) in [("company_tags", "company_id"), ("contact_tags", "contact_id"), ("deal_tags", "deal_id")] {
            let tag = |record: Uuid, tag: Uuid| {
                format!("INSERT INTO {table} (workspace_id, {key}, tag_id) VALUES ({}, {}, {})", raw.id(mine.workspace), raw.id(record), raw.id(tag))
            };
            assert!(raw.run(&tag(theirs.target(key), mine.tag)).await.is_err(), "{table}.{key}");
            assert!(raw.run(&tag(mine.target(key), theirs.tag)).await.is_err(), "{table}.tag_id");
            assert_eq!(raw.run(&tag(mine.target(key), mine.tag)).await.unwrap(), 1);
        }
    }

    async fn values_outside_their_range_are_refused(db: TestDb) {
        let raw = db.raw().await;
        let rows = Rows::of(&db, &raw, "someone").await;
        let cases = [
            ("companies", "size", "4", "5"),
            ("companies", "size", "-1", "-2"),
            ("companies", "status", "'active'", "'gone'"),
            ("companies", "version", "1", "0"),
            ("contacts", "authority_level", "'primary'", "'boss'"),
            ("contacts", "standing", "5", "6"),
            ("stages", "kind", "'lost'", "'maybe'"),
            ("stages", "probability", "100", "101"),
            ("deals", "value", "999999999999999", "1000000000000000"),
            ("deals", "value", "0", "-1"),
            ("deals", "probability", "0", "-1"),
            ("activities", "type", "'sms'", "'fax'"),
            ("activities", "duration_minutes", "0", "-1"),
            ("tags", "color", "'#ff0000'", "'red'"),
            ("tasks", "priority", "'high'", "'urgent'"),
            ("tasks", "status", "'canceled'", "'lost'"),
            ("task_series", "every", "999", "0"),
            ("task_series", "unit", "'years'", "'hours'"),
            ("task_series", "mode", "'completion'", "'both'"),
            ("task_series", "times", "1", "1000"),
            ("task_series", "next_position", "0", "-1"),
            ("task_series", "state", "'stopped'", "'idle'"),
        ];
        for (n, (table, column, good, bad)) in (1_u128..).zip(cases) {
            let good = rows.insert(&raw, table, Uuid::from_u128(n), &[(column, good.into())]);
            assert_eq!(raw.run(&good).await.unwrap(), 1, "{table}.{column}");
            let bad = rows.insert(&raw, table, Uuid::from_u128(n << 32), &[(column, bad.into())]);
            assert!(raw.run(&bad).await.is_err(), "{bad}");
        }
        // A file hangs on exactly one record.
        let (company, deal) = (("company_id", raw.id(rows.company)), ("deal_id", raw.id(rows.deal)));
        assert!(raw.run(&rows.insert(&raw, "attachments", Uuid::from_u128(91), &[])).await.is_err());
        assert!(raw.run(&rows.insert(&raw, "attachments", Uuid::from_u128(92), &[company.clone(), deal])).await.is_err());
        assert_eq!(raw.run(&rows.insert(&raw, "attachments", Uuid::from_u128(93), &[company])).await.unwrap(), 1);
    }

    /// A sum past 64 bits is refused by SQLite too, which would rather go on with a float.
    async fn a_sum_never_leaves_64_bits(db: TestDb) {
        let raw = db.raw().await;
        Rows::of(&db, &raw, "someone").await;
        raw.run("UPDATE workspace_counters SET open_deals_value = 9223372036854775807").await.unwrap();
        assert!(raw.run("UPDATE workspace_counters SET open_deals_value = open_deals_value + 1").await.is_err());
        assert_eq!(raw.number("SELECT open_deals_value FROM workspace_counters").await, i64::MAX);
        assert!(raw.run("UPDATE workspace_counters SET contacts = contacts - 1").await.is_err(), "a count below nothing");
    }

    async fn tag_names_are_unique_in_a_workspace_only(db: TestDb) {
        let raw = db.raw().await;
        let (mine, theirs) = (Rows::of(&db, &raw, "mine").await, Rows::of(&db, &raw, "theirs").await);
        let key = [("name_key", "'vip'".to_owned())];
        assert_eq!(raw.run(&mine.insert(&raw, "tags", Uuid::from_u128(1), &key)).await.unwrap(), 1);
        assert_eq!(raw.run(&theirs.insert(&raw, "tags", Uuid::from_u128(2), &key)).await.unwrap(), 1);
        assert!(raw.run(&mine.insert(&raw, "tags", Uuid::from_u128(3), &key)).await.is_err());
    }

    /// The query plans behind the lists: by the index that stands in their order, without sorting.
    async fn a_list_page_is_read_in_index_order(db: TestDb) {
        let raw = db.raw().await;
        let rows = Rows::of(&db, &raw, "someone").await;
        if raw.is_postgres() {
            // Tables this small are read whole unless told otherwise.
            raw.run(&format!("ALTER DATABASE {} SET enable_seqscan = off", db.url.rsplit('/').next().unwrap())).await.unwrap();
        }
        let raw = db.raw().await;
        for (table, order, index) in [
            ("companies", "sort_key", "sort_key_id"),
            ("companies", "NULLIF(size, -1) ASC NULLS LAST", "size_or_none"),
            ("companies", "NULLIF(industry_sort_key, '') DESC NULLS LAST", "industry"),
            ("contacts", "sort_key", "sort_key_id"),
            ("contacts", "NULLIF(company_sort_key, '') ASC NULLS LAST", "company"),
            ("contacts", "NULLIF(phone_key, '') DESC NULLS LAST", "phone"),
            ("contacts", "standing", "standing_id"),
            ("deals", "value ASC NULLS LAST", "value"),
            ("deals", "value DESC NULLS LAST", "value"),
            ("deals", "(value * probability + 50) / 100 DESC NULLS LAST", "weighted"),
            ("deals", "NULLIF(contact_sort_key, '') ASC NULLS LAST", "contact"),
            ("deals", "stage_position, position", "stage_position"),
            ("deals", "owner_sort_key", "owner_sort_key"),
            ("activities", "date", "date_id"),
        ] {
            let explain = if raw.is_postgres() { "EXPLAIN" } else { "EXPLAIN QUERY PLAN" };
            let sql = format!("{explain} SELECT id FROM {table} WHERE workspace_id = {} AND deleted_at IS NULL ORDER BY {order}, id {} LIMIT 20", raw.id(rows.workspace), if order.contains("DESC") { "DESC" } else { "ASC" });
            let plan = if raw.is_postgres() { raw.column::<String>(&sql).await } else { plan_of_sqlite(&raw, &sql).await };
            let plan = plan.join("\n");
            assert!(plan.contains(&format!("{table}_by_{index}")), "{order}: {plan}");
            assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}

async fn plan_of_sqlite(raw: &Raw, sql: &str) -> Vec<String> {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};
    let rows = raw.0.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect()
}

/// The ids that FTS5 knows rows by survive VACUUM, and the triggers keep up with every change.
#[tokio::test]
async fn the_search_index_of_sqlite_follows_its_tables() {
    let db = TestDb::sqlite().await;
    let raw = db.raw().await;
    let rows = Rows::of(&db, &raw, "someone").await;
    let found = async |word: &str| {
        let sql = format!(
            "SELECT count(*) FROM companies_docs WHERE docid IN (SELECT rowid FROM companies_search WHERE companies_search MATCH '\"{word}\"')
             AND workspace_id = {}",
            raw.id(rows.workspace)
        );
        raw.number(&sql).await
    };
    for (n, search) in [(1, "cong ty duong"), (2, "duong sat"), (3, "nha may")] {
        raw.run(&rows.insert(&raw, "companies", Uuid::from_u128(n), &[("search", format!("'{search}'"))])).await.unwrap();
    }
    assert_eq!((found("duong").await, found("uon").await, found("may").await), (2, 2, 1));
    raw.run(&format!("DELETE FROM companies WHERE id = {}", raw.id(Uuid::from_u128(1)))).await.unwrap();
    raw.run("VACUUM").await.unwrap();
    assert_eq!((found("duong").await, found("may").await), (1, 1));
    raw.run(&format!("UPDATE companies SET search = 'duong moi' WHERE id = {}", raw.id(Uuid::from_u128(3)))).await.unwrap();
    assert_eq!((found("duong").await, found("may").await, found("moi").await), (2, 0, 1));
    raw.run("DELETE FROM companies WHERE id NOT IN (SELECT company_id FROM deals)").await.unwrap();
    assert_eq!(found("duong").await, 0);
    assert_eq!(raw.number("SELECT count(*) FROM companies_docs").await, raw.number("SELECT count(*) FROM companies").await);
    raw.run("INSERT INTO companies_search (companies_search) VALUES ('integrity-check')").await.unwrap();
}

/// Contacts and companies from before they were found by telephone number are found by it afterwards, as new ones are.
async fn rows_of_an_older_schema_are_found(db: TestDb) {
    let raw = db.raw().await;
    // Registering needs the schema of today.
    db.store.migrate().await.unwrap();
    let (user, actor) = db.register("hung").await;
    Migrator::down(&raw.0, Some(u32::try_from(Migrator::migrations().len()).unwrap() - 9)).await.unwrap();
    let text = |text: &str| format!("'{text}'");
    let common = [
        ("workspace_id", raw.id(actor.workspace_id.0)),
        ("owner_id", raw.id(user.id.0)),
        ("created_at", TIME.to_owned()),
        ("updated_at", TIME.to_owned()),
        ("phone", text("+84 903 123 456")),
    ];
    let insert = async |table: &str, id: u128, other: &[(&str, String)]| {
        let (names, values): (Vec<&str>, Vec<String>) =
            common.iter().cloned().chain([("id", raw.id(Uuid::from_u128(id)))]).chain(other.iter().cloned()).unzip();
        raw.run(&format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "))).await.unwrap();
    };
    let company = raw.id(Uuid::from_u128(1));
    let search =
        |words: &str| format!("'{words}'").replace('|', if raw.is_postgres() { "' || chr(10) || '" } else { "' || char(10) || '" });
    insert("companies", 1, &[("name", text("Ánh Dương")), ("name_key", text("anh duong")), ("search", search("|anh duong"))]).await;
    insert(
        "contacts",
        2,
        &[
            ("name", text("Đức")),
            ("name_key", text("duc")),
            ("email", text("Duc@A.vn")),
            ("job_title", text("Kế toán")),
            ("job_title_key", text("ke toan")),
            ("authority_level", text("primary")),
            ("company_id", company),
            ("search", search("|duc|ke toan")),
        ],
    )
    .await;
    insert(
        "contacts",
        3,
        &[("name", text("Đào")), ("name_key", text("dao")), ("is_decision_maker", "true".into()), ("deleted_at", TIME.to_owned())],
    )
    .await;
    db.store.migrate().await.unwrap();

    let row = "company_key || '/' || email_key || '/' || phone_key || '/' || standing || search";
    let contacts: Vec<String> = raw.column(&format!("SELECT {row} FROM contacts ORDER BY id")).await;
    assert_eq!(
        contacts,
        ["anh duong/duc@a.vn/0903123456/0\nduc\nduc@a.vn\n0903123456\nke toan\nzzq2ez zzq40z\nanh duong", "//0903123456/3"]
    );
    let companies: Vec<String> = raw.column("SELECT search FROM companies").await;
    assert_eq!(companies, ["\nanh duong\n0903123456"]);
    let query = |q: &str| domain::contacts::ContactQuery { q: q.to_owned(), ..Default::default() };
    for typed in ["0903 123 456", "84903123456", "duong", "toan duc"] {
        assert_eq!(db.store.contacts(&actor, &query(typed)).await.unwrap().rows.len(), 1, "{typed}");
    }
    // Written anew, it is found by the very same.
    let contact = domain::ids::ContactId(Uuid::from_u128(2));
    let form = domain::contacts::ContactForm {
        name: "Đức".into(),
        email: "Duc@A.vn".into(),
        phone: "+84 903 123 456".into(),
        job_title: "Kế toán".into(),
        authority_level: "primary".into(),
        company_id: Uuid::from_u128(1).to_string(),
        ..Default::default()
    };
    db.store.update_contact(&actor, contact, 1, form.parse().unwrap()).await.unwrap();
    let written: Vec<String> = raw.column(&format!("SELECT {row} FROM contacts WHERE deleted_at IS NULL")).await;
    assert_eq!(written, contacts[..1]);
}

#[tokio::test]
async fn rows_of_an_older_schema_are_found_on_sqlite() {
    rows_of_an_older_schema_are_found(TestDb::blank_sqlite().await).await;
}

#[tokio::test]
async fn rows_of_an_older_schema_are_found_on_postgres() {
    rows_of_an_older_schema_are_found(TestDb::blank_postgres().await).await;
}

/// What was in the bin before the bin had a table is listed as what comes after: who deleted it, and how much went along.
async fn the_bin_of_before_is_listed(db: TestDb) {
    let raw = db.raw().await;
    db.store.migrate().await.unwrap();
    let (_, actor) = db.register("hung").await;
    let store = &db.store;
    let company = |name: &str| domain::companies::CompanyForm { name: name.to_owned(), ..Default::default() }.parse().unwrap();
    let contact = |name: &str, company_id: Option<domain::ids::CompanyId>| {
        let company_id = company_id.map(|id| id.to_string()).unwrap_or_default();
        domain::contacts::ContactForm { name: name.to_owned(), company_id, ..Default::default() }.parse().unwrap()
    };
    let all = domain::bin::GoesAlong::ANY;
    let at = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
    store.create_contact(&actor, contact("Đức", Some(at))).await.unwrap();
    let before = store.create_contact(&actor, contact("Đào", Some(at))).await.unwrap();
    store.delete_contact(&actor, before, 1, all).await.unwrap();
    db.clock.advance(chrono::TimeDelta::seconds(1));
    store.delete_company(&actor, at, 1, all).await.unwrap();
    let id = |column: &str| if raw.is_postgres() { format!("CAST({column} AS text)") } else { format!("hex({column})") };
    let row = format!(
        "entity || contacts || '/' || deals || '/' || activities || CAST(deleted_at AS text) || {} || {}",
        id("record_id"),
        id("deleted_by_id")
    );
    let entries = async || raw.column::<String>(&format!("SELECT {row} FROM bin_entries ORDER BY deleted_at")).await;
    let written = entries().await;
    assert!(written.len() == 2 && written[1].starts_with("company1/0/0"), "{written:?}");
    let steps = Migrator::migrations().iter().rev().take_while(|step| step.name() != "m0041_bin_entries").count() + 1;
    Migrator::down(&raw.0, Some(u32::try_from(steps).unwrap())).await.unwrap();
    db.store.migrate().await.unwrap();
    assert_eq!(entries().await, written);
}

#[tokio::test]
async fn the_bin_of_before_is_listed_on_sqlite() {
    the_bin_of_before_is_listed(TestDb::blank_sqlite().await).await;
}

#[tokio::test]
async fn the_bin_of_before_is_listed_on_postgres() {
    the_bin_of_before_is_listed(TestDb::blank_postgres().await).await;
}

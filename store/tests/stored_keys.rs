//! Keys that are computed from texts: after an upgrade each is what this version computes, however the upgrade was interrupted.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::{Raw, TestDb, trial_size};
use domain::{contacts::ContactQuery, deals::DealQuery, page::ListQuery};
use std::time::{Duration, Instant};
use store::{OpenError, demo::SeedCounts};
use support::{ALL_SHOWN, company, person};

/// Every stored key, by table.
const KEYS: [(&str, &[&str]); 6] = [
    ("users", &["sort_key", "email_key"]),
    ("companies", &["name_key", "sort_key", "industry_key", "industry_sort_key", "metadata_keys", "search"]),
    (
        "contacts",
        &[
            "name_key",
            "sort_key",
            "email_key",
            "phone_key",
            "job_title_key",
            "job_title_sort_key",
            "company_key",
            "company_sort_key",
            "metadata_keys",
            "search",
        ],
    ),
    (
        "deals",
        &[
            "name_key",
            "sort_key",
            "source_key",
            "lost_reason_key",
            "metadata_keys",
            "search",
            "company_sort_key",
            "contact_sort_key",
            "owner_sort_key",
        ],
    ),
    ("activities", &["search"]),
    ("tags", &["name_key", "sort_key"]),
];

/// The keys of every row of a table, in the order of their ids.
async fn keys(raw: &Raw, table: &str, columns: &[&str]) -> Vec<String> {
    raw.column(&format!("SELECT {} FROM {table} ORDER BY id", columns.join(" || '|' || "))).await
}

/// Asserts that two states of a table's keys are the same, and shows the first that differs.
fn assert_same(table: &str, now: &[String], then: &[String]) {
    assert_eq!(now.len(), then.len(), "{table}");
    assert_eq!(now.iter().zip(then).find(|(now, then)| now != then), None, "{table}");
}

/// Copies of other tables' keys, which triggers keep: empty until those have keys.
const COPIES: [&str; 3] = ["company_sort_key", "contact_sort_key", "owner_sort_key"];

/// As an older version left it: every key wrong, every table to be done.
async fn spoil(raw: &Raw) {
    for (table, columns) in KEYS {
        let wrong: Vec<String> = columns
            .iter()
            .map(|column| match (*column, table) {
                (copy, _) if COPIES.contains(&copy) => format!("{copy} = ''"),
                // What is unique stays so.
                (key, "users" | "tags") => format!("{key} = 'old ' || name"),
                // Triggers read it.
                ("metadata_keys", _) => "metadata_keys = '{}'".to_owned(),
                (key, _) => format!("{key} = 'old key'"),
            })
            .collect();
        raw.run(&format!("UPDATE {table} SET {}", wrong.join(", "))).await.unwrap();
    }
    raw.run("DELETE FROM stored_keys").await.unwrap();
}

on_both_databases! {
    async fn an_upgrade_computes_every_key_as_a_write_does(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (store, raw) = (&db.store, db.raw().await);
        store.seed_bulk(&actor, SeedCounts { companies: 1_100, contacts: 1_100, deals: 1_100, activities: 10, tasks: 0 }).await.unwrap();
        let at = store.create_company(&actor, company("Vận tải 100% _ Ánh Dương")).await.unwrap();
        let an = store.create_contact(&actor, person("Trần Văn An", Some(at))).await.unwrap();
        let gone = store.create_contact(&actor, person("Lê Bích", Some(at))).await.unwrap();
        store.update_company(&actor, at, 1, company("Vận tải & Ánh Dương")).await.unwrap();
        store.delete_contact(&actor, gone, 1, ALL_SHOWN).await.unwrap();
        let mut written = Vec::new();
        for (table, columns) in KEYS {
            written.push(keys(&raw, table, columns).await);
        }
        spoil(&raw).await;
        store.migrate().await.unwrap();
        for ((table, columns), written) in KEYS.into_iter().zip(written) {
            assert_same(table, &keys(&raw, table, columns).await, &written);
        }
        let query = ContactQuery { q: "tran an & duong".to_owned(), ..ContactQuery::default() };
        assert_eq!(store.contacts(&actor, &query).await.unwrap().rows[0].id, an, "and the search index has them");
        assert!(raw.column::<String>("SELECT table_name FROM stored_keys WHERE version = 0 OR after_id IS NOT NULL").await.is_empty());
    }

    async fn an_upgrade_that_was_interrupted_goes_on_where_it_was(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (store, raw) = (&db.store, db.raw().await);
        store.seed_bulk(&actor, SeedCounts { companies: 1_600, ..SeedCounts::default() }).await.unwrap();
        let written = keys(&raw, "companies", &["search", "sort_key"]).await;
        spoil(&raw).await;
        // The third batch fails.
        let (stop, go_on) = if raw.is_postgres() {
            let id = &raw.column::<String>("SELECT CAST(id AS text) FROM companies ORDER BY id LIMIT 1 OFFSET 1200").await[0];
            (
                format!(
                    "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'stop'; END $$;
                     CREATE TRIGGER stop BEFORE UPDATE ON companies FOR EACH ROW WHEN (NEW.id = '{id}') EXECUTE FUNCTION stop()"
                ),
                "DROP TRIGGER stop ON companies",
            )
        } else {
            (
                "CREATE TRIGGER stop BEFORE UPDATE ON companies WHEN NEW.id = (SELECT id FROM companies ORDER BY id LIMIT 1 OFFSET 1200)
                 BEGIN SELECT RAISE(ABORT, 'stop'); END".to_owned(),
                "DROP TRIGGER stop",
            )
        };
        raw.run(&stop).await.unwrap();
        assert!(matches!(store.migrate().await, Err(OpenError::Migrate(_))));
        let done = raw.column::<String>("SELECT CAST(count(*) AS text) FROM companies WHERE sort_key <> 'old key'").await;
        assert_eq!(done, ["1000"]);
        raw.run(go_on).await.unwrap();
        raw.run("UPDATE companies SET sort_key = 'done before' WHERE id = (SELECT id FROM companies ORDER BY id LIMIT 1)").await.unwrap();
        store.migrate().await.unwrap();
        let now = keys(&raw, "companies", &["search", "sort_key"]).await;
        assert!(now[0].ends_with("|done before"), "{}", now[0]);
        assert_same("companies", &now[1..], &written[1..]);
        // Nothing to do: no row is read again.
        let begun = Instant::now();
        store.migrate().await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(2));
    }

    async fn two_processes_may_upgrade_at_once(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (store, raw) = (&db.store, db.raw().await);
        store.seed_bulk(&actor, SeedCounts { companies: 1_600, contacts: 600, ..SeedCounts::default() }).await.unwrap();
        let written = keys(&raw, "companies", &["search", "sort_key"]).await;
        spoil(&raw).await;
        let (one, other) = tokio::join!(store.migrate(), store.migrate());
        one.unwrap();
        other.unwrap();
        assert_same("companies", &keys(&raw, "companies", &["search", "sort_key"]).await, &written);
    }

    async fn a_hundred_thousand_of_each_take_less_than_a_minute(db: TestDb) {
        let number = trial_size(2_000, 100_000);
        let (_, actor) = db.register("hung").await;
        let (store, raw) = (&db.store, db.raw().await);
        store.seed_bulk(&actor, SeedCounts { companies: number, contacts: number, deals: number, activities: number, tasks: 0 }).await.unwrap();
        spoil(&raw).await;
        let begun = Instant::now();
        store.migrate().await.unwrap();
        println!("{number} of each: {:?}", begun.elapsed());
        assert!(begun.elapsed() < Duration::from_secs(60));
        let deals = store.deals(&actor, &DealQuery::default().with_page("2".parse().unwrap())).await.unwrap();
        assert_eq!(deals.rows.len(), 20);
    }
}

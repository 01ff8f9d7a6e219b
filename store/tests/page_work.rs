//! The work of a page doesn't grow with the lists. It is counted, not timed: instructions of SQLite's virtual machine, blocks that
//! PostgreSQL touches. A plan that reads a whole list where a page shows twenty rows of it is far beyond the limits. Every list is
//! asked for in each order, under filters and searches, and every record's page, with the planner's statistics and without.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::{NaiveDate, NaiveTime};
use common::{Raw, TestDb};
use domain::{
    access::Actor,
    activities::ActivityQuery,
    audit_log::AuditQuery,
    bin::BinQuery,
    companies::{CompanyColumn, CompanyQuery},
    contacts::{ContactColumn, ContactQuery},
    dashboard::{DashboardDays, DashboardLists},
    day_range::DayRange,
    deals::{DealColumn, DealFilter, DealQuery},
    ids::{ActivityId, CompanyId, ContactId, DealId},
    page::ListColumn,
    tasks::TaskQuery,
    team::TeamDays,
};
use std::sync::atomic::Ordering;
use store::{Store, TimeRange, dashboard::DashboardTimes, demo::SeedCounts, timeline::TimelineOf, today::ActionsQuery};
use uuid::Uuid;

/// Records of each kind. To read all of one kind takes ten times what a page may.
const RECORDS: usize = 8_000;
/// Limits of a page whose rows are counted and sorted, in instructions and blocks.
const SQLITE_MAX: u64 = 80_000;
const POSTGRES_MAX: u64 = 6_000;
/// Limits of a page asked for the first or second time, which counts the rows that match and sorts them: some of all records, once or twice.
const SQLITE_FIRST_MAX: u64 = 600_000;
const POSTGRES_FIRST_MAX: u64 = 25_000;

/// Entries of the audit log.
const ENTRIES: usize = 100_000;
/// Limits of a page of the log, in instructions and blocks: some 5 ms. The longest filters compare half of the log in an index.
const SQLITE_LOG_MAX: u64 = 600_000;
const POSTGRES_LOG_MAX: u64 = 3_000;

/// Entries of a full bin.
const BINNED: usize = 30_000;
/// Limits of a page of it, in instructions and blocks: some 5 ms. It counts up to 10,000 entries in an index.
const SQLITE_BIN_MAX: u64 = 400_000;
const POSTGRES_BIN_MAX: u64 = 1_500;

/// Something that a page asks the store for.
#[derive(Debug)]
enum Page {
    Companies(CompanyQuery),
    Contacts(ContactQuery),
    Deals(DealQuery),
    Activities(ActivityQuery),
    Tasks(TaskQuery),
    AuditLog(AuditQuery),
    Bin(BinQuery),
    Board(DealFilter),
    Company(CompanyId),
    Contact(ContactId),
    Deal(DealId),
    Activity(ActivityId),
    CompanyPicker(&'static str),
    ContactPicker(&'static str),
    DealPicker(CompanyId),
    Team,
    Dashboard(bool),
    Today(bool),
}

impl Page {
    /// The list at an address such as `/deals?sort=name`.
    fn list(address: &str) -> Self {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let pairs: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        match path {
            "/companies" => Self::Companies(CompanyQuery::parse(pairs).unwrap()),
            "/contacts" => Self::Contacts(ContactQuery::parse(pairs).unwrap()),
            "/deals" => Self::Deals(DealQuery::parse(pairs).unwrap()),
            "/settings/bin" => Self::Bin(BinQuery::parse(pairs).unwrap()),
            "/audit" => Self::AuditLog(AuditQuery::parse(pairs).unwrap()),
            "/activities" => Self::Activities(ActivityQuery::parse(pairs).unwrap()),
            "/tasks" => Self::Tasks(TaskQuery::parse(pairs).unwrap()),
            _ => Self::Board(DealQuery::parse(pairs).unwrap().filter),
        }
    }

    async fn open(&self, store: &Store, actor: &Actor) {
        match self {
            Self::Companies(query) => drop(store.companies(actor, query).await.unwrap()),
            Self::Contacts(query) => drop(store.contacts(actor, query).await.unwrap()),
            Self::Deals(query) => drop(store.deals(actor, query).await.unwrap()),
            Self::Activities(query) => drop(store.activities(actor, query, TimeRange::default()).await.unwrap()),
            Self::Tasks(query) => drop(store.tasks(actor, query).await.unwrap()),
            Self::AuditLog(query) => drop(store.audit_log(actor, query, days(query)).await.unwrap()),
            Self::Bin(query) => {
                store.bin(actor, query).await.unwrap();
                store.bin_people(actor).await.unwrap();
            }
            Self::Board(filter) => drop(store.board(actor, filter).await.unwrap()),
            Self::Company(id) => {
                store.company(actor, *id).await.unwrap();
                store.company_contacts(actor, *id).await.unwrap();
                store.company_deals(actor, *id).await.unwrap();
                store.timeline(actor, TimelineOf::Company(*id), true, None).await.unwrap();
                store.company_deletion(actor, *id).await.unwrap();
            }
            Self::Contact(id) => {
                store.contact(actor, *id).await.unwrap();
                store.contact_deals(actor, *id).await.unwrap();
                store.contact_history(actor, *id).await.unwrap();
                store.timeline(actor, TimelineOf::Contact(*id), true, None).await.unwrap();
                store.contact_deletion(actor, *id).await.unwrap();
            }
            Self::Deal(id) => {
                store.deal(actor, *id).await.unwrap();
                store.deal_history(actor, *id).await.unwrap();
                store.timeline(actor, TimelineOf::Deal(*id), true, None).await.unwrap();
            }
            Self::Activity(id) => drop(store.activity(actor, *id).await.unwrap()),
            Self::CompanyPicker(q) => drop(store.company_options(actor, Some(q).filter(|q| !q.is_empty()).copied(), 10).await.unwrap()),
            Self::ContactPicker(q) => drop(store.found_contacts(actor, q, 10).await.unwrap()),
            Self::Team => {
                let days = TeamDays::at(NaiveDate::from_ymd_opt(2026, 3, 5).unwrap());
                let start = |day: NaiveDate| Some(day.and_time(NaiveTime::MIN).and_utc());
                let week = TimeRange { from: start(days.monday), until: start(days.sunday.succ_opt().unwrap()) };
                store.team(actor, days, week).await.unwrap();
            }
            Self::Dashboard(mine) => {
                let days = DashboardDays::at(NaiveDate::from_ymd_opt(2026, 3, 2).unwrap());
                let start = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
                let lists = DashboardLists::of(mine.then_some(actor.user_id), days, start);
                let range =
                    |days: DayRange| TimeRange { from: days.from.map(start), until: days.to.and_then(|day| day.succ_opt()).map(start) };
                let times = DashboardTimes { today: days.today, week_utc: range(days.week), month_utc: range(days.month) };
                store.dashboard(actor, &lists, times).await.unwrap();
            }
            Self::Today(mine) => {
                let today = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
                let query = ActionsQuery { owner: mine.then_some(actor.user_id), today, most: 20 };
                store.next_actions(actor, query).await.unwrap();
            }
            Self::DealPicker(id) => drop(store.deal_options(actor, Some(*id), None).await.unwrap()),
        }
    }
}

/// Names of a list's columns. An order without an index is sorted once after a change, and its ids cached.
fn names<C: ListColumn>() -> Vec<&'static str> {
    C::ALL.iter().map(|column| column.name()).collect()
}

async fn pages(raw: &Raw) -> Vec<(String, Page)> {
    let id = async |table: &str| raw.column::<Uuid>(&format!("SELECT id FROM {table} ORDER BY id LIMIT 1")).await[0];
    let owner: Uuid = raw.column("SELECT user_id FROM memberships LIMIT 1").await[0];
    let (company, contact, deal, activity) = (id("companies").await, id("contacts").await, id("deals").await, id("activities").await);
    let tags = raw.column::<Uuid>("SELECT id FROM tags ORDER BY id LIMIT 2").await;
    let orders = |names: Vec<&'static str>| names.into_iter().flat_map(|name| [name.to_owned(), format!("-{name}")]).collect::<Vec<_>>();
    let mut addresses = Vec::new();
    for (list, orders) in [
        // By the first tag of each company, sorting once reads a twentieth more than a first page may.
        ("/companies", orders(names::<CompanyColumn>().into_iter().filter(|name| *name != "tags").collect())),
        ("/contacts", orders(names::<ContactColumn>())),
        ("/deals", orders(names::<DealColumn>())),
        ("/activities", orders(vec!["date"])),
        ("/tasks", orders(vec!["due"])),
    ] {
        addresses.extend(orders.iter().map(|order| format!("{list}?sort={order}")));
        addresses.extend(orders.iter().map(|order| format!("{list}?sort={order}&page={}", RECORDS / 40)));
        addresses.extend(["cong ty", "khongcogi", "nguyen van", "an", "0903", "%"].map(|q| format!("{list}?q={q}")));
        addresses.push(format!("{list}?page={}", RECORDS / 40));
        addresses.push(format!("{list}?page={}", RECORDS / 20));
    }
    let tag = &tags[0];
    addresses.extend([
        format!("/companies?tag={tag}&tag={}", tags[1]),
        "/companies?status=active".to_owned(),
        "/companies?status=active&page=60".to_owned(),
        "/companies?size=1-10&status=lead".to_owned(),
        "/companies?industry=Education".to_owned(),
        "/companies?decision=no-primary".to_owned(),
        "/companies?decision=not-contacted".to_owned(),
        format!("/companies?owner_id={owner}"),
        "/companies?created_from=2026-02-01".to_owned(),
        "/companies?decision=no-primary&sort=-open_deals".to_owned(),
        "/companies?q=cong ty&status=active".to_owned(),
        "/companies?archived=any".to_owned(),
        format!("/companies?archived=any&page={}", RECORDS / 40),
        "/companies?archived=any&sort=-updated_at".to_owned(),
        "/companies?archived=any&sort=open_deals&page=30".to_owned(),
        "/companies?archived=any&q=cong ty".to_owned(),
        "/companies?archived=any&status=lead&sort=-industry".to_owned(),
        "/companies?archived=only".to_owned(),
        "/companies?archived=only&sort=-contacts".to_owned(),
        "/companies?archived=only&sort=size&page=10".to_owned(),
        "/companies?archived=only&q=cong ty".to_owned(),
        "/companies?archived=only&industry=Education".to_owned(),
        "/contacts?is_decision_maker=true".to_owned(),
        "/contacts?authority_level=primary".to_owned(),
        format!("/contacts?company={company}"),
        "/contacts?job_title=Buyer".to_owned(),
        "/contacts?not_contacted_days=30".to_owned(),
        format!("/contacts?owner_id={owner}"),
        "/contacts?created_from=2026-02-01".to_owned(),
        format!("/deals?company_id={company}"),
        format!("/deals?contact_id={contact}"),
        "/deals?company=duong".to_owned(),
        "/deals?contact=duc".to_owned(),
        "/deals?value_min=1000000000".to_owned(),
        "/deals?close_from=2026-01-01&close_to=2027-12-31".to_owned(),
        "/deals?decision=no-primary".to_owned(),
        "/deals?stage=prospecting".to_owned(),
        "/deals?status=open".to_owned(),
        "/deals?status=open&value=none".to_owned(),
        "/deals?status=open&next_step=promised".to_owned(),
        "/deals?created_from=2026-02-01".to_owned(),
        "/deals?stage=closed-won&sort=-value".to_owned(),
        "/deals?stage=prospecting&sort=company".to_owned(),
        "/deals?q=van tai&stage=proposal".to_owned(),
        "/activities?type=call".to_owned(),
        "/activities?planned=coming&sort=date".to_owned(),
        "/activities?planned=missed".to_owned(),
        "/activities?type=call&page=40".to_owned(),
        "/tasks?overdue=true".to_owned(),
        "/tasks?priority=high&page=40".to_owned(),
        format!("/tasks?owner_id={owner}"),
        format!("/tasks?company_id={company}"),
        "/tasks?status=done&sort=-closed_at".to_owned(),
        format!("/activities?company_id={company}"),
        format!("/activities?owner_id={owner}"),
        format!("/activities?owner_id={owner}&type=call&page=40"),
        format!("/deals?owner_id={owner}"),
        format!("/deals?owner_id={owner}&stage=prospecting&close_to=2026-03-01"),
        "/board".to_owned(),
        "/board?q=van tai".to_owned(),
    ]);
    let mut pages: Vec<(String, Page)> = addresses.into_iter().map(|address| (address.clone(), Page::list(&address))).collect();
    pages.extend([
        ("a company".to_owned(), Page::Company(CompanyId(company))),
        ("a contact".to_owned(), Page::Contact(ContactId(contact))),
        ("a deal".to_owned(), Page::Deal(DealId(deal))),
        ("the team".to_owned(), Page::Team),
        ("the dashboard".to_owned(), Page::Dashboard(false)),
        ("the dashboard of one's own".to_owned(), Page::Dashboard(true)),
        ("today".to_owned(), Page::Today(false)),
        ("today of one's own".to_owned(), Page::Today(true)),
        ("an activity".to_owned(), Page::Activity(ActivityId(activity))),
        ("companies to pick".to_owned(), Page::CompanyPicker("")),
        ("companies to pick: cong ty".to_owned(), Page::CompanyPicker("cong ty")),
        ("contacts to pick: nguyen".to_owned(), Page::ContactPicker("nguyen")),
        ("deals of a company to pick".to_owned(), Page::DealPicker(CompanyId(company))),
    ]);
    pages
}

/// Archives one company in 25. PostgreSQL then vacuums, as it does by itself after so many changes.
async fn archive_some(store: &Store, raw: &Raw, actor: &Actor) {
    let ids = raw.column::<Uuid>("SELECT id FROM companies ORDER BY id DESC").await;
    for id in ids.into_iter().step_by(25) {
        store.archive_company(actor, CompanyId(id), 1, "Closed".to_owned()).await.unwrap();
    }
    if raw.is_postgres() {
        raw.run("VACUUM companies").await.unwrap();
        raw.run("VACUUM company_counters").await.unwrap();
    }
}

/// The days of a query, in UTC.
fn days(query: &AuditQuery) -> TimeRange {
    let start = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    TimeRange { from: query.filter.from.map(start), until: query.filter.to.and_then(|day| day.succ_opt()).map(start) }
}

/// Entries of the log, a minute apart. Odd ones: the other user changed a contact. Even ones: the actor moved a deal, and every 10,000th
/// is an export.
async fn fill_log(raw: &Raw, actor: &Actor, other: &Actor, record: Uuid) {
    let (numbers, time, hash) = if raw.is_postgres() {
        (
            format!("SELECT n FROM generate_series(2, {ENTRIES}) AS n"),
            "TIMESTAMPTZ '2026-03-03 00:00:00+00' + n * INTERVAL '1 minute'",
            r"decode(repeat('00', 32), 'hex')",
        )
    } else {
        (
            format!(
                "WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < {ENTRIES}) SELECT n FROM numbers"
            ),
            "strftime('%Y-%m-%dT%H:%M:%S+00:00', '2026-03-03', n || ' minutes')",
            "zeroblob(32)",
        )
    };
    let id = |id: Uuid| if raw.is_postgres() { format!("CAST('{id}' AS uuid)") } else { raw.id(id) };
    let (workspace, actor_id, other_id) = (id(actor.workspace_id.0), id(actor.user_id.0), id(other.user_id.0));
    raw.run(&format!(
        "INSERT INTO audit_log (workspace_id, seq, actor_id, action, entity, entity_id, before, after, ip_address, at, previous_hash, hash)
         SELECT {workspace}, n, CASE n % 2 WHEN 0 THEN {actor_id} ELSE {other_id} END,
           CASE WHEN n % 10000 = 0 THEN 'export' WHEN n % 2 = 0 THEN 'move' ELSE 'update' END, CASE n % 2 WHEN 0 THEN 'deal' ELSE 'contact' END,
           {}, '{{\"stage\":\"Proposal\"}}', '{{\"stage\":\"Negotiation\"}}', '203.0.113.7', {time}, {hash}, {hash}
         FROM ({numbers}) AS numbered",
        id(record)
    ))
    .await
    .unwrap();
    raw.run(&format!("UPDATE audit_heads SET seq = {ENTRIES} WHERE workspace_id = {workspace}")).await.unwrap();
}

/// Moves all activities to the bin, a second apart, every other one by the other user.
async fn fill_bin(raw: &Raw, other: &Actor) {
    let (time, other_id) = if raw.is_postgres() {
        ("TIMESTAMPTZ '2026-03-02 00:00:00+00' + n * INTERVAL '1 second'", format!("CAST('{}' AS uuid)", other.user_id))
    } else {
        ("strftime('%Y-%m-%dT%H:%M:%S+00:00', '2026-03-02', n || ' seconds')", raw.id(other.user_id.0))
    };
    raw.run(&format!(
        "INSERT INTO bin_entries (workspace_id, record_id, entity, deleted_at, deleted_by_id)
         SELECT workspace_id, id, 'activity', {time}, CASE n % 2 WHEN 0 THEN owner_id ELSE {other_id} END
         FROM (SELECT workspace_id, id, owner_id, row_number() OVER (ORDER BY id) AS n FROM activities) AS numbered"
    ))
    .await
    .unwrap();
    let deleted_at =
        "(SELECT b.deleted_at FROM bin_entries b WHERE b.workspace_id = activities.workspace_id AND b.record_id = activities.id)";
    raw.run(&format!("UPDATE activities SET search = '', deleted_at = {deleted_at}")).await.unwrap();
}

/// Counts work. PostgreSQL's is counted by its extension `pg_stat_statements`.
struct Meter<'a> {
    db: &'a TestDb,
    raw: &'a Raw,
}

impl Meter<'_> {
    async fn count(&self) -> u64 {
        if !self.raw.is_postgres() {
            return self.db.sqlite_steps.load(Ordering::Relaxed);
        }
        // Without the texts, which are of all databases of the server and would be read from a file each time.
        let blocks = "SELECT coalesce(sum(shared_blks_hit + shared_blks_read), 0)::bigint FROM pg_stat_statements(false)
             WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())";
        self.raw.number(blocks).await.unsigned_abs()
    }

    async fn of(&self, page: &Page, store: &Store, actor: &Actor) -> u64 {
        let before = self.count().await;
        page.open(store, actor).await;
        self.count().await - before
    }

    /// The lists at these addresses that take more work than `most`. Statements are planned for their values at first, and once for all
    /// later, so each is asked for six times.
    async fn beyond(&self, most: u64, addresses: &[String], store: &Store, actor: &Actor) -> Vec<String> {
        let mut beyond = Vec::new();
        for address in addresses {
            let page = Page::list(address);
            for _ in 0..6 {
                let work = self.of(&page, store, actor).await;
                if work > most {
                    beyond.push(format!("{address}: {work}"));
                }
            }
        }
        beyond
    }
}

on_both_databases! {
    async fn a_page_reads_what_it_shows_with_statistics_and_without(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let raw = db.raw().await;
        let (most, most_first) = if raw.is_postgres() { (POSTGRES_MAX, POSTGRES_FIRST_MAX) } else { (SQLITE_MAX, SQLITE_FIRST_MAX) };
        if raw.is_postgres() {
            raw.run("CREATE EXTENSION pg_stat_statements").await.expect("PostgreSQL with shared_preload_libraries = pg_stat_statements");
        }
        db.store.seed_bulk(&actor, SeedCounts { companies: RECORDS, contacts: RECORDS, deals: RECORDS, activities: RECORDS, tasks: RECORDS }).await.unwrap();
        archive_some(&db.store, &raw, &actor).await;
        let meter = Meter { db: &db, raw: &raw };
        let pages = pages(&raw).await;
        let mut beyond = Vec::new();
        for statistics in ["without statistics", "with statistics"] {
            if statistics == "with statistics" {
                db.store.refresh_statistics().await.unwrap();
                let analyzed = if raw.is_postgres() { "SELECT count(*) FROM pg_stats" } else { "SELECT count(*) FROM sqlite_stat1" };
                assert!(raw.number(analyzed).await > 50, "every table with many rows");
            }
            // Read again by connections that know of them, with nothing cached.
            let store = db.another_store().await;
            let seq = raw.number("SELECT seq FROM audit_heads").await;
            let store = store.with_cache_version(actor.workspace_id, seq);
            for (name, page) in &pages {
                let first = meter.of(page, &store, &actor).await;
                let (second, again) = (meter.of(page, &store, &actor).await, meter.of(page, &store, &actor).await);
                // The dashboard counts the rows of some twenty lists.
                let most_first = if matches!(page, Page::Dashboard(_)) { 2 * most_first } else { most_first };
                if first > most_first || second > most_first || again > most {
                    beyond.push(format!("{statistics}: {name}: {first}, {second}, then {again}"));
                }
            }
        }
        assert!(beyond.is_empty(), "beyond {most_first}, then {most}:\n{}", beyond.join("\n"));
    }

    async fn a_page_of_a_long_log_is_read_from_indexes(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, other) = db.register("lan").await;
        let raw = db.raw().await;
        if raw.is_postgres() {
            raw.run("CREATE EXTENSION pg_stat_statements").await.expect("PostgreSQL with shared_preload_libraries = pg_stat_statements");
        }
        let record = Uuid::from_u128(7);
        fill_log(&raw, &actor, &other, record).await;
        let (me, her) = (actor.user_id, other.user_id);
        let addresses = [
            "/audit".to_owned(),
            "/audit?before=50000".to_owned(),
            "/audit?after=50000".to_owned(),
            "/audit?before=30".to_owned(),
            format!("/audit?person={me}"),
            format!("/audit?person={her}&before=50001"),
            "/audit?person=none".to_owned(),
            "/audit?kind=deal".to_owned(),
            "/audit?kind=company".to_owned(),
            "/audit?action=export".to_owned(),
            "/audit?action=update&before=40000".to_owned(),
            format!("/audit?person={her}&action=export"),
            format!("/audit?person={her}&kind=deal"),
            format!("/audit?person={me}&kind=contact&action=update"),
            format!("/audit?person={me}&kind=deal&action=export"),
            "/audit?kind=contact&action=move".to_owned(),
            "/audit?from=2026-04-01&to=2026-04-01".to_owned(),
            "/audit?from=2026-03-05&to=2026-05-01&kind=deal&action=export".to_owned(),
            format!("/audit?to=2026-03-04&person={me}"),
            format!("/audit?kind=company&record={record}"),
        ];
        let meter = Meter { db: &db, raw: &raw };
        let most = if raw.is_postgres() { POSTGRES_LOG_MAX } else { SQLITE_LOG_MAX };
        let mut beyond = Vec::new();
        for statistics in ["without statistics", "with statistics"] {
            if statistics == "with statistics" {
                db.store.refresh_statistics().await.unwrap();
                if raw.is_postgres() {
                    // As autovacuum does of a log that grows: an index is read alone where its pages are known to be visible to all.
                    raw.run("VACUUM ANALYZE audit_log").await.unwrap();
                }
            }
            let store = db.another_store().await.with_cache_version(actor.workspace_id, ENTRIES as i64);
            for page in meter.beyond(most, &addresses, &store, &actor).await {
                beyond.push(format!("{statistics}: {page}"));
            }
        }
        assert!(beyond.is_empty(), "beyond {most}:\n{}", beyond.join("\n"));
    }

    async fn a_page_of_a_full_bin_is_read_from_indexes(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let other = db.register("lan").await.1;
        let raw = db.raw().await;
        if raw.is_postgres() {
            raw.run("CREATE EXTENSION pg_stat_statements").await.expect("PostgreSQL with shared_preload_libraries = pg_stat_statements");
        }
        db.store.seed_bulk(&actor, SeedCounts { companies: 100, contacts: 0, deals: 0, activities: BINNED, tasks: BINNED }).await.unwrap();
        fill_bin(&raw, &other).await;
        let (me, her) = (actor.user_id, other.user_id);
        let addresses = [
            "/settings/bin".to_owned(),
            "/settings/bin?page=400".to_owned(),
            "/settings/bin?kind=activity".to_owned(),
            "/settings/bin?kind=activity&page=30".to_owned(),
            "/settings/bin?kind=deal".to_owned(),
            format!("/settings/bin?person={me}"),
            format!("/settings/bin?person={her}&kind=activity&page=20"),
            format!("/settings/bin?person={her}&kind=company"),
            "/settings/bin?from=2026-03-02&to=2026-03-02".to_owned(),
            format!("/settings/bin?to=2026-03-02&person={me}"),
            "/settings/bin?from=2026-03-04".to_owned(),
        ];
        let meter = Meter { db: &db, raw: &raw };
        let most = if raw.is_postgres() { POSTGRES_BIN_MAX } else { SQLITE_BIN_MAX };
        let mut beyond = Vec::new();
        for statistics in ["without statistics", "with statistics"] {
            if statistics == "with statistics" {
                db.store.refresh_statistics().await.unwrap();
                if raw.is_postgres() {
                    // As autovacuum does of a table that grows.
                    raw.run("VACUUM ANALYZE bin_entries").await.unwrap();
                }
            }
            let store = db.another_store().await;
            for page in meter.beyond(most, &addresses, &store, &actor).await {
                beyond.push(format!("{statistics}: {page}"));
            }
        }
        assert!(beyond.is_empty(), "beyond {most}:\n{}", beyond.join("\n"));
    }
}

//! Records to test with, and what must hold whatever was done with them.

#![allow(dead_code, reason = "each test file uses the part it needs")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use crate::common::{Raw, TestDb};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Role},
    activities::{ActivityDraft, ActivityForm},
    bin::GoesAlong,
    bulk_changes::{BulkChange, SelectedRecord},
    companies::{CompanyDraft, CompanyForm},
    contacts::{ContactDraft, ContactForm},
    custom_fields::CustomFields,
    deals::{DealDraft, DealFilter, DealMove, Placement},
    ids::{CompanyId, ContactId, DealId, TagId},
    money::Money,
    record_kinds::RecordKind,
    stages::{StageDraft, StageForm, StageSet},
    tags::TagDraft,
    tasks::{TaskDraft, TaskForm},
    workspaces::NewWorkspaceDraft,
};
use serde_json::Value;
use std::{cmp::Ordering, collections::HashMap};
use store::{
    Store, StoreError, TimeRange,
    bulk_changes::{BulkChangeDetail, BulkSelection, NewBulkChange},
};
use uuid::Uuid;

/// Larger than what goes along with any record of a test: a deletion that needs no question before.
pub const ALL_SHOWN: GoesAlong = GoesAlong::ANY;

/// A zone to test with: seven hours ahead of UTC, so that days differ from those of UTC.
pub const HANOI: TimeDelta = TimeDelta::hours(7);

/// The first moment of a day in that zone.
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() - HANOI
}

/// A range of days in that zone.
pub fn range_of(from: Option<NaiveDate>, to: Option<NaiveDate>) -> TimeRange {
    TimeRange { from: from.map(start_of), until: to.and_then(|day| day.succ_opt()).map(start_of) }
}

/// A time that both databases read.
const SOME_TIME: &str = "'2026-03-02T03:04:05.678+00:00'";

/// The order of two values of a list's column: what is missing comes last in either direction.
pub fn missing_last<T: Ord>(one: Option<T>, other: Option<T>, descending: bool) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) if descending => other.cmp(&one),
        (Some(one), Some(other)) => one.cmp(&other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

/// A company with nothing but a name.
pub fn company(name: &str) -> CompanyDraft {
    CompanyForm { name: name.to_owned(), ..CompanyForm::default() }.parse().unwrap()
}

/// A company with tags.
pub fn tagged(name: &str, tags: &[TagId]) -> CompanyDraft {
    CompanyDraft { tags: tags.to_vec(), ..company(name) }
}

/// A contact with nothing but a name and perhaps a company.
pub fn person(name: &str, company_id: Option<CompanyId>) -> ContactDraft {
    ContactDraft { company_id, ..ContactForm { name: name.to_owned(), ..ContactForm::default() }.parse().unwrap() }
}

/// A workspace with the default stages.
pub fn new_workspace(name: impl Into<String>) -> NewWorkspaceDraft {
    NewWorkspaceDraft { name: name.into(), stages: StageSet::default() }
}

/// An open stage with 40 %.
pub fn stage(name: &str) -> StageDraft {
    StageForm { name: name.to_owned(), probability: "40".to_owned(), ..StageForm::default() }.parse().unwrap()
}

/// A tag of the palette's first colour.
pub fn tag(name: &str) -> TagDraft {
    TagDraft::parse(name, "").unwrap()
}

/// A deal, in hundredths.
pub fn deal(name: &str, company_id: CompanyId, stage: &str, hundredths: i64) -> DealDraft {
    DealDraft {
        owner_id: None,
        name: name.to_owned(),
        value: Some(Money::from_hundredths(hundredths)),
        stage: stage.to_owned(),
        company_id,
        contact_id: None,
        expected_close_date: None,
        probability: None,
        source: None,
        lost_reason: (stage == "closed-lost").then(|| "Too expensive".to_owned()),
        notes: None,
        custom_fields: CustomFields::default(),
    }
}

/// A move without a reason.
pub fn to(deal_id: DealId, version: i64, stage: &str, place: Placement) -> DealMove {
    DealMove { deal_id, version, stage: stage.to_owned(), place, lost_reason: None }
}

/// The names of a column's cards from the top.
pub async fn names_in(store: &Store, actor: &Actor, stage: &str) -> Vec<String> {
    store.board_column(actor, stage, None, &DealFilter::default()).await.unwrap().into_iter().map(|card| card.name).collect()
}

/// Someone else in the actor's workspace.
pub async fn member(db: &TestDb, actor: &Actor, name: &str, role: Role) -> Actor {
    let (user, _) = db.register(name).await;
    let raw = db.raw().await;
    let (workspace, user_id) = (raw.id(actor.workspace_id.0), raw.id(user.id.0));
    raw.run(&format!(
        "INSERT INTO memberships (workspace_id, user_id, role, created_at, updated_at)
         VALUES ({workspace}, {user_id}, '{}', {SOME_TIME}, {SOME_TIME})",
        role.slug()
    ))
    .await
    .unwrap();
    Actor { user_id: user.id, role, ..*actor }
}

/// Changes records of these ids and versions, and returns what became of them.
pub async fn bulk_change(
    db: &TestDb,
    actor: &Actor,
    kind: RecordKind,
    records: &[(Uuid, i64)],
    change: BulkChange,
) -> Result<BulkChangeDetail, StoreError> {
    let records = records.iter().map(|(id, version)| SelectedRecord { id: *id, version: *version }).collect();
    let selection = BulkSelection::Records(kind, records);
    let id = db.store.begin_bulk_change(actor, NewBulkChange { selection, change, shown: None }).await?;
    db.store.bulk_change(actor, id).await
}

/// A contact at a company, counted.
pub async fn contact(db: &TestDb, actor: &Actor, company_id: Option<CompanyId>, name: &str) -> ContactId {
    let id = ContactId::new(&*db.clock, &store::SystemRandom);
    let raw = db.raw().await;
    let (workspace, owner) = (raw.id(actor.workspace_id.0), raw.id(actor.user_id.0));
    let company = company_id.map_or_else(|| "NULL".to_owned(), |id| raw.id(id.0));
    let name_key = domain::fold::fold(name);
    raw.run(&format!(
        "INSERT INTO contacts (workspace_id, id, owner_id, created_at, updated_at, name, name_key, search, sort_key, company_id, is_decision_maker, authority_level)
         VALUES ({workspace}, {}, {owner}, {SOME_TIME}, {SOME_TIME}, '{name}', '{name_key}', '\n{name_key}', '{}', {company}, true, 'primary')",
        raw.id(id.0),
        domain::collation::person_sort_key(name)
    ))
    .await
    .unwrap();
    raw.run(&format!("UPDATE workspace_counters SET contacts = contacts + 1 WHERE workspace_id = {workspace}")).await.unwrap();
    raw.run(&format!(
        "UPDATE company_counters SET contacts = contacts + 1, primary_contacts = primary_contacts + 1
         WHERE workspace_id = {workspace} AND company_id = {company}"
    ))
    .await
    .unwrap();
    id
}

/// What an activity is about.
#[derive(Default, Clone, Copy)]
pub struct About {
    pub company: Option<CompanyId>,
    pub contact: Option<ContactId>,
    pub deal: Option<DealId>,
}

/// A call to be logged, at the minute that [`activity`]'s is in.
pub fn call(subject: &str, about: About) -> ActivityDraft {
    let text = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let form = ActivityForm {
        kind: "call".to_owned(),
        subject: subject.to_owned(),
        date: "2026-03-02T03:04".to_owned(),
        company_id: text(about.company.map(|id| id.0)),
        contact_id: text(about.contact.map(|id| id.0)),
        deal_id: text(about.deal.map(|id| id.0)),
        ..ActivityForm::default()
    };
    form.parse(DateTime::UNIX_EPOCH, |local| Some(local.and_utc())).unwrap()
}

/// A call, counted.
pub async fn activity(db: &TestDb, actor: &Actor, subject: &str, about: About) -> Uuid {
    let id = domain::ids::ActivityId::new(&*db.clock, &store::SystemRandom).0;
    let raw = db.raw().await;
    let (workspace, owner) = (raw.id(actor.workspace_id.0), raw.id(actor.user_id.0));
    let key = |id: Option<Uuid>| id.map_or_else(|| "NULL".to_owned(), |id| raw.id(id));
    let company = key(about.company.map(|id| id.0));
    raw.run(&format!(
        "INSERT INTO activities (workspace_id, id, owner_id, created_at, updated_at, type, subject, date, company_id, contact_id, deal_id)
         VALUES ({workspace}, {}, {owner}, {SOME_TIME}, {SOME_TIME}, 'call', '{subject}', {SOME_TIME}, {company}, {}, {})",
        raw.id(id),
        key(about.contact.map(|id| id.0)),
        key(about.deal.map(|id| id.0)),
    ))
    .await
    .unwrap();
    raw.run(&format!("UPDATE workspace_counters SET activities = activities + 1 WHERE workspace_id = {workspace}")).await.unwrap();
    raw.run(&format!(
        "UPDATE company_counters SET activities = activities + 1,
           last_contact_ms = CASE WHEN last_contact_ms < 1772420645678 THEN 1772420645678 ELSE last_contact_ms END
         WHERE workspace_id = {workspace} AND company_id = {company}"
    ))
    .await
    .unwrap();
    let signs = format!("SELECT company_id FROM contacts WHERE id = {} AND authority_level = 'primary'", key(about.contact.map(|id| id.0)));
    raw.run(&format!(
        "UPDATE company_counters SET last_primary_contact_ms = 1772420645678
         WHERE workspace_id = {workspace} AND last_primary_contact_ms < 1772420645678 AND company_id IN ({signs})"
    ))
    .await
    .unwrap();
    id
}

/// Every counter equals what it counts, in every workspace.
pub async fn assert_counters(raw: &Raw) {
    // Contacts by company or person, and whether they had happened when the counters were last refreshed: those before the next one.
    let contacts = contacts_sql(raw);
    let with_company = format!("{contacts} AS x WHERE x.workspace_id = k.workspace_id AND x.company_id = k.company_id");
    let with_primary = format!(
        "{contacts} AS x JOIN contacts p ON p.workspace_id = x.workspace_id AND p.id = x.contact_id
         WHERE x.workspace_id = k.workspace_id AND p.company_id = k.company_id AND p.deleted_at IS NULL AND p.authority_level = 'primary'"
    );
    let happened = "(k.next_contact_ms = 0 OR x.ms < k.next_contact_ms)";
    let live = |table: &str, of: &str| {
        format!("(SELECT count(*) FROM {table} x WHERE x.workspace_id = k.workspace_id AND x.deleted_at IS NULL{of})")
    };
    let deals = |what: &str, kind: &str, of: &str| {
        format!(
            "(SELECT COALESCE({what}, 0) FROM deals x JOIN stages s ON s.workspace_id = x.workspace_id AND s.id = x.stage_id
              WHERE x.workspace_id = k.workspace_id AND x.deleted_at IS NULL AND s.kind = '{kind}'{of})"
        )
    };
    let of_company = " AND x.company_id = k.company_id";
    let of_stage = " AND x.stage_id = k.stage_id";
    let mut figures = Vec::new();
    for (table, of) in [("workspace_counters", ""), ("company_counters", of_company)] {
        figures.extend(["contacts", "deals", "activities"].map(|counted| (table, counted, live(counted, of))));
        for kind in ["open", "won"] {
            figures.push((table, if kind == "open" { "open_deals" } else { "won_deals" }, deals("count(*)", kind, of)));
            figures.push((table, if kind == "open" { "open_deals_value" } else { "won_deals_value" }, deals("SUM(x.value)", kind, of)));
        }
    }
    for (tagged, column, table) in
        [("company_tags", "company_id", "companies"), ("contact_tags", "contact_id", "contacts"), ("deal_tags", "deal_id", "deals")]
    {
        let carriers = format!(
            "(SELECT count(*) FROM {tagged} x JOIN {table} r ON r.workspace_id = x.workspace_id AND r.id = x.{column}
              WHERE x.workspace_id = k.workspace_id AND x.tag_id = k.tag_id AND r.deleted_at IS NULL{})",
            if table == "companies" { " AND r.archived_at IS NULL" } else { "" }
        );
        figures.push(("tag_counters", table, carriers));
    }
    assert_eq!(raw.number("SELECT count(*) FROM tags").await, raw.number("SELECT count(*) FROM tag_counters").await, "one a tag");
    let sum = |what: &str| {
        format!("(SELECT COALESCE(SUM({what}), 0) FROM deals x WHERE x.workspace_id = k.workspace_id AND x.deleted_at IS NULL{of_stage})")
    };
    figures.extend([
        ("workspace_counters", "companies", live("companies", " AND x.archived_at IS NULL")),
        ("workspace_counters", "tasks", live("tasks", "")),
        ("workspace_counters", "open_tasks", live("tasks", " AND x.status = 'open'")),
        (
            "company_counters",
            "is_archived",
            "(SELECT x.archived_at IS NOT NULL FROM companies x WHERE x.workspace_id = k.workspace_id AND x.id = k.company_id)".to_owned(),
        ),
        ("workspace_counters", "lost_deals", deals("count(*)", "lost", "")),
        ("workspace_counters", "lost_deals_value", deals("SUM(x.value)", "lost", "")),
        ("company_counters", "primary_contacts", live("contacts", " AND x.company_id = k.company_id AND x.authority_level = 'primary'")),
        ("company_counters", "last_contact_ms", format!("COALESCE((SELECT max(x.ms) FROM {with_company} AND {happened}), 0)")),
        ("company_counters", "last_primary_contact_ms", format!("COALESCE((SELECT max(x.ms) FROM {with_primary} AND {happened}), 0)")),
        (
            "company_counters",
            "next_contact_ms",
            format!(
                "(SELECT COALESCE(min(n.ms), 0) FROM
                  (SELECT x.ms FROM {with_company} AND NOT {happened} UNION ALL SELECT x.ms FROM {with_primary} AND NOT {happened}) AS n)"
            ),
        ),
        ("stage_counters", "deals", live("deals", of_stage)),
        ("stage_counters", "deals_value", sum("x.value")),
        ("stage_counters", "weighted_value", sum("(x.value * x.probability + 50) / 100")),
    ]);
    for (table, column, counted) in figures {
        let wrong = raw.number(&format!("SELECT count(*) FROM {table} k WHERE k.{column} <> {counted}")).await;
        assert_eq!(wrong, 0, "{table}.{column}");
    }
    assert_next_steps(raw).await;
    assert_latest_contacts(raw).await;
    assert_bin_entries(raw).await;
    assert_owner_counters(raw).await;
}

/// A table with a bin, the noun of its records, and the tables whose records take them along, by the column that refers to them.
type Binned = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The bin has an entry of each record that was deleted by itself, with its time, and none of another that is not in the bin.
pub async fn assert_bin_entries(raw: &Raw) {
    let takers: [Binned; 5] = [
        ("companies", "company", &[]),
        ("contacts", "contact", &[("companies", "company_id")]),
        ("deals", "deal", &[("companies", "company_id")]),
        ("activities", "activity", &[("companies", "company_id"), ("contacts", "contact_id"), ("deals", "deal_id")]),
        ("tasks", "task", &[("companies", "company_id"), ("contacts", "contact_id"), ("deals", "deal_id")]),
    ];
    let in_bin = |table: &str, noun: &str| {
        format!("SELECT x.workspace_id, x.id, '{noun}' AS entity, x.deleted_at FROM {table} x WHERE x.deleted_at IS NOT NULL")
    };
    let by_themselves = takers.map(|(table, noun, takers)| {
        let taken = takers.iter().map(|(taker, key)| {
            format!(
                " AND NOT EXISTS (SELECT 1 FROM {taker} y WHERE y.workspace_id = x.workspace_id AND y.id = x.{key} AND y.deleted_at = x.deleted_at)"
            )
        });
        in_bin(table, noun) + &taken.collect::<String>()
    });
    let (all, by_themselves) = (takers.map(|(table, noun, _)| in_bin(table, noun)).join(" UNION ALL "), by_themselves.join(" UNION ALL "));
    let entries = "SELECT workspace_id, record_id, entity, deleted_at FROM bin_entries";
    for (these, among) in [(&by_themselves[..], entries), (entries, &all)] {
        let wrong =
            raw.number(&format!("SELECT count(*) FROM (SELECT * FROM ({these}) AS a EXCEPT SELECT * FROM ({among}) AS b) AS x")).await;
        assert_eq!(wrong, 0, "{these}");
    }
}

/// Every owner's counters are what their deals add up to, and none is missing; every company's counters hold its owner.
async fn assert_owner_counters(raw: &Raw) {
    let same = "x.workspace_id = k.workspace_id AND x.owner_id = k.owner_id";
    let of_stage =
        |what: &str| format!("(SELECT COALESCE({what}, 0) FROM deals x WHERE {same} AND x.stage_id = k.stage_id AND x.deleted_at IS NULL)");
    let epoch = |time: &str| {
        if raw.is_postgres() { format!("floor(extract(epoch FROM {time}) / 86400)") } else { format!("unixepoch({time}) / 86400") }
    };
    let of_day = |time: &str| {
        format!("(SELECT count(*) FROM deals x WHERE {same} AND {} = k.day AND x.deleted_at IS NULL)", epoch(&format!("x.{time}")))
    };
    for (table, column, counted) in [
        ("owner_stage_counters", "deals", of_stage("count(*)")),
        ("owner_stage_counters", "deals_without_value", of_stage("SUM(CASE WHEN x.value IS NULL THEN 1 ELSE 0 END)")),
        ("owner_stage_counters", "deals_value", of_stage("SUM(x.value)")),
        ("owner_stage_counters", "weighted_value", of_stage("SUM((x.value * x.probability + 50) / 100)")),
        ("deal_day_counters", "added", of_day("created_at")),
        ("deal_day_counters", "closed", of_day("closed_at")),
    ] {
        let wrong = raw.number(&format!("SELECT count(*) FROM {table} k WHERE k.{column} <> {counted}")).await;
        assert_eq!(wrong, 0, "{table}.{column}");
    }
    let live = "SELECT count(*) FROM deals WHERE deleted_at IS NULL";
    let sums = [
        ("SELECT CAST(COALESCE(SUM(deals), 0) AS bigint) FROM owner_stage_counters", live.to_owned()),
        ("SELECT CAST(COALESCE(SUM(added), 0) AS bigint) FROM deal_day_counters", live.to_owned()),
        ("SELECT CAST(COALESCE(SUM(closed), 0) AS bigint) FROM deal_day_counters", format!("{live} AND closed_at IS NOT NULL")),
    ];
    for (kept, counted) in sums {
        assert_eq!(raw.number(kept).await, raw.number(&counted).await, "{kept}");
    }
    let of_another = "SELECT count(*) FROM company_counters k JOIN companies c ON c.workspace_id = k.workspace_id AND c.id = k.company_id
        WHERE k.owner_id IS NULL OR k.owner_id <> c.owner_id";
    assert_eq!(raw.number(of_another).await, 0, "company_counters.owner_id");
}

/// Every deal holds its newest activity if that promises a next step, with its time.
pub async fn assert_next_steps(raw: &Raw) {
    let newest = "x.workspace_id = a.workspace_id AND x.deal_id = a.deal_id AND x.deleted_at IS NULL AND (x.date, x.id) > (a.date, a.id)";
    let promised = format!(
        "SELECT a.workspace_id, a.deal_id, a.id, a.date FROM activities a
         WHERE a.deal_id IS NOT NULL AND a.deleted_at IS NULL AND a.next_steps IS NOT NULL AND (a.created_at >= a.date OR a.outcome IS NOT NULL)
           AND NOT EXISTS (SELECT 1 FROM activities x WHERE {newest})"
    );
    let kept = "SELECT workspace_id, id, next_step_activity_id, next_step_date FROM deals WHERE next_step_activity_id IS NOT NULL";
    for (missing, from) in [(&promised[..], kept), (kept, &promised[..])] {
        assert_eq!(raw.number(&format!("SELECT count(*) FROM ({missing} EXCEPT {from}) AS x")).await, 0, "{missing}");
    }
    let halves = "SELECT count(*) FROM deals WHERE (next_step_activity_id IS NULL) <> (next_step_date IS NULL)";
    assert_eq!(raw.number(halves).await, 0, "an activity without its time");
}

/// Every company, contact and deal holds the time of its newest contact, planned ones included.
pub async fn assert_latest_contacts(raw: &Raw) {
    for (table, column) in [("companies", "company_id"), ("contacts", "contact_id"), ("deals", "deal_id")] {
        let newest = format!(
            "(SELECT max(a.date) FROM activities a WHERE a.workspace_id = r.workspace_id AND a.{column} = r.id AND a.deleted_at IS NULL
               AND a.type IN ('call', 'email', 'meeting', 'sms'))"
        );
        let differ = if raw.is_postgres() { "IS DISTINCT FROM" } else { "IS NOT" };
        let wrong = format!("SELECT count(*) FROM {table} r WHERE r.latest_contact_at {differ} {newest}");
        assert_eq!(raw.number(&wrong).await, 0, "{table}.latest_contact_at");
    }
}

/// Every deal holds the moments by which the first and the last of its open tasks are due.
pub async fn assert_next_tasks(raw: &Raw) {
    for (column, aggregate) in [("next_task_due_by", "min"), ("last_task_due_by", "max")] {
        let found = format!(
            "(SELECT {aggregate}(t.due_by) FROM tasks t
              WHERE t.workspace_id = d.workspace_id AND t.deal_id = d.id AND t.status = 'open' AND t.deleted_at IS NULL)"
        );
        let differ = if raw.is_postgres() { "IS DISTINCT FROM" } else { "IS NOT" };
        assert_eq!(raw.number(&format!("SELECT count(*) FROM deals d WHERE d.{column} {differ} {found}")).await, 0, "{column}");
    }
}

/// A task to be done some day.
pub fn task(title: &str, company_id: Option<CompanyId>) -> TaskDraft {
    let form =
        TaskForm { title: title.to_owned(), company_id: company_id.map(|id| id.to_string()).unwrap_or_default(), ..TaskForm::default() };
    form.parse(|_| None).unwrap()
}

/// A task to be done every week from 2 March 2026 on.
pub fn weekly_task(title: &str, company_id: Option<CompanyId>) -> TaskDraft {
    let form = TaskForm { title: title.to_owned(), due_on: "2026-03-02".to_owned(), repeat: "weeks".to_owned(), ..TaskForm::default() };
    TaskDraft { company_id, ..form.parse(|_| None).unwrap() }
}

/// SQL of the activities with somebody, with their time `ms`.
pub fn contacts_sql(raw: &Raw) -> String {
    let ms = if raw.is_postgres() {
        "CAST(round(extract(epoch FROM date) * 1000) AS bigint)"
    } else {
        "CAST(round((julianday(date) - 2440587.5) * 86400000) AS INTEGER)"
    };
    format!("(SELECT *, {ms} AS ms FROM activities WHERE deleted_at IS NULL AND type <> 'note')")
}

/// Each deal's entries in the log lead from stage to stage without a gap, to where it stands, and are as many as its versions.
pub async fn assert_unbroken(raw: &Raw) {
    let ids: Vec<Uuid> = raw.column("SELECT entity_id FROM audit_log WHERE entity = 'deal' ORDER BY seq").await;
    let before: Vec<Option<String>> = raw.column("SELECT before FROM audit_log WHERE entity = 'deal' ORDER BY seq").await;
    let after: Vec<String> = raw.column("SELECT after FROM audit_log WHERE entity = 'deal' ORDER BY seq").await;
    let mut at: HashMap<Uuid, (String, i64)> = HashMap::new();
    let stage = |json: &str| serde_json::from_str::<Value>(json).unwrap()["stage_id"].as_str().map(str::to_owned);
    for ((id, before), after) in ids.into_iter().zip(before).zip(after) {
        let (stood, version) = at.remove(&id).unwrap_or_default();
        if let Some(from) = before.as_deref().and_then(stage) {
            assert_eq!(stood, from);
        }
        at.insert(id, (stage(&after).unwrap_or(stood), version + 1));
    }
    let ids: Vec<Uuid> = raw.column("SELECT id FROM deals ORDER BY id").await;
    let stages: Vec<Uuid> = raw.column("SELECT stage_id FROM deals ORDER BY id").await;
    let versions: Vec<i64> = raw.column("SELECT version FROM deals ORDER BY id").await;
    for ((id, stage), version) in ids.into_iter().zip(stages).zip(versions) {
        assert_eq!(at.get(&id), Some(&(stage.to_string(), version)));
    }
}

/// What is left out of [`everything_except`].
#[derive(Default)]
pub struct LeftOut<'a> {
    /// Tables whose name has one of these parts.
    pub tables: &'a [&'a str],
    /// Columns of every table.
    pub columns: &'a [&'a str],
}

/// Everything in the database, row by row, to compare.
pub async fn everything(raw: &Raw) -> Vec<String> {
    everything_except(raw, LeftOut::default()).await
}

/// As [`everything`], without some tables and columns.
pub async fn everything_except(raw: &Raw, left_out: LeftOut<'_>) -> Vec<String> {
    let tables: Vec<String> = if raw.is_postgres() {
        raw.column("SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename").await
    } else {
        raw.column("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' ORDER BY name").await
    };
    let mut all = Vec::new();
    for table in tables.into_iter().filter(|table| !left_out.tables.iter().any(|part| table.contains(part))) {
        let row = if raw.is_postgres() && left_out.columns.is_empty() {
            "CAST(t AS text)".to_owned()
        } else {
            let (columns, quote) = if raw.is_postgres() {
                let of_table = format!("table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position");
                (format!("SELECT CAST(column_name AS text) FROM information_schema.columns WHERE {of_table}"), "quote_nullable")
            } else {
                (format!("SELECT name FROM pragma_table_xinfo('{table}')"), "quote")
            };
            let columns: Vec<String> = raw.column(&columns).await;
            let columns = columns.iter().filter(|column| !left_out.columns.contains(&column.as_str()));
            columns.map(|column| format!("{quote}(t.\"{column}\")")).collect::<Vec<_>>().join(" || '|' || ")
        };
        let rows: Vec<String> = raw.column(&format!("SELECT {row} AS written FROM {table} t ORDER BY written")).await;
        all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    all
}

/// Lets the audit log be changed, as an owner of the database could.
pub async fn disable_audit_triggers(raw: &Raw) {
    if raw.is_postgres() {
        raw.run("ALTER TABLE audit_log DISABLE TRIGGER ALL").await.unwrap();
    } else {
        for trigger in ["no_update", "no_delete", "no_replace"] {
            raw.run(&format!("DROP TRIGGER audit_log_{trigger}")).await.unwrap();
        }
    }
}

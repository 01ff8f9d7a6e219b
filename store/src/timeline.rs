//! The timeline of a company, contact or deal: activities and changes, newest first, in pages.

use crate::{
    Store, StoreError,
    activities::Linked,
    database::{
        rows::{decode_enum, to_u64},
        sql::Sql,
    },
    error::authorize,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    activities::ActivityType,
    ids::{ActivityId, CompanyId, ContactId, DealId, TaskId},
    timeline::{TIMELINE_PAGE, TimelineCursor, TimelineEntryId},
};
use sea_orm::{DbBackend, FromQueryResult};
use serde_json::{Map, Value};
use uuid::Uuid;

/// The record of a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineOf {
    /// A company: its activities, and changes of the company, its contacts, its deals and its tasks.
    Company(CompanyId),
    /// A contact: its activities, and changes of the contact, its deals and its tasks.
    Contact(ContactId),
    /// A deal: its activities, and changes of the deal and its tasks.
    Deal(DealId),
}

/// A page of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// At most [`TIMELINE_PAGE`] entries, newest first.
    pub entries: Vec<TimelineEntry>,
    /// Start of the next page; `None` on the last one.
    pub next_cursor: Option<TimelineCursor>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// Its time.
    pub at: DateTime<Utc>,
    /// Name of the user who logged it or made the change; `None` if a program did.
    pub who: Option<String>,
    /// Its content.
    pub what: TimelineEvent,
}

/// Content of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimelineEvent {
    /// An activity.
    Activity(TimelineActivity),
    /// A change of a record.
    Change(TimelineChange),
}

/// An activity in a timeline. A link to a record in the bin is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineActivity {
    /// Id of the activity.
    pub id: ActivityId,
    /// Its type.
    pub kind: ActivityType,
    /// Subject.
    pub subject: String,
    /// Description.
    pub description: Option<String>,
    /// Duration in minutes.
    pub duration_minutes: Option<i32>,
    /// Outcome.
    pub outcome: Option<String>,
    /// Next steps.
    pub next_steps: Option<String>,
    /// Its contact.
    pub contact: Option<Linked<ContactId>>,
    /// Its deal.
    pub deal: Option<Linked<DealId>>,
    /// Number of follow-up notes.
    pub notes: u64,
}

/// A change in a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineChange {
    /// Its number in the audit log.
    pub seq: i64,
    /// The record that was changed.
    pub record: TimelineRecord,
    /// The action: `create`, `update`, `move` …
    pub action: String,
    /// The changed fields before.
    pub before: Map<String, Value>,
    /// The changed fields after.
    pub after: Map<String, Value>,
    /// Whether values of it were erased.
    pub is_erased: bool,
}

/// A record that was changed, as it is named now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimelineRecord {
    /// A company.
    Company(Linked<CompanyId>),
    /// A contact.
    Contact(Linked<ContactId>),
    /// A deal.
    Deal(Linked<DealId>),
    /// A task.
    Task(Linked<TaskId>),
}

impl Store {
    /// One page of a timeline, in one round trip. Empty for a record of another workspace.
    ///
    /// - `changes`: also changes, not activities alone.
    /// - `before`: the end of the page before; `None` for the first page.
    pub async fn timeline(
        &self,
        actor: &Actor,
        of: TimelineOf,
        changes: bool,
        before: Option<TimelineCursor>,
    ) -> Result<Timeline, StoreError> {
        authorize(actor, Verb::Read, Entity::Activity)?;
        let mut rows: Vec<Row> = statement(self.backend(), actor, of, changes, before).all(self.read()).await?;
        let more = rows.len() as u64 > TIMELINE_PAGE;
        rows.truncate(TIMELINE_PAGE as usize);
        let next_cursor = rows.last().filter(|_| more).map(Row::cursor);
        let entries = rows.into_iter().filter_map(|row| row.read().transpose()).collect::<Result<_, _>>()?;
        Ok(Timeline { entries, next_cursor })
    }
}

/// Entries that are read: a page and one more, which shows whether there is a next page.
const ENTRIES_READ: u64 = TIMELINE_PAGE + 1;

/// The statement that reads one page. It finds the newest activities and changes by their indexes alone, [`ENTRIES_READ`] of each, and
/// then reads and joins only the rows of the page.
fn statement(backend: DbBackend, actor: &Actor, of: TimelineOf, changes: bool, before: Option<TimelineCursor>) -> Sql {
    let (column, id) = match of {
        TimelineOf::Company(id) => ("company_id", id.0),
        TimelineOf::Contact(id) => ("contact_id", id.0),
        TimelineOf::Deal(id) => ("deal_id", id.0),
    };
    let mut sql = Sql::with([actor.workspace_id.0.into(), id.into()]);
    let (after_activity, after_change) = conditions(&mut sql, before);
    let activities = format!(
        "SELECT * FROM (SELECT a.date AS at, 1 AS rank, a.id AS activity_id, CAST(NULL AS bigint) AS seq FROM activities a
           WHERE a.workspace_id = $1 AND a.{column} = $2 AND a.deleted_at IS NULL{after_activity}
           ORDER BY a.date DESC, a.id DESC LIMIT {ENTRIES_READ}) AS talked"
    );
    let records = if changes { records(backend, of, &after_change) } else { String::new() };
    // Names by subqueries: with joins, PostgreSQL would try every join order, at every run.
    sql.push(&format!(
        "SELECT page.at, a.id AS activity_id, a.type AS kind, a.subject, a.description, a.duration_minutes, a.outcome, a.next_steps,
           a.contact_id, (SELECT p.name FROM contacts p WHERE p.workspace_id = $1 AND p.id = a.contact_id AND p.deleted_at IS NULL) AS contact_name,
           a.deal_id, (SELECT d.name FROM deals d WHERE d.workspace_id = $1 AND d.id = a.deal_id AND d.deleted_at IS NULL) AS deal_name,
           (SELECT count(*) FROM activity_notes n WHERE n.workspace_id = $1 AND n.activity_id = a.id) AS notes,
           l.seq, l.entity, l.entity_id, l.action, l.before, l.after, l.erased_by,
           CASE l.entity WHEN 'company' THEN (SELECT c.name FROM companies c WHERE c.workspace_id = $1 AND c.id = l.entity_id)
             WHEN 'contact' THEN (SELECT p.name FROM contacts p WHERE p.workspace_id = $1 AND p.id = l.entity_id)
             WHEN 'deal' THEN (SELECT d.name FROM deals d WHERE d.workspace_id = $1 AND d.id = l.entity_id)
             WHEN 'task' THEN (SELECT t.title FROM tasks t WHERE t.workspace_id = $1 AND t.id = l.entity_id) END AS record_name,
           (SELECT u.name FROM users u WHERE u.id = COALESCE(a.author_id, a.owner_id, l.actor_id)) AS who
         FROM (SELECT * FROM ({activities}{records}) AS mixed ORDER BY at DESC, rank DESC, activity_id DESC, seq DESC LIMIT {ENTRIES_READ}) AS page
         LEFT JOIN activities a ON a.workspace_id = $1 AND a.id = page.activity_id
         LEFT JOIN audit_log l ON l.workspace_id = $1 AND l.seq = page.seq
         ORDER BY page.at DESC, page.rank DESC, page.activity_id DESC, page.seq DESC"
    ));
    sql
}

/// Conditions of the activities and of the changes that come after a page, each after ` AND `.
fn conditions(sql: &mut Sql, before: Option<TimelineCursor>) -> (String, String) {
    let Some(end) = before else { return Default::default() };
    let at = sql.bind(DateTime::<Utc>::from_timestamp_millis(end.at_ms).unwrap_or_default());
    match end.entry {
        TimelineEntryId::Activity(id) => (format!(" AND (a.date, a.id) < ({at}, {})", sql.bind(id.0)), format!(" AND l.at <= {at}")),
        TimelineEntryId::Change(seq) => (format!(" AND a.date < {at}"), format!(" AND (l.at, l.seq) < ({at}, {})", sql.bind(seq))),
    }
}

/// SQL of the newest changes of each kind of record in the timeline, each after ` UNION ALL `.
///
/// - `after`: the condition of the changes after the page before.
fn records(backend: DbBackend, of: TimelineOf, after: &str) -> String {
    // The index leaves out `reorder`, which is not shown.
    let newest = |from: &str, entity: &str, id: &str, excluded: &str| {
        format!(
            "SELECT l.at, l.seq FROM {from}audit_log l
             WHERE l.workspace_id = $1 AND l.entity = '{entity}' AND l.entity_id = {id} AND l.action <> 'reorder'{excluded}{after}
             ORDER BY l.at DESC, l.seq DESC LIMIT {ENTRIES_READ}"
        )
    };
    let branch = |entity: &str, changes: String| {
        format!(" UNION ALL SELECT at, 0 AS rank, CAST(NULL AS uuid) AS activity_id, seq FROM ({changes}) AS changed_{entity}")
    };
    let of_itself = |entity| branch(entity, newest("", entity, "$2", ""));
    // A company's records are deleted and restored with it; the company's own entry is enough. What a series of tasks makes is no news.
    let without_bin_moves = " AND l.action NOT IN ('delete', 'restore', 'repeat')";
    // SQLite has no LATERAL, and no statistics on how few records a company has, so its join order is fixed. PostgreSQL without LATERAL
    // may scan the whole log, newest first, for records without recent changes.
    let of_its = |table: &str, entity: &str, column: &str| {
        let its =
            format!("(SELECT r.id FROM {table} r WHERE r.workspace_id = $1 AND r.{column} = $2 AND r.deleted_at IS NULL) AS r CROSS JOIN ");
        let changes = match backend {
            DbBackend::Postgres => {
                format!(
                    "SELECT l.at, l.seq FROM {its}LATERAL ({}) AS l ORDER BY l.at DESC, l.seq DESC LIMIT {ENTRIES_READ}",
                    newest("", entity, "r.id", without_bin_moves)
                )
            }
            _ => newest(&its, entity, "r.id", without_bin_moves),
        };
        branch(entity, changes)
    };
    match of {
        TimelineOf::Company(_) => {
            let of_its = |table, entity| of_its(table, entity, "company_id");
            [of_itself("company"), of_its("contacts", "contact"), of_its("deals", "deal"), of_its("tasks", "task")].concat()
        }
        TimelineOf::Contact(_) => {
            [of_itself("contact"), of_its("deals", "deal", "contact_id"), of_its("tasks", "task", "contact_id")].concat()
        }
        TimelineOf::Deal(_) => [of_itself("deal"), of_its("tasks", "task", "deal_id")].concat(),
    }
}

#[derive(FromQueryResult)]
struct Row {
    at: DateTime<Utc>,
    who: Option<String>,
    activity_id: Option<Uuid>,
    kind: Option<String>,
    subject: Option<String>,
    description: Option<String>,
    duration_minutes: Option<i32>,
    outcome: Option<String>,
    next_steps: Option<String>,
    contact_id: Option<Uuid>,
    contact_name: Option<String>,
    deal_id: Option<Uuid>,
    deal_name: Option<String>,
    notes: i64,
    seq: Option<i64>,
    entity: Option<String>,
    entity_id: Option<Uuid>,
    action: Option<String>,
    before: Option<String>,
    after: Option<String>,
    erased_by: Option<i64>,
    record_name: Option<String>,
}

impl Row {
    fn cursor(&self) -> TimelineCursor {
        let entry = match self.activity_id {
            Some(id) => TimelineEntryId::Activity(ActivityId(id)),
            None => TimelineEntryId::Change(self.seq.unwrap_or_default()),
        };
        TimelineCursor { at_ms: self.at.timestamp_millis(), entry }
    }

    /// The entry; `None` for an edit that changed nothing.
    fn read(self) -> Result<Option<TimelineEntry>, StoreError> {
        let (at, who) = (self.at, self.who.clone());
        let what = match self.activity_id {
            Some(id) => Some(TimelineEvent::Activity(self.activity(id)?)),
            None => self.change()?.map(TimelineEvent::Change),
        };
        Ok(what.map(|what| TimelineEntry { at, who, what }))
    }

    fn activity(self, id: Uuid) -> Result<TimelineActivity, StoreError> {
        Ok(TimelineActivity {
            id: ActivityId(id),
            kind: decode_enum(self.kind.as_deref().and_then(ActivityType::from_slug), "activities.type")?,
            subject: self.subject.unwrap_or_default(),
            description: self.description,
            duration_minutes: self.duration_minutes,
            outcome: self.outcome,
            next_steps: self.next_steps,
            contact: Linked::of(self.contact_id, self.contact_name, ContactId),
            deal: Linked::of(self.deal_id, self.deal_name, DealId),
            notes: to_u64(self.notes),
        })
    }

    fn change(self) -> Result<Option<TimelineChange>, StoreError> {
        let fields = |json: Option<String>| match json.and_then(|json| serde_json::from_str(&json).ok()) {
            Some(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let (before, after) = (fields(self.before), fields(self.after));
        let (id, name) = (self.entity_id.unwrap_or_default(), self.record_name.unwrap_or_default());
        let record = match self.entity.as_deref() {
            Some("company") => TimelineRecord::Company(Linked { id: CompanyId(id), name }),
            Some("contact") => TimelineRecord::Contact(Linked { id: ContactId(id), name }),
            Some("deal") => TimelineRecord::Deal(Linked { id: DealId(id), name }),
            Some("task") => TimelineRecord::Task(Linked { id: TaskId(id), name }),
            _ => return Err(StoreError::Internal),
        };
        let action = self.action.unwrap_or_default();
        let is_erased = self.erased_by.is_some();
        let is_shown = action != "update" || !after.is_empty() || is_erased;
        Ok(is_shown.then(|| TimelineChange { seq: self.seq.unwrap_or_default(), record, action, before, after, is_erased }))
    }
}

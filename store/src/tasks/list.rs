//! The list of tasks: one page of it in one round trip.

use super::due::due_of_columns;
use crate::{
    Store, StoreError,
    activities::Linked,
    database::{
        cache::Cached,
        rows::{decode_enum, to_u64},
        sql::{Sql, sql},
    },
    error::authorize,
    lists::{
        filters::{FilteredRows, excluded_if, times_sql},
        ids_statement::IdsStatement,
        names::names_by_id,
        ordered_ids::MOVING_ORDER_CACHED,
        page::{COUNT_CAP, Hits, ListCache, ListPlan, RowRange, SortKey, Total, id_direction, page_of_ids_sql, page_source_sql, place_sql},
        search::{self, SearchTerms},
    },
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{CompanyId, ContactId, DealId, TaskId, UserId},
    page::{ListColumn, ListQuery},
    tasks::{Due, NO_DUE_DATE, Priority, TaskColumn, TaskQuery, TaskStatus},
};
use sea_orm::{DbBackend, FromQueryResult, Value};
use uuid::Uuid;

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskList {
    /// Its rows, at most those of the query's page size.
    pub rows: Vec<TaskRow>,
    /// Number of rows of all pages.
    pub total: Total,
    /// Number of these rows that are there because they were finished today; 0 if a status was chosen.
    pub finished: u64,
}

impl TaskList {
    /// Number of rows of all pages, without what was finished today.
    pub fn to_do(&self) -> Total {
        Total { count: self.total.count.saturating_sub(self.finished), ..self.total }
    }
}

/// One row of the list. A link to a record in the bin is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// Id of the task.
    pub id: TaskId,
    /// Its version, for a bulk change.
    pub version: i64,
    /// What is to be done.
    pub title: String,
    /// When it is due.
    pub due: Option<Due>,
    /// Priority.
    pub priority: Priority,
    /// Status.
    pub status: TaskStatus,
    /// When it was done or canceled.
    pub closed_at: Option<DateTime<Utc>>,
    /// Its company.
    pub company: Option<Linked<CompanyId>>,
    /// Its contact.
    pub contact: Option<Linked<ContactId>>,
    /// Its deal.
    pub deal: Option<Linked<DealId>>,
    /// Id of its owner.
    pub owner_id: UserId,
    /// The owner's name.
    pub owner_name: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Whether its series makes further ones.
    pub repeats: bool,
}

/// The time by which the next open task is due.
#[derive(Debug, Clone, Copy)]
struct NextDue(DateTime<Utc>);

impl Cached for NextDue {
    type Key = ();

    fn holds_at(&self, now: DateTime<Utc>) -> bool {
        now < self.0
    }
}

impl Store {
    /// One page of the tasks that match, and how many match: one round trip, and one before it for a page far from the list's start or, on
    /// SQLite, for a search. The days of the query are those of [`TableQuery::in_zone`](domain::columns::TableQuery::in_zone).
    pub async fn tasks(&self, actor: &Actor, query: &TaskQuery) -> Result<TaskList, StoreError> {
        authorize(actor, Verb::Read, Entity::Task)?;
        let is_deep = RowRange::of(query).is_deep() && !query.is_filtered();
        let done = if is_deep { self.count_done_since(actor, query.done_since()).await? } else { 0 };
        let (range, length) = self.locate_page(actor, query, |counts| counts.open_tasks + done).await?;
        let now = self.now();
        let next_overdue = if query.overdue { Some(self.next_due_task(actor).await?) } else { None };
        // An owner who renames themselves does so in one of their workspaces.
        let next_order = (query.layout.sort.by == TaskColumn::Owner).then(|| now + MOVING_ORDER_CACHED);
        let until = [next_overdue, next_order].into_iter().flatten().min();
        let cache = ListCache::of(query, sort_key(query), until);
        let mut plan = ListPlan::build(self, actor, "tasks", SearchTerms::parse(&query.q), cache).await?;
        let times = TaskTimes { now, backend: self.backend() };
        plan.find_ids(self, actor, (range, length), |plan, most| ids_sql(actor, query, plan, times, most)).await?;
        let mut rows: Vec<ListRow> = page_sql(actor, query, &plan, times, range).all(self.read()).await?;
        let (counted, finished) = rows.first().map_or((0, 0), |row| (to_u64(row.total), to_u64(row.finished)));
        // The workspace's counter has the open ones alone.
        let matching = if query.is_filtered() { counted } else { counted + finished };
        plan.cache_total(self, actor, matching);
        if range.from_end {
            rows.reverse();
        }
        let total = Total::of(matching, query.is_filtered());
        let rows = rows.into_iter().filter(|row| row.id.is_some()).map(ListRow::read).collect::<Result<_, _>>()?;
        Ok(TaskList { rows, total, finished })
    }

    /// The tasks that were done since then, the latest first, at most a hundred. `since`: within the last day, whose finished tasks are current.
    /// `owner`: whose; `None` for everybody's.
    pub async fn tasks_done_since(&self, actor: &Actor, owner: Option<UserId>, since: DateTime<Utc>) -> Result<Vec<TaskRow>, StoreError> {
        authorize(actor, Verb::Read, Entity::Task)?;
        let mut statement = sql("", [actor.workspace_id.0.into(), since.into()]);
        let of_owner = owner.map_or_else(String::new, |owner| format!(" AND t.owner_id = {}", statement.bind(owner.0)));
        let found = format!(
            "(SELECT t.id, {COLUMNS} FROM tasks t WHERE t.workspace_id = $1 AND t.deleted_at IS NULL AND t.is_current AND t.status = 'done'
                AND t.closed_at >= $2{of_owner} ORDER BY t.closed_at DESC, t.id LIMIT {DONE_MAX}) AS t ON TRUE"
        );
        let zero = "CAST(0 AS bigint)";
        statement.push(&rows_sql((zero, zero), &found, "t.closed_at DESC, t.id"));
        let rows: Vec<ListRow> = statement.all(self.read()).await?;
        rows.into_iter().filter(|row| row.id.is_some()).map(ListRow::read).collect()
    }

    /// Ids and names of the records that a query filters by, except those in the bin or of another workspace.
    pub async fn task_filters(&self, actor: &Actor, query: &TaskQuery) -> Result<Vec<(Uuid, String)>, StoreError> {
        authorize(actor, Verb::Read, Entity::Task)?;
        let db = self.read();
        let (companies, contacts, deals) = tokio::try_join!(
            names_by_id(db, actor, "companies", query.company_id.iter().map(|id| id.0).collect()),
            names_by_id(db, actor, "contacts", query.contact_id.iter().map(|id| id.0).collect()),
            names_by_id(db, actor, "deals", query.deal_id.iter().map(|id| id.0).collect()),
        )?;
        Ok([companies, contacts, deals].into_iter().flatten().map(|row| (row.id, row.name)).collect())
    }

    /// The number of tasks that were done since then.
    async fn count_done_since(&self, actor: &Actor, since: DateTime<Utc>) -> Result<i64, StoreError> {
        let count = "SELECT count(*) AS count FROM tasks t
           WHERE t.workspace_id = $1 AND t.is_current AND t.closed_at IS NOT NULL AND t.closed_at >= $2 AND t.deleted_at IS NULL";
        let count = sql(count, [actor.workspace_id.0.into(), since.into()]);
        Ok(i64::try_from(count.count(self.read()).await?).unwrap_or(i64::MAX))
    }

    /// The time by which the next open task is due, until which the same ones are overdue. At most a year ahead. Cached.
    async fn next_due_task(&self, actor: &Actor) -> Result<DateTime<Utc>, StoreError> {
        self.get_or_load(actor, (), self.read_next_due(actor)).await.map(|NextDue(at)| at)
    }

    async fn read_next_due(&self, actor: &Actor) -> Result<NextDue, StoreError> {
        #[derive(FromQueryResult)]
        struct Next {
            due_by: DateTime<Utc>,
        }
        let now = self.now();
        let text = "SELECT t.due_by FROM tasks t WHERE t.workspace_id = $1 AND t.deleted_at IS NULL AND t.is_current AND t.status = 'open'
           AND t.due_by >= $2 ORDER BY t.due_by LIMIT 1";
        let next: Option<Next> = sql(text, [actor.workspace_id.0.into(), now.into()]).one(self.read()).await?;
        let limit = now + TimeDelta::days(365);
        // Overdue is what is due before now.
        Ok(NextDue(next.map_or(limit, |next| next.due_by.min(limit)) + TimeDelta::milliseconds(1)))
    }
}

/// What a query's filters compare with, and the database that does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TaskTimes {
    /// Now.
    pub now: DateTime<Utc>,
    /// The database.
    pub backend: DbBackend,
}

/// Tasks that were done lately, of a page that shows these.
const DONE_MAX: u64 = 100;

/// Columns of the task that a row of the list shows.
const COLUMNS: &str =
    "t.version, t.title, t.due_on, t.due_at, t.priority, t.status, t.closed_at, t.created_at, t.updated_at, t.company_id, t.contact_id,
     t.deal_id, t.owner_id";

/// SQL of whether the series of the task `t` makes further ones.
const REPEATS: &str =
    "EXISTS (SELECT 1 FROM task_occurrences o JOIN task_series s ON s.workspace_id = o.workspace_id AND s.id = o.series_id
   WHERE o.workspace_id = $1 AND o.task_id = t.id AND s.state = 'active')";

/// The statement that reads one page. A page past the end returns one row, which holds the total alone.
fn page_sql(actor: &Actor, query: &TaskQuery, plan: &ListPlan, times: TaskTimes, range: RowRange) -> Sql {
    let mut statement = sql("", [actor.workspace_id.0.into()]);
    let (total, finished) = (total_sql(&mut statement, query, plan, times), finished_sql(&mut statement, query, plan, times));
    let (page, order) = match &plan.page_ids {
        Some(ids) => (page_of_ids_sql(&mut statement, ids, "tasks", "t"), "page.sort_key".to_owned()),
        None => scan_sql(&mut statement, query, plan, times, range),
    };
    statement.push(&rows_sql((&total, &finished), &page, &order));
    statement
}

/// SELECT of the rows of a page, each with two numbers. `page`: the tasks `t`, with a condition that they are joined by.
fn rows_sql((total, finished): (&str, &str), page: &str, order: &str) -> String {
    format!(
        "SELECT head.total, head.finished, t.id, t.version, t.title, t.due_on, t.due_at, t.priority, t.status, t.closed_at, t.created_at, t.updated_at,
           t.owner_id, c.id AS company_id, c.name AS company_name, p.id AS contact_id, p.name AS contact_name, d.id AS deal_id,
           d.name AS deal_name, u.name AS owner_name, {REPEATS} AS repeats
         FROM (SELECT {total} AS total, {finished} AS finished) AS head
         LEFT JOIN {page}
         LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = t.company_id AND c.deleted_at IS NULL
         LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = t.contact_id AND p.deleted_at IS NULL
         LEFT JOIN deals d ON d.workspace_id = $1 AND d.id = t.deal_id AND d.deleted_at IS NULL
         LEFT JOIN users u ON u.id = t.owner_id
         ORDER BY {order}"
    )
}

/// Returns the FROM item of a page, as found by scanning the list in its order, and its ORDER BY. The innermost part scans an index and
/// ends after the page; far from the list's start it reads ids alone, so that no skipped row is read.
fn scan_sql(statement: &mut Sql, query: &TaskQuery, plan: &ListPlan, times: TaskTimes, range: RowRange) -> (String, String) {
    let (from, conditions) = filter_sql(statement, query, &plan.terms, plan.few_hits(), times);
    let (key, descending) = (sort_key(query), query.layout.sort.descending);
    let (direction, by_id) = (key.direction(descending, range.from_end), id_direction(descending, range.from_end));
    let rows = range.limit_clause(statement);
    let found = format!("FROM {from} WHERE {conditions} ORDER BY {} {direction}, t.id {by_id} {rows}", key.sql);
    let (page, of) = page_source_sql(range.offset == 0, "tasks", "t", &format!("t.id, {} AS sort_key", key.sql), COLUMNS, &found);
    (page, format!("{of}.sort_key {direction}, {of}.id {by_id}"))
}

/// The statement that reads the ids of the matching tasks in the list's order, at most `most`.
pub(super) fn ids_sql(actor: &Actor, query: &TaskQuery, plan: &ListPlan, times: TaskTimes, most: u64) -> IdsStatement {
    let mut statement = sql("", [actor.workspace_id.0.into()]);
    let (from, conditions) = filter_sql(&mut statement, query, &plan.terms, plan.few_hits(), times);
    let (key, rows) = (sort_key(query), format!("FROM {from} WHERE {conditions}"));
    key.ids_statement(statement, ("t.id", &plan.sort_key_sql(key)), &rows, query.layout.sort.descending, most)
}

/// What the list is sorted by.
pub(super) fn sort_key(query: &TaskQuery) -> SortKey {
    match query.layout.sort.by {
        // A task that is due at no time comes last in either direction: at the end of the index, or without it.
        TaskColumn::Due if query.layout.sort.descending => {
            SortKey::without_index("CASE WHEN t.due_on IS NULL AND t.due_at IS NULL THEN NULL ELSE t.due_by END")
        }
        TaskColumn::Due => SortKey::of("t.due_by"),
        TaskColumn::Title => SortKey::text("t.title"),
        TaskColumn::Priority => SortKey::without_index("CASE t.priority WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END"),
        TaskColumn::Status => SortKey::without_index("CASE t.status WHEN 'open' THEN 0 WHEN 'done' THEN 1 ELSE 2 END"),
        TaskColumn::Company => SortKey::without_index(
            "(SELECT c.sort_key FROM companies c WHERE c.workspace_id = $1 AND c.id = t.company_id AND c.deleted_at IS NULL)",
        ),
        TaskColumn::Contact => SortKey::without_index(
            "(SELECT p.sort_key FROM contacts p WHERE p.workspace_id = $1 AND p.id = t.contact_id AND p.deleted_at IS NULL)",
        ),
        TaskColumn::Deal => SortKey::without_index(
            "(SELECT d.sort_key FROM deals d WHERE d.workspace_id = $1 AND d.id = t.deal_id AND d.deleted_at IS NULL)",
        ),
        TaskColumn::Owner => SortKey::without_index("(SELECT u.sort_key FROM users u WHERE u.id = t.owner_id)"),
        TaskColumn::ClosedAt => SortKey::without_index("t.closed_at"),
        TaskColumn::CreatedAt => SortKey::without_index("t.created_at"),
        TaskColumn::UpdatedAt => SortKey::without_index("t.updated_at"),
    }
}

/// SQL of the number of matching tasks: the workspace's counter of open ones without a filter; else the cached number, else a count up to
/// [`COUNT_CAP`] + 1.
fn total_sql(statement: &mut Sql, query: &TaskQuery, plan: &ListPlan, times: TaskTimes) -> String {
    if !query.is_filtered() {
        return "COALESCE((SELECT open_tasks FROM workspace_counters WHERE workspace_id = $1), 0)".to_owned();
    }
    if let Some(total) = plan.known_total(query.is_narrowed() || query.status.is_empty()) {
        return statement.bind(total as i64);
    }
    let (from, conditions) = filter_sql(statement, query, &plan.terms, plan.hits.as_ref(), times);
    format!("(SELECT count(*) FROM (SELECT 1 FROM {from} WHERE {conditions} LIMIT {}) AS matching)", COUNT_CAP + 1)
}

/// SQL of the number of matching tasks that were finished today, which are few: each is compared by itself.
fn finished_sql(statement: &mut Sql, query: &TaskQuery, plan: &ListPlan, times: TaskTimes) -> String {
    if !query.status.is_empty() {
        return "CAST(0 AS bigint)".to_owned();
    }
    let (from, conditions) = filter_sql(statement, query, &plan.terms, None, times);
    let since = statement.bind(query.done_since());
    format!("(SELECT count(*) FROM {from} WHERE {conditions} AND t.closed_at IS NOT NULL AND t.closed_at >= {since})")
}

/// SELECT of every matching task: `id`, `version`, and its `place` in the list's order, from 1.
pub(crate) fn all_matching_sql(statement: &mut Sql, query: &TaskQuery, times: TaskTimes) -> String {
    let plan = ListPlan::of_all(times.backend, query, SearchTerms::parse(&query.q));
    let (from, conditions) = filter_sql(statement, query, &plan.terms, plan.hits.as_ref(), times);
    let (key, descending) = (sort_key(query), query.layout.sort.descending);
    let place = place_sql(&format!("{} {}, t.id {}", key.sql, key.direction(descending, false), id_direction(descending, false)));
    format!("SELECT t.id, t.version, {place} FROM {from} WHERE {conditions}")
}

/// Returns the FROM item and the condition of the matching tasks, as `t`.
fn filter_sql(statement: &mut Sql, query: &TaskQuery, terms: &SearchTerms, hits: Option<&Hits>, times: TaskTimes) -> (String, String) {
    let (from, mut all) = search::matching_rows_sql(statement, "tasks", "t", terms, hits.map(|hits| hits.fts_query.as_str()));
    if query.status.is_empty() {
        let since = statement.bind(query.done_since());
        all.push(format!("t.is_current AND (t.closed_at IS NULL OR t.closed_at >= {since})"));
    }
    let mut any_of = |filter: &str, column: &str, values: Vec<Value>| {
        let one_of = match values.len() {
            0 => return,
            1 => format!("{column} = {}", statement.bind_all(values)),
            _ => format!("{column} IN ({})", statement.bind_all(values)),
        };
        all.push(excluded_if(query.record.excludes(filter), one_of));
    };
    any_of("status", "t.status", query.status.iter().map(|status| status.slug().into()).collect());
    any_of("company_id", "t.company_id", query.company_id.iter().map(|id| id.0.into()).collect());
    any_of("contact_id", "t.contact_id", query.contact_id.iter().map(|id| id.0.into()).collect());
    any_of("deal_id", "t.deal_id", query.deal_id.iter().map(|id| id.0.into()).collect());
    any_of("owner_id", "t.owner_id", query.owner_id.iter().map(|id| id.0.into()).collect());
    any_of("priority", "t.priority", query.priority.iter().map(|priority| priority.slug().into()).collect());
    let rows = FilteredRows { alias: "t", entity: "task", value_of: value_sql, each_row: false, backend: times.backend };
    all.extend(rows.conditions(statement, &query.record));
    all.extend(times_sql(statement, "t.due_by", query.due));
    if query.due.is_set() {
        all.push(format!("t.due_by < {}", statement.bind(NO_DUE_DATE)));
    }
    if query.overdue {
        all.push(format!("t.status = 'open' AND t.due_by < {}", statement.bind(times.now)));
    }
    (from, all.join(" AND "))
}

/// SQL of what is NULL where a column is empty.
fn value_sql(tasks: &str, column: TaskColumn) -> String {
    let linked = |table: &str, id: &str| {
        format!("(SELECT 1 FROM {table} l WHERE l.workspace_id = $1 AND l.id = {tasks}.{id} AND l.deleted_at IS NULL)")
    };
    match column {
        TaskColumn::Company => linked("companies", "company_id"),
        TaskColumn::Contact => linked("contacts", "contact_id"),
        TaskColumn::Deal => linked("deals", "deal_id"),
        TaskColumn::Due => format!("COALESCE(CAST({tasks}.due_on AS text), CAST({tasks}.due_at AS text))"),
        other => format!("{tasks}.{}", other.name()),
    }
}

#[derive(FromQueryResult)]
struct ListRow {
    total: i64,
    finished: i64,
    id: Option<Uuid>,
    version: Option<i64>,
    title: Option<String>,
    due_on: Option<NaiveDate>,
    due_at: Option<DateTime<Utc>>,
    priority: Option<String>,
    status: Option<String>,
    closed_at: Option<DateTime<Utc>>,
    created_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
    owner_id: Option<Uuid>,
    company_id: Option<Uuid>,
    company_name: Option<String>,
    contact_id: Option<Uuid>,
    contact_name: Option<String>,
    deal_id: Option<Uuid>,
    deal_name: Option<String>,
    owner_name: Option<String>,
    repeats: bool,
}

impl ListRow {
    fn read(self) -> Result<TaskRow, StoreError> {
        let (Some(id), Some(version), Some(title), Some(owner_id)) = (self.id, self.version, self.title, self.owner_id) else {
            return Err(StoreError::Internal);
        };
        let (Some(created_at), Some(updated_at)) = (self.created_at, self.updated_at) else {
            return Err(StoreError::Internal);
        };
        Ok(TaskRow {
            id: TaskId(id),
            version,
            title,
            due: due_of_columns(self.due_on, self.due_at),
            priority: decode_enum(self.priority.as_deref().and_then(Priority::from_slug), "tasks.priority")?,
            status: decode_enum(self.status.as_deref().and_then(TaskStatus::from_slug), "tasks.status")?,
            closed_at: self.closed_at,
            company: Linked::of(self.company_id, self.company_name, CompanyId),
            contact: Linked::of(self.contact_id, self.contact_name, ContactId),
            deal: Linked::of(self.deal_id, self.deal_name, DealId),
            owner_id: UserId(owner_id),
            owner_name: self.owner_name.unwrap_or_default(),
            created_at,
            updated_at,
            repeats: self.repeats,
        })
    }
}

//! The list of activities: one page of it in one round trip.

use super::Linked;
use crate::{
    Store, StoreError,
    database::{
        rows::{decode_enum, to_u64},
        sql::{Sql, sql},
    },
    error::authorize,
    lists::{
        filters::{FilteredRows, excluded_if},
        ids_statement::IdsStatement,
        names::names_by_id,
        ordered_ids::MOVING_ORDER_CACHED,
        page::{COUNT_CAP, Hits, ListCache, ListPlan, RowRange, SortKey, Total, id_direction, page_of_ids_sql, page_source_sql, place_sql},
        search::{self, SearchTerms},
        shown_columns::{OptionalColumn, shown_or_null_sql, shown_sql},
        time_range::TimeRange,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    activities::{ActivityColumn, ActivityQuery, ActivityType, Planned},
    ids::{ActivityId, CompanyId, ContactId, DealId, UserId},
    page::{ListColumn, ListQuery},
};
use sea_orm::{DbBackend, FromQueryResult, Value};
use uuid::Uuid;

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityList {
    /// Its rows, at most those of the query's page size.
    pub rows: Vec<ActivityRow>,
    /// Number of rows of all pages.
    pub total: Total,
}

/// One row of the list. A link to a record in the bin is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    /// Id of the activity.
    pub id: ActivityId,
    /// Its version, for a bulk change.
    pub version: i64,
    /// Its type.
    pub kind: ActivityType,
    /// Subject.
    pub subject: String,
    /// Its time.
    pub date: DateTime<Utc>,
    /// Duration in minutes.
    pub duration_minutes: Option<i32>,
    /// Outcome.
    pub outcome: Option<String>,
    /// Its company.
    pub company: Option<Linked<CompanyId>>,
    /// Its contact.
    pub contact: Option<Linked<ContactId>>,
    /// Its deal.
    pub deal: Option<Linked<DealId>>,
    /// The promised next step, if that column is shown.
    pub next_steps: Option<String>,
    /// Id of its owner.
    pub owner_id: UserId,
    /// The owner's name.
    pub owner_name: String,
    /// When it was logged.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Store {
    /// One page of the activities that match, and how many match: one round trip, and one before it for a page far from the
    /// list's start or, on SQLite, for a search. `range_utc`: the days of the query.
    pub async fn activities(&self, actor: &Actor, query: &ActivityQuery, range_utc: TimeRange) -> Result<ActivityList, StoreError> {
        authorize(actor, Verb::Read, Entity::Activity)?;
        let (range, length) = self.locate_page(actor, query, |counts| counts.activities).await?;
        let now = self.now();
        // The days of the query are in the zone of the workspace, whose change is a change of the workspace.
        let next_change = match query.planned {
            Some(_) => Some(self.next_planned_activity(actor).await?),
            None => None,
        };
        // An owner who renames themselves does so in one of their workspaces.
        let next_order = (query.layout.sort.by == ActivityColumn::Owner).then(|| now + MOVING_ORDER_CACHED);
        let until = [next_change, next_order].into_iter().flatten().min();
        let cache = ListCache::of(query, sort_key(query), until);
        let mut plan = ListPlan::build(self, actor, "activities", SearchTerms::parse(&query.q), cache).await?;
        let times = Times { range_utc, now, backend: self.backend() };
        plan.find_ids(self, actor, (range, length), |plan, most| ids_sql(actor, query, plan, times, most)).await?;
        let mut rows: Vec<ListRow> = page_sql(actor, query, &plan, times, range).all(self.read()).await?;
        let matching = rows.first().map_or(0, |row| to_u64(row.total));
        plan.cache_total(self, actor, matching);
        if range.from_end {
            rows.reverse();
        }
        let total = Total::of(matching, query.is_filtered());
        let rows = rows.into_iter().filter(|row| row.id.is_some()).map(ListRow::read).collect::<Result<_, _>>()?;
        Ok(ActivityList { rows, total })
    }

    /// Ids and names of the records that a query filters by, except those in the bin or of another workspace.
    pub async fn activity_filters(&self, actor: &Actor, query: &ActivityQuery) -> Result<Vec<(Uuid, String)>, StoreError> {
        authorize(actor, Verb::Read, Entity::Activity)?;
        let db = self.read();
        let (companies, contacts, deals) = tokio::try_join!(
            names_by_id(db, actor, "companies", query.company_id.iter().map(|id| id.0).collect()),
            names_by_id(db, actor, "contacts", query.contact_id.iter().map(|id| id.0).collect()),
            names_by_id(db, actor, "deals", query.deal_id.iter().map(|id| id.0).collect()),
        )?;
        Ok([companies, contacts, deals].into_iter().flatten().map(|row| (row.id, row.name)).collect())
    }
}

/// What a query's filters compare with, and the database that does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    /// The days of the query.
    pub range_utc: TimeRange,
    /// Now.
    pub now: DateTime<Utc>,
    /// The database.
    pub backend: DbBackend,
}

/// Columns of the activity that a row of the list shows.
const COLUMNS: &str = "a.version, a.type, a.subject, a.date, a.duration_minutes, a.outcome, a.created_at, a.updated_at";

/// Columns of the activity that a row has if they are shown.
const OPTIONAL_COLUMNS: [OptionalColumn<ActivityColumn>; 1] =
    [OptionalColumn { column: ActivityColumn::NextSteps, name: "next_steps", kind: "text" }];

/// The statement that reads one page. A page past the end returns one row, which holds the total alone.
fn page_sql(actor: &Actor, query: &ActivityQuery, plan: &ListPlan, times: Times, range: RowRange) -> Sql {
    let mut statement = sql("", [actor.workspace_id.0.into()]);
    let total = total_sql(&mut statement, query, plan, times);
    let (page, order) = match &plan.page_ids {
        Some(ids) => (page_of_ids_sql(&mut statement, ids, "activities", "a"), "page.sort_key".to_owned()),
        None => scan_sql(&mut statement, query, plan, times, range),
    };
    let optional = shown_or_null_sql(&OPTIONAL_COLUMNS, &query.layout.columns, "a");
    statement.push(&format!(
        "SELECT head.total, a.id, a.owner_id, {COLUMNS}{optional},
           c.id AS company_id, c.name AS company_name, p.id AS contact_id, p.name AS contact_name, d.id AS deal_id, d.name AS deal_name,
           u.name AS owner_name
         FROM (SELECT {total} AS total) AS head
         LEFT JOIN {page}
         LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = a.company_id AND c.deleted_at IS NULL
         LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = a.contact_id AND p.deleted_at IS NULL
         LEFT JOIN deals d ON d.workspace_id = $1 AND d.id = a.deal_id AND d.deleted_at IS NULL
         LEFT JOIN users u ON u.id = a.owner_id
         ORDER BY {order}"
    ));
    statement
}

/// Returns the FROM item of a page, as found by scanning the list in its order, and its ORDER BY. The innermost part scans an index and
/// ends after the page; far from the list's start it reads ids alone, so that no skipped row is read.
fn scan_sql(statement: &mut Sql, query: &ActivityQuery, plan: &ListPlan, times: Times, range: RowRange) -> (String, String) {
    let (from, conditions) = filter_sql(statement, query, &plan.terms, plan.few_hits(), times);
    let (key, descending) = (sort_key(query), query.layout.sort.descending);
    let (direction, by_id) = (key.direction(descending, range.from_end), id_direction(descending, range.from_end));
    let rows = range.limit_clause(statement);
    let found = format!("FROM {from} WHERE {conditions} ORDER BY {} {direction}, a.id {by_id} {rows}", key.sql);
    let optional = shown_sql(&OPTIONAL_COLUMNS, &query.layout.columns, "a");
    let columns = format!("{COLUMNS}{optional}, a.company_id, a.contact_id, a.deal_id, a.owner_id");
    let (page, of) = page_source_sql(range.offset == 0, "activities", "a", &format!("a.id, {} AS sort_key", key.sql), &columns, &found);
    (page, format!("{of}.sort_key {direction}, {of}.id {by_id}"))
}

/// The statement that reads the ids of the matching activities in the list's order, at most `most`.
pub(super) fn ids_sql(actor: &Actor, query: &ActivityQuery, plan: &ListPlan, times: Times, most: u64) -> IdsStatement {
    let mut statement = sql("", [actor.workspace_id.0.into()]);
    let (from, conditions) = filter_sql(&mut statement, query, &plan.terms, plan.few_hits(), times);
    let (key, rows) = (sort_key(query), format!("FROM {from} WHERE {conditions}"));
    key.ids_statement(statement, ("a.id", &plan.sort_key_sql(key)), &rows, query.layout.sort.descending, most)
}

/// What the list is sorted by.
pub(super) fn sort_key(query: &ActivityQuery) -> SortKey {
    match query.layout.sort.by {
        ActivityColumn::Date => SortKey::of("a.date"),
        ActivityColumn::Subject => SortKey::text("a.subject"),
        ActivityColumn::Type => SortKey::without_index("a.type"),
        ActivityColumn::Company => SortKey::without_index(
            "(SELECT c.sort_key FROM companies c WHERE c.workspace_id = $1 AND c.id = a.company_id AND c.deleted_at IS NULL)",
        ),
        ActivityColumn::Contact => SortKey::without_index(
            "(SELECT p.sort_key FROM contacts p WHERE p.workspace_id = $1 AND p.id = a.contact_id AND p.deleted_at IS NULL)",
        ),
        ActivityColumn::Deal => SortKey::without_index(
            "(SELECT d.sort_key FROM deals d WHERE d.workspace_id = $1 AND d.id = a.deal_id AND d.deleted_at IS NULL)",
        ),
        ActivityColumn::Outcome => SortKey::text("a.outcome"),
        ActivityColumn::NextSteps => SortKey::text("a.next_steps"),
        ActivityColumn::Duration => SortKey::without_index("a.duration_minutes"),
        ActivityColumn::Owner => SortKey::without_index("(SELECT u.sort_key FROM users u WHERE u.id = a.owner_id)"),
        ActivityColumn::CreatedAt => SortKey::without_index("a.created_at"),
        ActivityColumn::UpdatedAt => SortKey::without_index("a.updated_at"),
    }
}

/// SQL of the number of matching activities: the workspace's counter without a filter, else the cached number, else a count up to
/// [`COUNT_CAP`] + 1.
fn total_sql(statement: &mut Sql, query: &ActivityQuery, plan: &ListPlan, times: Times) -> String {
    if !query.is_filtered() {
        return "COALESCE((SELECT activities FROM workspace_counters WHERE workspace_id = $1), 0)".to_owned();
    }
    if let Some(total) = plan.known_total(query.is_narrowed()) {
        return statement.bind(total as i64);
    }
    let (from, conditions) = filter_sql(statement, query, &plan.terms, plan.hits.as_ref(), times);
    format!("(SELECT count(*) FROM (SELECT 1 FROM {from} WHERE {conditions} LIMIT {}) AS matching)", COUNT_CAP + 1)
}

/// SQL of the number of activities that match a query without a search, up to [`COUNT_CAP`] + 1.
pub(crate) fn count_sql(statement: &mut Sql, query: &ActivityQuery, times: Times) -> String {
    let (from, conditions) = filter_sql(statement, query, &SearchTerms::parse(""), None, times);
    format!("(SELECT count(*) FROM (SELECT 1 FROM {from} WHERE {conditions} LIMIT {}) AS matching)", COUNT_CAP + 1)
}

/// SELECT of every matching activity: `id`, `version`, and its `place` in the list's order, from 1.
pub(crate) fn all_matching_sql(statement: &mut Sql, query: &ActivityQuery, times: Times) -> String {
    let plan = ListPlan::of_all(times.backend, query, SearchTerms::parse(&query.q));
    let (from, conditions) = filter_sql(statement, query, &plan.terms, plan.hits.as_ref(), times);
    let (key, descending) = (sort_key(query), query.layout.sort.descending);
    let place = place_sql(&format!("{} {}, a.id {}", key.sql, key.direction(descending, false), id_direction(descending, false)));
    format!("SELECT a.id, a.version, {place} FROM {from} WHERE {conditions}")
}

/// Returns the FROM item and the condition of the matching activities, as `a`.
pub(crate) fn filter_sql(
    statement: &mut Sql,
    query: &ActivityQuery,
    terms: &SearchTerms,
    hits: Option<&Hits>,
    times: Times,
) -> (String, String) {
    let (from, mut all) = search::matching_rows_sql(statement, "activities", "a", terms, hits.map(|hits| hits.fts_query.as_str()));
    let mut any_of = |filter: &str, column: &str, values: Vec<Value>| {
        let one_of = match values.len() {
            0 => return,
            1 => format!("{column} = {}", statement.bind_all(values)),
            _ => format!("{column} IN ({})", statement.bind_all(values)),
        };
        all.push(excluded_if(query.record.excludes(filter), one_of));
    };
    any_of("company_id", "a.company_id", query.company_id.iter().map(|id| id.0.into()).collect());
    any_of("contact_id", "a.contact_id", query.contact_id.iter().map(|id| id.0.into()).collect());
    any_of("deal_id", "a.deal_id", query.deal_id.iter().map(|id| id.0.into()).collect());
    // With a plus sign SQLite takes the index of planned activities, in place of reading all of an owner's.
    let of_few = times.backend == DbBackend::Sqlite && query.planned == Some(Planned::Missed);
    // Without statistics of the condition, SQLite scans all activities in the order of the list.
    let from = if of_few && hits.is_none() { format!("{from} INDEXED BY activities_planned") } else { from };
    any_of("owner_id", if of_few { "+a.owner_id" } else { "a.owner_id" }, query.owner_id.iter().map(|id| id.0.into()).collect());
    any_of("type", "a.type", query.kind.iter().map(|kind| kind.slug().into()).collect());
    let rows = FilteredRows { alias: "a", entity: "activity", value_of: value_sql, each_row: false, backend: times.backend };
    all.extend(rows.conditions(statement, &query.record));
    if let Some(from) = times.range_utc.from {
        all.push(format!("a.date >= {}", statement.bind(from)));
    }
    if let Some(until) = times.range_utc.until {
        all.push(format!("a.date < {}", statement.bind(until)));
    }
    match query.planned {
        Some(Planned::Coming) => all.push(format!("a.date > {}", statement.bind(times.now))),
        Some(Planned::Missed) => {
            all.push(format!("a.outcome IS NULL AND a.created_at < a.date AND a.date <= {}", statement.bind(times.now)))
        }
        None => {}
    }
    (from, all.join(" AND "))
}

/// SQL of what is NULL where a column is empty.
fn value_sql(activities: &str, column: ActivityColumn) -> String {
    let linked = |table: &str, id: &str| {
        format!("(SELECT 1 FROM {table} l WHERE l.workspace_id = $1 AND l.id = {activities}.{id} AND l.deleted_at IS NULL)")
    };
    match column {
        ActivityColumn::Company => linked("companies", "company_id"),
        ActivityColumn::Contact => linked("contacts", "contact_id"),
        ActivityColumn::Deal => linked("deals", "deal_id"),
        other => format!("{activities}.{}", other.name()),
    }
}

#[derive(FromQueryResult)]
struct ListRow {
    total: i64,
    id: Option<Uuid>,
    version: Option<i64>,
    #[sea_orm(from_alias = "type")]
    kind: Option<String>,
    subject: Option<String>,
    date: Option<DateTime<Utc>>,
    duration_minutes: Option<i32>,
    outcome: Option<String>,
    next_steps: Option<String>,
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
}

impl ListRow {
    fn read(self) -> Result<ActivityRow, StoreError> {
        let (Some(id), Some(version), Some(kind), Some(subject), Some(date)) = (self.id, self.version, self.kind, self.subject, self.date)
        else {
            return Err(StoreError::Internal);
        };
        let (Some(owner_id), Some(created_at), Some(updated_at)) = (self.owner_id, self.created_at, self.updated_at) else {
            return Err(StoreError::Internal);
        };
        Ok(ActivityRow {
            id: ActivityId(id),
            version,
            kind: decode_enum(ActivityType::from_slug(&kind), "activities.type")?,
            subject,
            date,
            duration_minutes: self.duration_minutes,
            outcome: self.outcome,
            company: Linked::of(self.company_id, self.company_name, CompanyId),
            contact: Linked::of(self.contact_id, self.contact_name, ContactId),
            deal: Linked::of(self.deal_id, self.deal_name, DealId),
            next_steps: self.next_steps,
            owner_id: UserId(owner_id),
            owner_name: self.owner_name.unwrap_or_default(),
            created_at,
            updated_at,
        })
    }
}

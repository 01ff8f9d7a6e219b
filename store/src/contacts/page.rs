//! The statement that reads one page of the list of contacts.

use crate::{
    database::sql::{Sql, indexed_by},
    last_contact::IS_CONTACT,
    lists::{
        filters::{excluded_if, rows_of_plan},
        ids_statement::IdsStatement,
        page::{COUNT_CAP, Hits, ListPlan, RowRange, SortKey, id_direction, page_of_ids_sql, page_source_sql, place_sql},
        search::{self, SearchTerms},
        shown_columns::owner_name_sql,
    },
    tags::tag_condition,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::Actor,
    contacts::{ContactColumn, ContactQuery},
    fold::fold,
    page::{ListColumn, ListQuery},
};
use sea_orm::DbBackend;

/// Columns of the contact that a row of the list shows.
const COLUMNS: &str =
    "p.version, p.name, p.owner_id, p.email, p.phone, p.job_title, p.is_decision_maker, p.authority_level, p.reports_to_id, p.created_at,
   p.updated_at";

/// The statement that reads one page. A page past the end returns one row, which holds the total alone.
pub(super) fn page_sql(actor: &Actor, query: &ContactQuery, plan: &ListPlan, range: RowRange, now: DateTime<Utc>) -> Sql {
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let total = total_sql(&mut sql, query, plan, now);
    let (page, order) = match &plan.page_ids {
        Some(ids) => (page_of_ids_sql(&mut sql, ids, "contacts", "p"), "page.sort_key".to_owned()),
        None => scan_sql(&mut sql, query, plan, range, now),
    };
    let shows = |column| query.layout.columns.shows(column);
    let (owner_name, owner) = owner_name_sql(shows(ContactColumn::Owner), "p");
    let (superior_name, superior) = match shows(ContactColumn::ReportsTo) {
        true => ("r.name", "LEFT JOIN contacts r ON r.workspace_id = $1 AND r.id = p.reports_to_id AND r.deleted_at IS NULL"),
        false => ("CAST(NULL AS text)", ""),
    };
    sql.push(&format!(
        "SELECT head.total, p.id, {COLUMNS}{owner_name}, {superior_name} AS reports_to_name,
           c.id AS company_id, c.name AS company_name, t.id AS tag_id, t.name AS tag_name, t.color AS tag_color
         FROM (SELECT {total} AS total) AS head
         LEFT JOIN {page}
         LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = p.company_id AND c.deleted_at IS NULL
         LEFT JOIN contact_tags pt ON pt.workspace_id = $1 AND pt.contact_id = p.id
         LEFT JOIN tags t ON t.workspace_id = $1 AND t.id = pt.tag_id
         {owner} {superior}
         ORDER BY {order}, t.sort_key"
    ));
    sql
}

/// Returns the FROM item of a page, as found by scanning the list in its order, and its ORDER BY. The innermost part scans an index and
/// ends after the page; only the page's own rows are then joined to their company and tags. Far from the list's start it reads ids alone,
/// so that no skipped row is read.
fn scan_sql(sql: &mut Sql, query: &ContactQuery, plan: &ListPlan, range: RowRange, now: DateTime<Utc>) -> (String, String) {
    let key = sort_key(query);
    let (direction, by_id) = directions(query, range.from_end);
    let (from, conditions) = filter_sql(sql, query, plan, plan.few_hits(), now);
    // Without statistics SQLite reads the whole list in its order to find one company's contacts, unless no index has that order.
    let sorted_afterwards = plan.backend == DbBackend::Sqlite && !query.company.is_empty() && !query.record.excludes("company_id");
    let key = if sorted_afterwards { format!("+{}", key.sql) } else { key.sql.to_owned() };
    let limit = range.limit_clause(sql);
    let found = format!("FROM {from} WHERE {conditions} ORDER BY {key} {direction}, p.id {by_id} {limit}");
    let columns = format!("p.company_id, {COLUMNS}");
    let (page, of) = page_source_sql(range.offset == 0, "contacts", "p", &format!("p.id, {key} AS sort_key"), &columns, &found);
    (page, format!("{of}.sort_key {direction}, {of}.id {by_id}"))
}

/// The statement that reads the ids of the matching contacts in the list's order, at most `most`.
pub(super) fn ids_sql(actor: &Actor, query: &ContactQuery, plan: &ListPlan, now: DateTime<Utc>, most: u64) -> IdsStatement {
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let (from, conditions) = filter_sql(&mut sql, query, plan, plan.few_hits(), now);
    let (key, rows) = (sort_key(query), format!("FROM {from} WHERE {conditions}"));
    key.ids_statement(sql, ("p.id", &plan.sort_key_sql(key)), &rows, query.layout.sort.descending, most)
}

/// Directions of the sort key and of the id that breaks ties.
fn directions(query: &ContactQuery, from_end: bool) -> (&'static str, &'static str) {
    let descending = query.layout.sort.descending;
    (sort_key(query).direction(descending, from_end), id_direction(descending, from_end))
}

/// SQL of the number of matching contacts: the workspace's counter without a filter, else the cached number, else a count up to
/// [`COUNT_CAP`] + 1.
fn total_sql(sql: &mut Sql, query: &ContactQuery, plan: &ListPlan, now: DateTime<Utc>) -> String {
    if !query.is_filtered() {
        return "COALESCE((SELECT contacts FROM workspace_counters WHERE workspace_id = $1), 0)".to_owned();
    }
    if let Some(total) = plan.known_total(query.is_narrowed()) {
        return sql.bind(total as i64);
    }
    let (from, conditions) = filter_sql(sql, query, plan, plan.hits.as_ref(), now);
    format!("(SELECT count(*) FROM (SELECT 1 FROM {from} WHERE {conditions} LIMIT {}) AS matching)", COUNT_CAP + 1)
}

/// As [`total_sql`], of a query without a search, whatever is cached.
pub(crate) fn count_sql(sql: &mut Sql, backend: DbBackend, query: &ContactQuery, now: DateTime<Utc>) -> String {
    total_sql(sql, query, &ListPlan::of_count(backend, query, SearchTerms::parse("")), now)
}

/// The statement part that reads the ids of the first contacts that match a query without a search, by name, at most `most`.
pub(crate) fn first_ids_sql(sql: &mut Sql, backend: DbBackend, query: &ContactQuery, now: DateTime<Utc>, most: u64) -> String {
    let (from, conditions) = filter_sql(sql, query, &ListPlan::of_count(backend, query, SearchTerms::parse("")), None, now);
    format!("SELECT p.id FROM {from} WHERE {conditions} ORDER BY p.sort_key, p.id LIMIT {most}")
}

/// SELECT of every matching contact: `id`, `version`, and its `place` in the list's order, from 1.
pub(crate) fn all_matching_sql(sql: &mut Sql, backend: DbBackend, query: &ContactQuery, now: DateTime<Utc>) -> String {
    let plan = ListPlan::of_all(backend, query, SearchTerms::parse(&query.q));
    let (direction, by_id) = directions(query, false);
    let (from, conditions) = filter_sql(sql, query, &plan, plan.hits.as_ref(), now);
    let place = place_sql(&format!("{} {direction}, p.id {by_id}", sort_key(query).sql));
    format!("SELECT p.id, p.version, {place} FROM {from} WHERE {conditions}")
}

/// Returns the FROM item and the condition of the matching contacts, as `p`.
fn filter_sql(sql: &mut Sql, query: &ContactQuery, plan: &ListPlan, hits: Option<&Hits>, now: DateTime<Utc>) -> (String, String) {
    let (from, mut all) = search::matching_rows_sql(sql, "contacts", "p", &plan.terms, hits.map(|hits| hits.fts_query.as_str()));
    let rows = rows_of_plan(plan, "p", "contact", value_sql);
    let mut add = |filter: &str, condition: String| all.push(excluded_if(query.record.excludes(filter), condition));
    if !query.company.is_empty() {
        add("company_id", format!("p.company_id IN ({})", sql.bind_all(query.company.iter().map(|company| company.0))));
    }
    if !query.job_title.is_empty() {
        add("job_title", format!("p.job_title_key IN ({})", sql.bind_all(query.job_title.iter().map(|title| fold(title)))));
    }
    if !query.tag.is_empty() {
        add("tag", tag_condition(sql, "contact_tags", "contact_id", "p.id", &query.tag));
    }
    if !query.owner_id.is_empty() {
        let owners = sql.bind_all(query.owner_id.iter().map(|owner| owner.0));
        add("owner_id", format!("{} IN ({owners})", rows.column("owner_id")));
    }
    all.extend(rows.conditions(sql, &query.record));
    // Both filters on authority are one column, whose index counts the rows without reading them.
    if let Some(ranks) = query.authority_ranks() {
        all.push(format!("p.standing IN ({})", sql.bind_all(ranks)));
    }
    if let Some(days) = query.not_contacted_days {
        // LIMIT 1 as in `tag_condition`.
        let by_contact = indexed_by(plan.backend, "activities_by_contact_id_date_id");
        let (since, now) = (sql.bind(now - TimeDelta::days(days.into())), sql.bind(now));
        all.push(format!(
            "NOT EXISTS (SELECT 1 FROM activities a {by_contact} WHERE a.workspace_id = $1 AND a.contact_id = p.id AND a.date >= {since}
               AND a.date <= {now} AND {IS_CONTACT} LIMIT 1)"
        ));
    }
    (from, all.join(" AND "))
}

/// SQL of what is NULL where a column is empty.
fn value_sql(contacts: &str, column: ContactColumn) -> String {
    match column {
        ContactColumn::JobTitle => format!("NULLIF({contacts}.job_title_key, '')"),
        ContactColumn::Company => format!("NULLIF({contacts}.company_sort_key, '')"),
        ContactColumn::Tags => {
            format!("(SELECT 1 FROM contact_tags g WHERE g.workspace_id = $1 AND g.contact_id = {contacts}.id LIMIT 1)")
        }
        ContactColumn::ReportsTo => {
            format!("(SELECT 1 FROM contacts r WHERE r.workspace_id = $1 AND r.id = {contacts}.reports_to_id AND r.deleted_at IS NULL)")
        }
        other => format!("{contacts}.{}", other.name()),
    }
}

/// What the list is sorted by. An index ends in the id, which breaks ties.
pub(super) fn sort_key(query: &ContactQuery) -> SortKey {
    match query.layout.sort.by {
        ContactColumn::Name => SortKey::of("p.sort_key"),
        ContactColumn::JobTitle => SortKey::nullable("NULLIF(p.job_title_sort_key, '')"),
        ContactColumn::Company => SortKey::nullable("NULLIF(p.company_sort_key, '')"),
        ContactColumn::Authority => SortKey::of("p.standing"),
        ContactColumn::Phone => SortKey::nullable("NULLIF(p.phone_key, '')"),
        ContactColumn::Email => SortKey::nullable("NULLIF(p.email_key, '')"),
        ContactColumn::Tags => SortKey::without_index(
            "(SELECT t.sort_key FROM contact_tags pt JOIN tags t ON t.workspace_id = $1 AND t.id = pt.tag_id
              WHERE pt.workspace_id = $1 AND pt.contact_id = p.id ORDER BY t.sort_key LIMIT 1)",
        ),
        ContactColumn::ReportsTo => SortKey::without_index(
            "(SELECT r.sort_key FROM contacts r WHERE r.workspace_id = $1 AND r.id = p.reports_to_id AND r.deleted_at IS NULL)",
        ),
        ContactColumn::Owner => SortKey::without_index("(SELECT u.sort_key FROM users u WHERE u.id = p.owner_id)"),
        ContactColumn::CreatedAt => SortKey::of("p.created_at"),
        ContactColumn::UpdatedAt => SortKey::of("p.updated_at"),
    }
}

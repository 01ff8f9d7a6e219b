//! The statement that reads one page of the list of contacts.

use crate::{
    database::sql::Sql,
    lists::{
        page::{COUNT_CAP, Hits, ListPlan, RowRange, page_source_sql},
        search::{self, SearchTerms},
    },
    tags::tag_condition,
};
use domain::{
    access::Actor,
    contacts::{ContactColumn, ContactQuery},
    fold::fold,
    page::ListQuery,
};

/// What a row of the list shows of the contact itself.
const COLUMNS: &str = "p.name, p.email, p.phone, p.job_title, p.is_decision_maker, p.authority_level, p.updated_at";

/// The statement of one page. Its innermost part walks an index and leaves off after the page; only the page's own rows are
/// then joined to their company and tags. Far from the list's start it walks for ids alone, and reads no row that it skips. A
/// page past the end still answers one row, with the total and nothing else.
pub(super) fn page(actor: &Actor, query: &ContactQuery, plan: &ListPlan, range: RowRange) -> Sql {
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let total = total(&mut sql, query, plan);
    let (from, conditions) = matching(&mut sql, query, &plan.terms, plan.few_hits());
    let key = key(query.sort.by);
    let direction = if query.sort.descending != range.from_end { "DESC" } else { "ASC" };
    let rows = range.clause(&mut sql);
    let found = format!("FROM {from} WHERE {conditions} ORDER BY {key} {direction}, p.id {direction} {rows}");
    let columns = format!("p.company_id, {COLUMNS}");
    let (page, of) = page_source_sql(range.offset == 0, "contacts", "p", &format!("p.id, {key} AS sort_key"), &columns, &found);
    sql.push(&format!(
        "SELECT head.total, p.id, {COLUMNS},
           c.id AS company_id, c.name AS company_name, t.id AS tag_id, t.name AS tag_name, t.color AS tag_color
         FROM (SELECT {total} AS total) AS head
         LEFT JOIN {page}
         LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = p.company_id AND c.deleted_at IS NULL
         LEFT JOIN contact_tags pt ON pt.workspace_id = $1 AND pt.contact_id = p.id
         LEFT JOIN tags t ON t.workspace_id = $1 AND t.id = pt.tag_id
         ORDER BY {of}.sort_key {direction}, {of}.id {direction}, t.name_key"
    ));
    sql
}

/// How many contacts match: the workspace's counter if all do, else as counted before, else a count to just past [`COUNT_CAP`].
fn total(sql: &mut Sql, query: &ContactQuery, plan: &ListPlan) -> String {
    if !query.is_filtered() {
        return "COALESCE((SELECT contacts FROM workspace_counters WHERE workspace_id = $1), 0)".to_owned();
    }
    if let Some(total) = plan.known_total(query.is_narrowed()) {
        return sql.bind(total as i64);
    }
    let (from, conditions) = matching(sql, query, &plan.terms, plan.hits.as_ref());
    format!("(SELECT count(*) FROM (SELECT 1 FROM {from} WHERE {conditions} LIMIT {}) AS matching)", COUNT_CAP + 1)
}

/// Where the matching contacts are, as `p`, and what they must satisfy.
fn matching(sql: &mut Sql, query: &ContactQuery, terms: &SearchTerms, hits: Option<&Hits>) -> (String, String) {
    let (from, mut all) = search::matching_rows_sql(sql, "contacts", "p", terms, hits.map(|hits| hits.fts_query.as_str()));
    if !query.company.is_empty() {
        all.push(format!("p.company_id IN ({})", sql.bind_all(query.company.iter().map(|company| company.0))));
    }
    if !query.job_title.is_empty() {
        all.push(format!("p.job_title_key IN ({})", sql.bind_all(query.job_title.iter().map(|title| fold(title)))));
    }
    // Level and box together are one column, and its index counts them without reading a row.
    if let Some(standings) = query.standings() {
        all.push(format!("p.standing IN ({})", sql.bind_all(standings)));
    }
    if !query.tag.is_empty() {
        all.push(tag_condition(sql, "contact_tags", "contact_id", "p.id", &query.tag));
    }
    (from, all.join(" AND "))
}

/// What a column sorts by: each has an index that ends in the id, which breaks ties.
fn key(column: ContactColumn) -> &'static str {
    match column {
        ContactColumn::Name => "p.name_key",
        ContactColumn::JobTitle => "p.job_title_key",
        ContactColumn::Company => "p.company_key",
        ContactColumn::Authority => "p.standing",
        ContactColumn::Phone => "p.phone_key",
        ContactColumn::Email => "p.email_key",
        ContactColumn::UpdatedAt => "p.updated_at",
    }
}

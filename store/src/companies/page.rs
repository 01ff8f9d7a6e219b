//! The statement that reads one page of the list of companies.

use crate::{
    database::sql::{Sql, indexed_by},
    last_contact::{BoundNow, last_contact_sql, no_primary_contact_since_sql},
    lists::{
        filters::{excluded_if, rows_of_plan},
        ids_statement::IdsStatement,
        page::{COUNT_CAP, Hits, ListPlan, RowRange, SortKey, id_direction, page_of_ids_sql, page_source_sql, place_sql},
        search::{self, SearchTerms},
        shown_columns::{OptionalColumn, owner_name_sql, shown_or_null_sql, shown_sql},
    },
    tags::tag_condition,
};
use chrono::{DateTime, Utc};
use domain::{
    access::Actor,
    companies::{Archived, CompanyColumn, CompanyQuery},
    decision_makers::{DecisionGap, not_contacted_before},
    fold::fold,
    page::{ListColumn, ListQuery},
};
use sea_orm::DbBackend;

/// Columns of the company that a row of the list shows.
const COLUMNS: &str = "c.version, c.name, c.owner_id, c.industry, c.size, c.status, c.created_at, c.updated_at, c.archived_at";

/// Columns of the company that a row has if they are shown.
const OPTIONAL_COLUMNS: [OptionalColumn<CompanyColumn>; 5] = [
    OptionalColumn { column: CompanyColumn::Website, name: "website", kind: "text" },
    OptionalColumn { column: CompanyColumn::Phone, name: "phone", kind: "text" },
    OptionalColumn { column: CompanyColumn::Email, name: "email", kind: "text" },
    OptionalColumn { column: CompanyColumn::TaxCode, name: "tax_code", kind: "text" },
    OptionalColumn { column: CompanyColumn::Address, name: "address", kind: "text" },
];

/// The statement that reads one page. A page past the end returns one row, which holds the total alone.
pub(super) fn page_sql(actor: &Actor, query: &CompanyQuery, plan: &ListPlan, range: RowRange, now: DateTime<Utc>) -> Sql {
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let total = total_sql(&mut sql, query, plan, now);
    let (page, order) = match &plan.page_ids {
        Some(ids) => (page_of_ids_sql(&mut sql, ids, "companies", "c"), "page.sort_key".to_owned()),
        None => scan_sql(&mut sql, query, plan, range, now),
    };
    let bound = BoundNow::bind(&mut sql, now);
    let last_contact = last_contact_sql(plan.backend, "k", &bound);
    let columns = &query.layout.columns;
    let optional = shown_or_null_sql(&OPTIONAL_COLUMNS, columns, "c");
    let (owner_name, owner) = owner_name_sql(columns.shows(CompanyColumn::Owner), "c");
    sql.push(&format!(
        "SELECT head.total, c.id, {COLUMNS}{optional}{owner_name},
           k.contacts, k.open_deals, k.open_deals_value, {last_contact} AS last_contact_ms,
           t.id AS tag_id, t.name AS tag_name, t.color AS tag_color
         FROM (SELECT {total} AS total) AS head
         LEFT JOIN {page}
         LEFT JOIN company_counters k ON k.workspace_id = $1 AND k.company_id = c.id
         LEFT JOIN company_tags ct ON ct.workspace_id = $1 AND ct.company_id = c.id
         LEFT JOIN tags t ON t.workspace_id = $1 AND t.id = ct.tag_id
         {owner}
         ORDER BY {order}, t.sort_key"
    ));
    sql
}

/// Returns the FROM item of a page, as found by scanning the list in its order, and its ORDER BY. The innermost part scans an index and
/// ends after the page; only the page's own rows are then joined to their counters and tags. Far from the list's start it reads ids
/// alone, so that no skipped row is read.
fn scan_sql(sql: &mut Sql, query: &CompanyQuery, plan: &ListPlan, range: RowRange, now: DateTime<Utc>) -> (String, String) {
    let Order { key, id, of_counters } = order(query.layout.sort.by);
    let (direction, by_id) = directions(query, range.from_end);
    let rows = rows_sql(sql, query, plan, now);
    let limit = range.limit_clause(sql);
    let found = format!("{rows} ORDER BY {} {direction}, {id} {by_id} {limit}", key.sql);
    let whole = range.offset == 0 && !of_counters;
    let ordered = format!("{id} AS id, {} AS sort_key", key.sql);
    let columns = format!("{COLUMNS}{}", shown_sql(&OPTIONAL_COLUMNS, &query.layout.columns, "c"));
    let (page, of) = page_source_sql(whole, "companies", "c", &ordered, &columns, &found);
    (page, format!("{of}.sort_key {direction}, {of}.id {by_id}"))
}

/// The statement that reads the ids of the matching companies in the list's order, at most `most`.
pub(super) fn ids_sql(actor: &Actor, query: &CompanyQuery, plan: &ListPlan, now: DateTime<Utc>, most: u64) -> IdsStatement {
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let Order { key, id, .. } = order(query.layout.sort.by);
    let rows = rows_sql(&mut sql, query, plan, now);
    key.ids_statement(sql, (id, &plan.sort_key_sql(key)), &rows, query.layout.sort.descending, most)
}

/// Directions of the sort key and of the id that breaks ties.
fn directions(query: &CompanyQuery, from_end: bool) -> (&'static str, &'static str) {
    let descending = query.layout.sort.descending;
    (order(query.layout.sort.by).key.direction(descending, from_end), id_direction(descending, from_end))
}

/// SQL from FROM to WHERE of the matching companies, with the counters if the list is sorted by one.
fn rows_sql(sql: &mut Sql, query: &CompanyQuery, plan: &ListPlan, now: DateTime<Utc>) -> String {
    let of_counters = order(query.layout.sort.by).of_counters;
    if of_counters && !(CompanyQuery { archived: Archived::No, ..query.clone() }).is_filtered() {
        // A company in the bin has no counters, so that their index alone gives the list's order.
        let archived = match query.archived {
            Archived::No => " AND NOT k.is_archived",
            Archived::Only => " AND k.is_archived",
            Archived::Any => "",
        };
        return format!("FROM company_counters k WHERE k.workspace_id = $1{archived}");
    }
    let (from, conditions) = filter_sql(sql, query, plan, plan.few_hits(), now);
    let counters = if of_counters { " JOIN company_counters k ON k.workspace_id = $1 AND k.company_id = c.id" } else { "" };
    format!("FROM {from}{counters} WHERE {conditions}")
}

/// SQL of the number of matching companies: the workspace's counter without a filter, else the cached number, else a count up to
/// [`COUNT_CAP`] + 1.
fn total_sql(sql: &mut Sql, query: &CompanyQuery, plan: &ListPlan, now: DateTime<Utc>) -> String {
    if !query.is_filtered() {
        return "COALESCE((SELECT companies FROM workspace_counters WHERE workspace_id = $1), 0)".to_owned();
    }
    // The index of the search knows what is archived.
    let narrowed = CompanyQuery { q: String::new(), archived: Archived::No, ..query.clone() }.is_filtered();
    if let Some(total) = plan.known_total(narrowed) {
        return sql.bind(total as i64);
    }
    let (from, conditions) = if (CompanyQuery { decision: vec![], ..query.clone() }).is_filtered() {
        filter_sql(sql, query, plan, plan.hits.as_ref(), now)
    } else {
        // A company in the bin has no counters, and the gaps of an archived one don't count.
        (gaps_source(query, plan.backend), gaps_sql(sql, query, plan.backend, now))
    };
    format!("(SELECT count(*) FROM (SELECT 1 FROM {from} WHERE {conditions} LIMIT {}) AS matching)", COUNT_CAP + 1)
}

/// As [`total_sql`], of a query without a search, whatever is cached.
pub(crate) fn count_sql(sql: &mut Sql, backend: DbBackend, query: &CompanyQuery, now: DateTime<Utc>) -> String {
    let terms = SearchTerms::parse("").archived(query.archived);
    total_sql(sql, query, &ListPlan::of_count(backend, query, terms), now)
}

/// SELECT of every matching company: `id`, `version`, and its `place` in the list's order, from 1.
pub(crate) fn all_matching_sql(sql: &mut Sql, backend: DbBackend, query: &CompanyQuery, now: DateTime<Utc>) -> String {
    let plan = ListPlan::of_all(backend, query, SearchTerms::parse(&query.q).archived(query.archived));
    let Order { key, id, of_counters } = order(query.layout.sort.by);
    let (direction, by_id) = directions(query, false);
    let (from, conditions) = filter_sql(sql, query, &plan, plan.hits.as_ref(), now);
    let counters = if of_counters { " JOIN company_counters k ON k.workspace_id = $1 AND k.company_id = c.id" } else { "" };
    let place = place_sql(&format!("{} {direction}, {id} {by_id}", key.sql));
    format!("SELECT c.id, c.version, {place} FROM {from}{counters} WHERE {conditions}")
}

/// The counters `g` that [`gaps_sql`] is a condition on. SQLite would read each company with open deals.
fn gaps_source(query: &CompanyQuery, backend: DbBackend) -> String {
    let no_primary_alone = query.decision == [DecisionGap::NoPrimary];
    let index = if no_primary_alone { indexed_by(backend, "company_counters_without_primary") } else { String::new() };
    format!("company_counters g {index}")
}

/// Condition on the counters `g` of a company: it has one of the gaps that the query filters by. An archived company has none.
pub(crate) fn gaps_sql(sql: &mut Sql, query: &CompanyQuery, backend: DbBackend, now: DateTime<Utc>) -> String {
    let any: Vec<String> = query
        .decision
        .iter()
        .map(|gap| match gap {
            DecisionGap::NoPrimary => "g.primary_contacts = 0".to_owned(),
            DecisionGap::NotContacted => {
                let before = sql.bind(not_contacted_before(now).timestamp_millis());
                let bound = BoundNow::bind(sql, now);
                format!("g.primary_contacts > 0 AND {}", no_primary_contact_since_sql(backend, "g", &before, &bound))
            }
        })
        .collect();
    format!("g.workspace_id = $1 AND g.open_deals > 0 AND NOT g.is_archived AND ({})", any.join(" OR "))
}

/// Returns the FROM item and the condition of the matching companies, as `c`. With `hits` the rows come from SQLite's search index, else
/// in list order.
fn filter_sql(sql: &mut Sql, query: &CompanyQuery, plan: &ListPlan, hits: Option<&Hits>, now: DateTime<Utc>) -> (String, String) {
    let (from, mut all) = search::matching_rows_sql(sql, "companies", "c", &plan.terms, hits.map(|hits| hits.fts_query.as_str()));
    let rows = rows_of_plan(plan, "c", "company", value_sql);
    let mut add = |filter: &str, condition: String| all.push(excluded_if(query.record.excludes(filter), condition));
    if !query.industry.is_empty() {
        add("industry", format!("c.industry_key IN ({})", sql.bind_all(query.industry.iter().map(|industry| fold(industry)))));
    }
    if !query.size.is_empty() {
        add("size", format!("c.size IN ({})", sql.bind_all(query.size.iter().map(|size| size.rank()))));
    }
    if !query.status.is_empty() {
        add("status", format!("c.status IN ({})", sql.bind_all(query.status.iter().map(|status| status.slug()))));
    }
    if !query.tag.is_empty() {
        add("tag", tag_condition(sql, "company_tags", "company_id", "c.id", &query.tag));
    }
    if !query.owner_id.is_empty() {
        let owners = sql.bind_all(query.owner_id.iter().map(|owner| owner.0));
        add("owner_id", format!("{} IN ({owners})", rows.column("owner_id")));
    }
    all.extend(rows.conditions(sql, &query.record));
    if !query.decision.is_empty() {
        let gaps = gaps_sql(sql, query, plan.backend, now);
        all.push(match plan.compares_each_row() {
            // LIMIT as in `tag_condition`. OFFSET keeps PostgreSQL from joining.
            true => format!("EXISTS (SELECT 1 FROM company_counters g WHERE g.company_id = c.id AND {gaps} LIMIT 1 OFFSET 0)"),
            false => format!("c.id IN (SELECT g.company_id FROM {} WHERE {gaps})", gaps_source(query, plan.backend)),
        });
    }
    (from, all.join(" AND "))
}

/// SQL of what is NULL where a column is empty.
fn value_sql(companies: &str, column: CompanyColumn) -> String {
    match column {
        CompanyColumn::Industry => format!("NULLIF({companies}.industry_key, '')"),
        CompanyColumn::Size => format!("NULLIF({companies}.size, -1)"),
        CompanyColumn::Tags => {
            format!("(SELECT 1 FROM company_tags g WHERE g.workspace_id = $1 AND g.company_id = {companies}.id LIMIT 1)")
        }
        other => format!("{companies}.{}", other.name()),
    }
}

/// What the list is sorted by.
pub(super) fn sort_key(query: &CompanyQuery) -> SortKey {
    order(query.layout.sort.by).key
}

/// Sort key of a column, and the id that breaks ties in the same index.
struct Order {
    key: SortKey,
    id: &'static str,
    of_counters: bool,
}

fn order(column: CompanyColumn) -> Order {
    let of_company = |key| Order { key, id: "c.id", of_counters: false };
    let of_counters = |key| Order { key, id: "k.company_id", of_counters: true };
    match column {
        CompanyColumn::Name => of_company(SortKey::of("c.sort_key")),
        CompanyColumn::Industry => of_company(SortKey::nullable("NULLIF(c.industry_sort_key, '')")),
        CompanyColumn::Size => of_company(SortKey::nullable("NULLIF(c.size, -1)")),
        CompanyColumn::Status => of_company(SortKey::of("c.status")),
        CompanyColumn::Tags => of_company(SortKey::without_index(
            "(SELECT t.sort_key FROM company_tags ct JOIN tags t ON t.workspace_id = $1 AND t.id = ct.tag_id
              WHERE ct.workspace_id = $1 AND ct.company_id = c.id ORDER BY t.sort_key LIMIT 1)",
        )),
        CompanyColumn::Owner => of_company(SortKey::without_index("(SELECT u.sort_key FROM users u WHERE u.id = c.owner_id)")),
        CompanyColumn::Website => of_company(SortKey::text("c.website")),
        CompanyColumn::Phone => of_company(SortKey::text("c.phone")),
        CompanyColumn::Email => of_company(SortKey::text("c.email")),
        CompanyColumn::TaxCode => of_company(SortKey::text("c.tax_code")),
        CompanyColumn::Address => of_company(SortKey::text("c.address")),
        CompanyColumn::CreatedAt => of_company(SortKey::of("c.created_at")),
        CompanyColumn::UpdatedAt => of_company(SortKey::of("c.updated_at")),
        CompanyColumn::Contacts => of_counters(SortKey::of("k.contacts")),
        CompanyColumn::OpenDeals => of_counters(SortKey::of("k.open_deals_value")),
        CompanyColumn::LastContact => of_counters(SortKey::of("k.last_contact_ms")),
    }
}

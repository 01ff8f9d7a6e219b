//! The list of companies: one page of it in one round trip, and what its filter menus offer.

use crate::{
    Store, StoreError,
    error::authorize,
    rows::{known, time_of_ms, uint},
    search::{self, Needle, count_hits},
    sql::{Sql, sql},
    tags::Tag,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    companies::{CompanyColumn, CompanyQuery, CompanySize, CompanyStatus},
    fold::fold,
    ids::{CompanyId, TagId},
    money::Money,
    page::PAGE_SIZE,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use uuid::Uuid;

/// A filtered list's total is counted no further than this: past it nobody reads the exact figure, and counting on
/// would cost the whole table.
pub const COUNT_CAP: u64 = 10_000;

/// Industries offered in the filter menu at most.
const INDUSTRIES_MAX: i64 = 200;

/// Past this offset a page is reached from the list's nearer end, at the price of one more round trip.
const FAR: u64 = 2_000;

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyList {
    /// Its rows, at most [`PAGE_SIZE`].
    pub rows: Vec<CompanyRow>,
    /// How many rows all pages have together.
    pub total: Total,
}

/// How many rows a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// The figure.
    pub count: u64,
    /// There are more than `count`, which is [`COUNT_CAP`].
    pub capped: bool,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyRow {
    /// Which company.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
    /// Its line of business.
    pub industry: Option<String>,
    /// How many people work there.
    pub size: Option<CompanySize>,
    /// Where we stand with it.
    pub status: CompanyStatus,
    /// Its tags, by name.
    pub tags: Vec<Tag>,
    /// How many contacts it has.
    pub contacts_count: u64,
    /// What its open deals are worth together.
    pub open_deals_value: Money,
    /// How many open deals it has.
    pub open_deals_count: u64,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When somebody there was last talked to.
    pub last_contact_at: Option<DateTime<Utc>>,
}

/// What the list's filter menus offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyFilters {
    /// Every line of business in use, by name.
    pub industries: Vec<String>,
    /// Every tag, by name.
    pub tags: Vec<Tag>,
}

impl Store {
    /// One page of the companies that match, and how many match: one round trip, and one before it for a page far from the
    /// list's start or, on SQLite, for a search.
    pub async fn companies(&self, actor: &Actor, query: &CompanyQuery) -> Result<CompanyList, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let db = self.read();
        let mut window = Window { limit: PAGE_SIZE, offset: query.page.offset(), from_end: false };
        if window.offset > FAR && !query.is_filtered() {
            window = window.turned_to_nearer_end(counted(db, actor).await?);
        }
        let needle = Needle::of(&query.q);
        let hits = match needle.phrases(db.get_database_backend()) {
            Some(phrases) => {
                let number = count_hits(db, actor.workspace_id.0, "companies", &phrases, COUNT_CAP + 1).await?;
                Some(Hits { phrases, number })
            }
            None => None,
        };
        let rows: Vec<ListRow> = page(actor, query, &needle, hits.as_ref(), window).all(db).await?;
        let total = uint(rows.first().map_or(0, |row| row.total));
        let mut companies = gather(rows)?;
        if window.from_end {
            companies.reverse();
        }
        let capped = query.is_filtered() && total > COUNT_CAP;
        Ok(CompanyList { rows: companies, total: Total { count: if capped { COUNT_CAP } else { total }, capped } })
    }

    /// What the filter menus of the list offer, in one round trip.
    pub async fn company_filters(&self, actor: &Actor) -> Result<CompanyFilters, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        // Each step seeks the next industry in the index, so that it costs as many seeks as there are industries, not
        // as many rows as there are companies.
        let statement = sql(
            "WITH RECURSIVE keys (industry_key, place) AS (
               SELECT (SELECT industry_key FROM companies WHERE workspace_id = $1 AND deleted_at IS NULL AND industry_key > ''
                       ORDER BY industry_key LIMIT 1), 1
               UNION ALL
               SELECT (SELECT c.industry_key FROM companies c
                       WHERE c.workspace_id = $1 AND c.deleted_at IS NULL AND c.industry_key > k.industry_key
                       ORDER BY c.industry_key LIMIT 1), k.place + 1
               FROM keys k WHERE k.industry_key IS NOT NULL AND k.place < $2
             )
             SELECT NULL AS id,
               (SELECT c.industry FROM companies c WHERE c.workspace_id = $1 AND c.deleted_at IS NULL AND c.industry_key = k.industry_key
                ORDER BY c.industry_key, c.id LIMIT 1) AS name,
               NULL AS color, k.industry_key AS name_key
             FROM keys k WHERE k.industry_key IS NOT NULL
             UNION ALL
             SELECT id, name, color, name_key FROM tags WHERE workspace_id = $1
             ORDER BY name_key",
            [actor.workspace_id.0.into(), INDUSTRIES_MAX.into()],
        );
        let mut filters = CompanyFilters { industries: vec![], tags: vec![] };
        for row in statement.all::<FilterRow>(self.read()).await? {
            match (row.id, row.name, row.color) {
                (Some(id), Some(name), Some(color)) => filters.tags.push(Tag { id: TagId(id), name, color }),
                (_, name, _) => filters.industries.extend(name),
            }
        }
        Ok(filters)
    }
}

/// Which rows of the ordered list a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    limit: u64,
    offset: u64,
    /// Counted from the last row, in the opposite order.
    from_end: bool,
}

impl Window {
    /// The same rows of a list of `total`, counted from whichever end is nearer.
    fn turned_to_nearer_end(self, total: u64) -> Self {
        let end = total.min(self.offset + self.limit);
        if self.offset >= total || self.offset <= total / 2 {
            return self;
        }
        Self { limit: end - self.offset, offset: total - end, from_end: true }
    }
}

#[derive(Debug, FromQueryResult)]
struct ListRow {
    total: i64,
    id: Option<Uuid>,
    name: Option<String>,
    industry: Option<String>,
    size: Option<i16>,
    status: Option<String>,
    updated_at: Option<DateTime<Utc>>,
    contacts: Option<i64>,
    open_deals: Option<i64>,
    open_deals_value: Option<i64>,
    last_contact_ms: Option<i64>,
    tag_id: Option<Uuid>,
    tag_name: Option<String>,
    tag_color: Option<String>,
}

#[derive(Debug, FromQueryResult)]
struct FilterRow {
    id: Option<Uuid>,
    name: Option<String>,
    color: Option<String>,
}

/// The workspace's companies by its counter.
async fn counted(db: &impl ConnectionTrait, actor: &Actor) -> Result<u64, DbErr> {
    #[derive(FromQueryResult)]
    struct Count {
        companies: i64,
    }
    let statement = sql("SELECT companies FROM workspace_counters WHERE workspace_id = $1", [actor.workspace_id.0.into()]);
    Ok(uint(statement.one::<Count>(db).await?.map_or(0, |row| row.companies)))
}

/// What SQLite's search index finds: the phrases, and how many rows, counted to just past [`COUNT_CAP`].
struct Hits {
    phrases: String,
    number: u64,
}

/// The statement of one page. Its innermost part walks the index for ids alone and leaves off after the page; only the
/// page's own rows are then read whole and joined to their counters and tags. A page past the end still answers one
/// row, with the total and nothing else.
fn page(actor: &Actor, query: &CompanyQuery, needle: &Needle, hits: Option<&Hits>, window: Window) -> Sql {
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let total = total(&mut sql, query, needle, hits);
    let few = hits.filter(|hits| hits.number <= search::FEW);
    let (from, conditions) = matching(&mut sql, query, needle, few);
    let Order { key, id, of_counters } = order(query.sort.by);
    // A company in the bin has no counters, so that their index alone gives the list's order.
    let (from, conditions) = match of_counters {
        true if query.is_filtered() => {
            (format!("{from} JOIN company_counters k ON k.workspace_id = $1 AND k.company_id = c.id"), conditions)
        }
        true => ("company_counters k".to_owned(), "k.workspace_id = $1".to_owned()),
        false => (from, conditions),
    };
    let direction = if query.sort.descending != window.from_end { "DESC" } else { "ASC" };
    let limit = sql.bind(window.limit as i64);
    let offset = sql.bind(window.offset as i64);
    sql.push(&format!(
        "SELECT head.total, c.id, c.name, c.industry, c.size, c.status, c.updated_at,
           k.contacts, k.open_deals, k.open_deals_value, k.last_contact_ms,
           t.id AS tag_id, t.name AS tag_name, t.color AS tag_color
         FROM (SELECT {total} AS total) AS head
         LEFT JOIN (SELECT {id} AS id, {key} AS sort_key FROM {from} WHERE {conditions}
                    ORDER BY {key} {direction}, {id} {direction} LIMIT {limit} OFFSET {offset}) AS page ON 1 = 1
         LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = page.id
         LEFT JOIN company_counters k ON k.workspace_id = $1 AND k.company_id = page.id
         LEFT JOIN company_tags ct ON ct.workspace_id = $1 AND ct.company_id = page.id
         LEFT JOIN tags t ON t.workspace_id = $1 AND t.id = ct.tag_id
         ORDER BY page.sort_key {direction}, page.id {direction}, t.name_key"
    ));
    sql
}

/// How many companies match: the workspace's counter if all do, else a count to just past [`COUNT_CAP`].
fn total(sql: &mut Sql, query: &CompanyQuery, needle: &Needle, hits: Option<&Hits>) -> String {
    if !query.is_filtered() {
        return "COALESCE((SELECT companies FROM workspace_counters WHERE workspace_id = $1), 0)".to_owned();
    }
    let only_searched = CompanyQuery { q: String::new(), ..query.clone() };
    if let Some(hits) = hits.filter(|_| needle.is_all_indexed() && !only_searched.is_filtered()) {
        return sql.bind(hits.number as i64);
    }
    let (from, conditions) = matching(sql, query, needle, hits);
    let most = sql.bind(COUNT_CAP as i64 + 1);
    format!("(SELECT count(*) FROM (SELECT 1 FROM {from} WHERE {conditions} LIMIT {most}) AS matching)")
}

/// Where the matching companies are, as `c`, and what they must satisfy: by SQLite's search index if hits are given, else
/// in the order of the list.
fn matching(sql: &mut Sql, query: &CompanyQuery, needle: &Needle, hits: Option<&Hits>) -> (String, String) {
    let mut all = vec!["c.workspace_id = $1".to_owned(), "c.deleted_at IS NULL".to_owned()];
    let from = match hits {
        Some(hits) => {
            let (from, condition) = search::hits(sql, "companies", &hits.phrases);
            all.push(condition);
            all.extend(needle.rest(sql, "c"));
            format!("{from} CROSS JOIN companies c ON c.workspace_id = $1 AND c.id = d.id")
        }
        None => {
            all.extend(needle.scanned(sql, "c"));
            "companies c".to_owned()
        }
    };
    if !query.industry.is_empty() {
        all.push(format!("c.industry_key IN ({})", sql.bind_all(query.industry.iter().map(|industry| fold(industry)))));
    }
    if !query.size.is_empty() {
        all.push(format!("c.size IN ({})", sql.bind_all(query.size.iter().map(|size| size.rank()))));
    }
    if !query.status.is_empty() {
        all.push(format!("c.status IN ({})", sql.bind_all(query.status.iter().map(|status| status.slug()))));
    }
    if !query.tag.is_empty() {
        let tags = sql.bind_all(query.tag.iter().map(|tag| tag.0));
        all.push(format!(
            "EXISTS (SELECT 1 FROM company_tags ct WHERE ct.workspace_id = $1 AND ct.company_id = c.id AND ct.tag_id IN ({tags}))"
        ));
    }
    (from, all.join(" AND "))
}

/// What a column sorts by, and the id that breaks ties in the same index.
struct Order {
    key: &'static str,
    id: &'static str,
    of_counters: bool,
}

fn order(column: CompanyColumn) -> Order {
    let of_company = |key| Order { key, id: "c.id", of_counters: false };
    let of_counters = |key| Order { key, id: "k.company_id", of_counters: true };
    match column {
        CompanyColumn::Name => of_company("c.name_key"),
        CompanyColumn::Industry => of_company("c.industry_key"),
        CompanyColumn::Size => of_company("c.size"),
        CompanyColumn::Status => of_company("c.status"),
        CompanyColumn::UpdatedAt => of_company("c.updated_at"),
        CompanyColumn::Contacts => of_counters("k.contacts"),
        CompanyColumn::OpenDeals => of_counters("k.open_deals_value"),
    }
}

/// One company a row, from one row a tag.
fn gather(rows: Vec<ListRow>) -> Result<Vec<CompanyRow>, StoreError> {
    let mut companies: Vec<CompanyRow> = Vec::new();
    for row in rows {
        let (Some(id), Some(name), Some(status), Some(updated_at)) = (row.id.map(CompanyId), row.name, row.status, row.updated_at) else {
            continue;
        };
        if companies.last().is_none_or(|company| company.id != id) {
            companies.push(CompanyRow {
                id,
                name,
                industry: row.industry,
                size: row.size.and_then(CompanySize::from_rank),
                status: known(CompanyStatus::from_slug(&status), "companies.status")?,
                tags: vec![],
                contacts_count: uint(row.contacts.unwrap_or_default()),
                open_deals_value: Money::from_hundredths(row.open_deals_value.unwrap_or_default()),
                open_deals_count: uint(row.open_deals.unwrap_or_default()),
                updated_at,
                last_contact_at: time_of_ms(row.last_contact_ms.unwrap_or_default()),
            });
        }
        if let (Some(company), Some(id), Some(name), Some(color)) = (companies.last_mut(), row.tag_id, row.tag_name, row.tag_color) {
            company.tags.push(Tag { id: TagId(id), name, color });
        }
    }
    Ok(companies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_far_page_is_the_same_rows_from_the_other_end() {
        let window = |offset| Window { limit: 20, offset, from_end: false };
        assert_eq!(window(40).turned_to_nearer_end(100), window(40));
        assert_eq!(window(80).turned_to_nearer_end(95), Window { limit: 15, offset: 0, from_end: true });
        assert_eq!(window(60).turned_to_nearer_end(100), Window { limit: 20, offset: 20, from_end: true });
        assert_eq!(window(200).turned_to_nearer_end(95), window(200));
    }
}

//! The list of companies: one page of it in one round trip, and what its filter menus offer.

use crate::{
    Store, StoreError,
    error::authorize,
    rows::{known, time_of_ms, uint},
    search,
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
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
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
    /// One page of the companies that match, and how many match.
    pub async fn companies(&self, actor: &Actor, query: &CompanyQuery) -> Result<CompanyList, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let db = self.read();
        let mut window = Window { limit: PAGE_SIZE, offset: query.page.offset(), from_end: false };
        if window.offset > FAR && !query.is_filtered() {
            window = window.from_nearer_end(counted(db, actor).await?);
        }
        let rows: Vec<ListRow> = page(db, actor, query, window).all(db).await?;
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
    fn from_nearer_end(self, total: u64) -> Self {
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

/// The statement of one page. Its innermost part walks the index for ids alone and leaves off after the page; only the
/// page's own rows are then read whole and joined to their counters and tags. A page past the end still answers one
/// row, with the total and nothing else.
fn page(db: &impl ConnectionTrait, actor: &Actor, query: &CompanyQuery, window: Window) -> Sql {
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let conditions = conditions(&mut sql, db, query);
    let total = if query.is_filtered() {
        let most = sql.bind(Value::from(COUNT_CAP as i64 + 1));
        format!("(SELECT count(*) FROM (SELECT 1 FROM companies c WHERE {conditions} LIMIT {most}) AS matching)")
    } else {
        "COALESCE((SELECT companies FROM workspace_counters WHERE workspace_id = $1), 0)".to_owned()
    };
    let (key, id, from) = order(query.sort.by);
    let direction = if query.sort.descending != window.from_end { "DESC" } else { "ASC" };
    let limit = sql.bind(window.limit as i64);
    let offset = sql.bind(window.offset as i64);
    sql.push(&format!(
        "SELECT head.total, c.id, c.name, c.industry, c.size, c.status, c.updated_at,
           k.contacts, k.open_deals, k.open_deals_value, k.last_contact_ms,
           t.id AS tag_id, t.name AS tag_name, t.color AS tag_color
         FROM (SELECT {total} AS total) AS head
         LEFT JOIN (SELECT c.id, {key} AS sort_key FROM {from} WHERE {conditions}
                    ORDER BY {key} {direction}, {id} {direction} LIMIT {limit} OFFSET {offset}) AS page ON 1 = 1
         LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = page.id
         LEFT JOIN company_counters k ON k.workspace_id = $1 AND k.company_id = page.id
         LEFT JOIN company_tags ct ON ct.workspace_id = $1 AND ct.company_id = page.id
         LEFT JOIN tags t ON t.workspace_id = $1 AND t.id = ct.tag_id
         ORDER BY page.sort_key {direction}, page.id {direction}, t.name_key"
    ));
    sql
}

/// What a company must satisfy to be in the list.
fn conditions(sql: &mut Sql, db: &impl ConnectionTrait, query: &CompanyQuery) -> String {
    let mut all = vec!["c.workspace_id = $1".to_owned(), "c.deleted_at IS NULL".to_owned()];
    all.extend(search::matches(sql, db.get_database_backend(), "companies", "c", &query.q));
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
    all.join(" AND ")
}

/// What a column sorts by, the id that breaks ties under the same index, and the tables that index belongs to.
fn order(column: CompanyColumn) -> (&'static str, &'static str, &'static str) {
    const COMPANIES: &str = "companies c";
    const COUNTERS: &str = "company_counters k JOIN companies c ON c.workspace_id = $1 AND c.id = k.company_id AND k.workspace_id = $1";
    match column {
        CompanyColumn::Name => ("c.name_key", "c.id", COMPANIES),
        CompanyColumn::Industry => ("c.industry_key", "c.id", COMPANIES),
        CompanyColumn::Size => ("c.size", "c.id", COMPANIES),
        CompanyColumn::Status => ("c.status", "c.id", COMPANIES),
        CompanyColumn::UpdatedAt => ("c.updated_at", "c.id", COMPANIES),
        CompanyColumn::Contacts => ("k.contacts", "k.company_id", COUNTERS),
        CompanyColumn::OpenDeals => ("k.open_deals_value", "k.company_id", COUNTERS),
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
        assert_eq!(window(40).from_nearer_end(100), window(40));
        assert_eq!(window(80).from_nearer_end(95), Window { limit: 15, offset: 0, from_end: true });
        assert_eq!(window(60).from_nearer_end(100), Window { limit: 20, offset: 20, from_end: true });
        assert_eq!(window(200).from_nearer_end(95), window(200));
    }
}

//! The list of companies: one page of it in one round trip.

use super::page::{ids_sql, page_sql, sort_key};
use crate::{
    Store, StoreError,
    database::rows::{decode_enum, from_unix_ms, to_u64},
    error::authorize,
    lists::{
        ordered_ids::MOVING_ORDER_CACHED,
        page::{ListCache, ListPlan, Total},
        search::SearchTerms,
    },
    tags::Tag,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    companies::{CompanyColumn, CompanyQuery, CompanySize, CompanyStatus},
    decision_makers::{CONTACT_DAYS, DecisionGap},
    ids::{CompanyId, TagId, UserId},
    money::Money,
    page::ListQuery,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyList {
    /// Its rows, at most those of the query's page size.
    pub rows: Vec<CompanyRow>,
    /// Number of rows of all pages.
    pub total: Total,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyRow {
    /// Id of the company.
    pub id: CompanyId,
    /// Id of its owner.
    pub owner_id: UserId,
    /// Its name.
    pub name: String,
    /// Its industry.
    pub industry: Option<String>,
    /// Its size in employees.
    pub size: Option<CompanySize>,
    /// Its status.
    pub status: CompanyStatus,
    /// Website, if that column is shown, as the further ones that may be missing.
    pub website: Option<String>,
    /// Telephone number as typed.
    pub phone: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Tax code.
    pub tax_code: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// The owner's name, if that column is shown.
    pub owner_name: Option<String>,
    /// Its tags, by name.
    pub tags: Vec<Tag>,
    /// Number of contacts.
    pub contacts_count: u64,
    /// Value of its open deals.
    pub open_deals_value: Money,
    /// Number of open deals.
    pub open_deals_count: u64,
    /// Time at which it was added.
    pub created_at: DateTime<Utc>,
    /// Time of its latest change.
    pub updated_at: DateTime<Utc>,
    /// Time of the latest call, email, message or meeting with it that has happened.
    pub last_contact_at: Option<DateTime<Utc>>,
    /// When it was archived; `None` if it is not.
    pub archived_at: Option<DateTime<Utc>>,
}

impl Store {
    /// One page of the companies that match, and how many match: one round trip, and one before it for a page far from the
    /// list's start or, on SQLite, for a search.
    pub async fn companies(&self, actor: &Actor, query: &CompanyQuery) -> Result<CompanyList, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let db = self.read();
        let (range, length) = self.locate_page(actor, query, |counts| counts.companies).await?;
        let now = self.now();
        let next_change = match query.decision.contains(&DecisionGap::NotContacted) {
            true => Some(self.next_contact_change(actor, CONTACT_DAYS).await?),
            false => None,
        };
        let terms = SearchTerms::parse(&query.q).archived(query.archived);
        // Planned contacts come by themselves, and the job that brings the column up to date runs each minute.
        // An owner who renames themselves does so in one of their workspaces.
        let moves = matches!(query.layout.sort.by, CompanyColumn::LastContact | CompanyColumn::Owner);
        let next_order = moves.then(|| now + MOVING_ORDER_CACHED);
        let until = [next_change, next_order].into_iter().flatten().min();
        let mut plan = ListPlan::build(self, actor, "companies", terms, ListCache::of(query, sort_key(query), until)).await?;
        plan.find_ids(self, actor, (range, length), |plan, most| ids_sql(actor, query, plan, now, most)).await?;
        let rows: Vec<ListRow> = page_sql(actor, query, &plan, range, now).all(db).await?;
        let matching = rows.first().map_or(0, |row| to_u64(row.total));
        plan.cache_total(self, actor, matching);
        let total = Total::of(matching, query.is_filtered());
        let mut companies = group_rows(rows)?;
        if range.from_end {
            companies.reverse();
        }
        Ok(CompanyList { rows: companies, total })
    }
}

#[derive(Debug, FromQueryResult)]
struct ListRow {
    total: i64,
    id: Option<Uuid>,
    name: Option<String>,
    owner_id: Option<Uuid>,
    industry: Option<String>,
    size: Option<i16>,
    status: Option<String>,
    created_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
    website: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    tax_code: Option<String>,
    address: Option<String>,
    owner_name: Option<String>,
    archived_at: Option<DateTime<Utc>>,
    contacts: Option<i64>,
    open_deals: Option<i64>,
    open_deals_value: Option<i64>,
    last_contact_ms: Option<i64>,
    tag_id: Option<Uuid>,
    tag_name: Option<String>,
    tag_color: Option<String>,
}

/// Groups rows, one per tag, by company.
fn group_rows(rows: Vec<ListRow>) -> Result<Vec<CompanyRow>, StoreError> {
    let mut companies: Vec<CompanyRow> = Vec::new();
    for row in rows {
        let (Some(id), Some(owner_id), Some(name), Some(status), Some(created_at), Some(updated_at)) =
            (row.id.map(CompanyId), row.owner_id.map(UserId), row.name, row.status, row.created_at, row.updated_at)
        else {
            continue;
        };
        if companies.last().is_none_or(|company| company.id != id) {
            companies.push(CompanyRow {
                id,
                owner_id,
                name,
                industry: row.industry,
                size: row.size.and_then(CompanySize::from_rank),
                status: decode_enum(CompanyStatus::from_slug(&status), "companies.status")?,
                website: row.website,
                phone: row.phone,
                email: row.email,
                tax_code: row.tax_code,
                address: row.address,
                owner_name: row.owner_name,
                tags: vec![],
                contacts_count: to_u64(row.contacts.unwrap_or_default()),
                open_deals_value: Money::from_hundredths(row.open_deals_value.unwrap_or_default()),
                open_deals_count: to_u64(row.open_deals.unwrap_or_default()),
                created_at,
                updated_at,
                archived_at: row.archived_at,
                last_contact_at: from_unix_ms(row.last_contact_ms.unwrap_or_default()),
            });
        }
        if let (Some(company), Some(id), Some(name), Some(color)) = (companies.last_mut(), row.tag_id, row.tag_name, row.tag_color) {
            company.tags.push(Tag { id: TagId(id), name, color });
        }
    }
    Ok(companies)
}

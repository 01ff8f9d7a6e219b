//! The list of contacts: one page in one round trip, and the options of its filter menus.

use super::{
    detail::level_of,
    page::{ids_sql, page_sql, sort_key},
};
use crate::{
    Store, StoreError,
    database::{cache::Cached, rows::to_u64},
    error::authorize,
    lists::{
        filter_options::{LIVE, ValuesInUse, filter_options},
        ordered_ids::MOVING_ORDER_CACHED,
        page::{ListCache, ListPlan, Total},
        search::SearchTerms,
    },
    tags::Tag,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    contacts::{AuthorityLevel, ContactColumn, ContactQuery},
    ids::{CompanyId, ContactId, TagId, UserId},
    page::ListQuery,
};
use sea_orm::FromQueryResult;
use std::sync::Arc;
use uuid::Uuid;

/// Most job titles in the filter menu.
const JOB_TITLES_MAX: i64 = 100;

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactList {
    /// Its rows, at most those of the query's page size.
    pub rows: Vec<ContactRow>,
    /// Number of rows of all pages.
    pub total: Total,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// Id of the contact.
    pub id: ContactId,
    /// Id of their owner.
    pub owner_id: UserId,
    /// Their name.
    pub name: String,
    /// Email address.
    pub email: Option<String>,
    /// Telephone number as typed.
    pub phone: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// Whether they are a decision-maker.
    pub is_decision_maker: bool,
    /// Level of authority.
    pub authority_level: Option<AuthorityLevel>,
    /// The company they are at.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub company_name: Option<String>,
    /// The contact they report to, unless that one is in the bin, if that column is shown.
    pub reports_to: Option<(ContactId, String)>,
    /// The owner's name, if that column is shown.
    pub owner_name: Option<String>,
    /// Their tags, by name.
    pub tags: Vec<Tag>,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// When they were last changed.
    pub updated_at: DateTime<Utc>,
}

/// Options of the list's filter menus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactFilters {
    /// Job titles in use, by name, at most 100.
    pub job_titles: Vec<String>,
    /// Every tag, by name.
    pub tags: Vec<Tag>,
}

impl Cached for Arc<ContactFilters> {
    type Key = ();
}

impl Store {
    /// One page of the contacts that match, and how many match: one round trip, and one before it for a page far from the
    /// list's start or, on SQLite, for a search.
    pub async fn contacts(&self, actor: &Actor, query: &ContactQuery) -> Result<ContactList, StoreError> {
        authorize(actor, Verb::Read, Entity::Contact)?;
        let db = self.read();
        let (range, length) = self.locate_page(actor, query, |counts| counts.contacts).await?;
        let now = self.now();
        let next_change = match query.not_contacted_days {
            Some(days) => Some(self.next_contact_change(actor, days.into()).await?),
            None => None,
        };
        // An owner who renames themselves does so in one of their workspaces.
        let next_order = (query.layout.sort.by == ContactColumn::Owner).then(|| now + MOVING_ORDER_CACHED);
        let until = [next_change, next_order].into_iter().flatten().min();
        let mut plan =
            ListPlan::build(self, actor, "contacts", SearchTerms::parse(&query.q), ListCache::of(query, sort_key(query), until)).await?;
        plan.find_ids(self, actor, (range, length), |plan, most| ids_sql(actor, query, plan, now, most)).await?;
        let rows: Vec<ListRow> = page_sql(actor, query, &plan, range, now).all(db).await?;
        let matching = rows.first().map_or(0, |row| to_u64(row.total));
        plan.cache_total(self, actor, matching);
        let total = Total::of(matching, query.is_filtered());
        let mut contacts = group_rows(rows)?;
        if range.from_end {
            contacts.reverse();
        }
        Ok(ContactList { rows: contacts, total })
    }

    /// Options of the filter menus of the list, cached; else read in one round trip.
    pub async fn contact_filters(&self, actor: &Actor) -> Result<Arc<ContactFilters>, StoreError> {
        authorize(actor, Verb::Read, Entity::Contact)?;
        self.get_or_load(actor, (), self.read_contact_filters(actor)).await
    }

    async fn read_contact_filters(&self, actor: &Actor) -> Result<Arc<ContactFilters>, StoreError> {
        let values = ValuesInUse { table: "contacts", column: "job_title", rows: LIVE, limit: JOB_TITLES_MAX };
        let options = filter_options(self.read(), actor.workspace_id.0, values).await?;
        Ok(Arc::new(ContactFilters { job_titles: options.values, tags: options.tags }))
    }
}

#[derive(Debug, FromQueryResult)]
struct ListRow {
    total: i64,
    id: Option<Uuid>,
    name: Option<String>,
    owner_id: Option<Uuid>,
    email: Option<String>,
    phone: Option<String>,
    job_title: Option<String>,
    is_decision_maker: Option<bool>,
    authority_level: Option<String>,
    company_id: Option<Uuid>,
    company_name: Option<String>,
    reports_to_id: Option<Uuid>,
    reports_to_name: Option<String>,
    owner_name: Option<String>,
    created_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
    tag_id: Option<Uuid>,
    tag_name: Option<String>,
    tag_color: Option<String>,
}

/// Groups rows, one per tag, by contact.
fn group_rows(rows: Vec<ListRow>) -> Result<Vec<ContactRow>, StoreError> {
    let mut contacts: Vec<ContactRow> = Vec::new();
    for row in rows {
        let (Some(id), Some(owner_id), Some(name), Some(created_at), Some(updated_at)) =
            (row.id.map(ContactId), row.owner_id.map(UserId), row.name, row.created_at, row.updated_at)
        else {
            continue;
        };
        if contacts.last().is_none_or(|contact| contact.id != id) {
            contacts.push(ContactRow {
                id,
                owner_id,
                name,
                email: row.email,
                phone: row.phone,
                job_title: row.job_title,
                is_decision_maker: row.is_decision_maker.unwrap_or_default(),
                authority_level: level_of(row.authority_level)?,
                company_id: row.company_id.map(CompanyId),
                company_name: row.company_name,
                reports_to: row.reports_to_id.map(ContactId).zip(row.reports_to_name),
                owner_name: row.owner_name,
                tags: vec![],
                created_at,
                updated_at,
            });
        }
        if let (Some(contact), Some(id), Some(name), Some(color)) = (contacts.last_mut(), row.tag_id, row.tag_name, row.tag_color) {
            contact.tags.push(Tag { id: TagId(id), name, color });
        }
    }
    Ok(contacts)
}

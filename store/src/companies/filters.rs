//! Options of the filter menus of the list of companies.

use crate::{
    Store, StoreError,
    database::{cache::Cached, sql::sql},
    error::authorize,
    tags::{TAGS_LISTED, Tag},
};
use domain::{
    access::{Actor, Entity, Verb},
    ids::TagId,
};
use sea_orm::FromQueryResult;
use std::sync::Arc;
use uuid::Uuid;

/// Most industries in the filter menu.
const INDUSTRIES_MAX: i64 = 200;

/// Options of the list's filter menus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyFilters {
    /// Industries in use, by name, at most 200.
    pub industries: Vec<String>,
    /// Every tag, by name.
    pub tags: Vec<Tag>,
}

impl Cached for Arc<CompanyFilters> {
    type Key = ();
}

impl Store {
    /// Options of the filter menus of the list, cached; else read in one round trip.
    pub async fn company_filters(&self, actor: &Actor) -> Result<Arc<CompanyFilters>, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        self.get_or_load(actor, (), self.read_company_filters(actor)).await
    }

    async fn read_company_filters(&self, actor: &Actor) -> Result<Arc<CompanyFilters>, StoreError> {
        // Each step seeks the next industry in the index, so that it costs as many seeks as there are industries, not
        // as many rows as there are companies.
        let text = format!(
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
             SELECT id, name, color, name_key
             FROM (SELECT id, name, color, name_key FROM tags WHERE workspace_id = $1 ORDER BY name_key LIMIT {TAGS_LISTED}) AS listed
             ORDER BY name_key"
        );
        let statement = sql(&text, [actor.workspace_id.0.into(), INDUSTRIES_MAX.into()]);
        let mut filters = CompanyFilters { industries: vec![], tags: vec![] };
        for row in statement.all::<FilterRow>(self.read()).await? {
            match (row.id, row.name, row.color) {
                (Some(id), Some(name), Some(color)) => filters.tags.push(Tag { id: TagId(id), name, color }),
                (_, name, _) => filters.industries.extend(name),
            }
        }
        Ok(Arc::new(filters))
    }
}

#[derive(Debug, FromQueryResult)]
struct FilterRow {
    id: Option<Uuid>,
    name: Option<String>,
    color: Option<String>,
}

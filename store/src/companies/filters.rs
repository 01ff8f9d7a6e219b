//! What the filter menus of the list of companies offer, kept in memory for as long as nothing changes.
//!
//! Most views of the list never open a menu, and what is in them seldom changes. Every change of a workspace has a number,
//! its audit row's; the list is read with the newest one, so the choices read at that number still hold.

use super::list::CompanyList;
use crate::{Store, StoreError, error::authorize, sql::sql, tags::Tag};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{TagId, WorkspaceId},
};
use sea_orm::FromQueryResult;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use uuid::Uuid;

/// Industries offered in the filter menu at most.
const INDUSTRIES_MAX: i64 = 200;

/// Workspaces whose choices are kept at most: some 10 kB each.
const KEPT_MAX: usize = 256;

/// What the list's filter menus offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyFilters {
    /// Every line of business in use, by name.
    pub industries: Vec<String>,
    /// Every tag, by name.
    pub tags: Vec<Tag>,
}

/// The choices of some workspaces, each with the number of the change they were read after.
#[derive(Debug, Default)]
pub(crate) struct FilterCache(Mutex<HashMap<WorkspaceId, (i64, Arc<CompanyFilters>)>>);

impl FilterCache {
    fn get(&self, workspace: WorkspaceId, change: i64) -> Option<Arc<CompanyFilters>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&workspace).filter(|(then, _)| *then == change).map(|(_, filters)| Arc::clone(filters))
    }

    fn put(&self, workspace: WorkspaceId, change: i64, filters: &Arc<CompanyFilters>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX && !kept.contains_key(&workspace) {
            kept.clear();
        }
        kept.insert(workspace, (change, Arc::clone(filters)));
    }
}

impl Store {
    /// What the filter menus offer beside this list: from memory unless something changed in between. What is read here may
    /// be newer than the list, never older.
    pub async fn company_filters_for(&self, actor: &Actor, list: &CompanyList) -> Result<Arc<CompanyFilters>, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        if let Some(filters) = self.company_filters.get(actor.workspace_id, list.change) {
            return Ok(filters);
        }
        let filters = Arc::new(self.company_filters(actor).await?);
        self.company_filters.put(actor.workspace_id, list.change, &filters);
        Ok(filters)
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

#[derive(Debug, FromQueryResult)]
struct FilterRow {
    id: Option<Uuid>,
    name: Option<String>,
    color: Option<String>,
}

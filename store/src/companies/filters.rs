//! Options of the filter menus of the list of companies.

use crate::{
    Store, StoreError,
    database::cache::Cached,
    error::authorize,
    lists::filter_options::{ValuesInUse, filter_options},
    tags::Tag,
};
use domain::{
    access::{Actor, Entity, Verb},
    companies::Archived,
};
use std::sync::Arc;

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
    type Key = Archived;
}

impl Store {
    /// Options of the filter menus of the list without archived companies, with them or of them alone, cached; else read in one round trip.
    pub async fn company_filters(&self, actor: &Actor, archived: Archived) -> Result<Arc<CompanyFilters>, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        self.get_or_load(actor, archived, self.read_company_filters(actor, archived)).await
    }

    async fn read_company_filters(&self, actor: &Actor, archived: Archived) -> Result<Arc<CompanyFilters>, StoreError> {
        let listed = match archived {
            Archived::No => "deleted_at IS NULL AND archived_at IS NULL",
            Archived::Only => "deleted_at IS NULL AND archived_at IS NOT NULL",
            Archived::Any => "deleted_at IS NULL",
        };
        let values = ValuesInUse { table: "companies", column: "industry", rows: listed, limit: INDUSTRIES_MAX };
        let options = filter_options(self.read(), actor.workspace_id.0, values).await?;
        Ok(Arc::new(CompanyFilters { industries: options.values, tags: options.tags }))
    }
}

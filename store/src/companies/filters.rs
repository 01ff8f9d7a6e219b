//! Options of the filter menus of the list of companies.

use crate::{Store, StoreError, database::cache::Cached, error::authorize, lists::filter_options::filter_options, tags::Tag};
use domain::access::{Actor, Entity, Verb};
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
    type Key = ();
}

impl Store {
    /// Options of the filter menus of the list, cached; else read in one round trip.
    pub async fn company_filters(&self, actor: &Actor) -> Result<Arc<CompanyFilters>, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        self.get_or_load(actor, (), self.read_company_filters(actor)).await
    }

    async fn read_company_filters(&self, actor: &Actor) -> Result<Arc<CompanyFilters>, StoreError> {
        let options = filter_options(self.read(), actor.workspace_id.0, "companies", "industry", INDUSTRIES_MAX).await?;
        Ok(Arc::new(CompanyFilters { industries: options.values, tags: options.tags }))
    }
}

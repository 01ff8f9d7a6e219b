//! Options of the menus of sources and lost reasons in the filter of deals.

use crate::{
    Store, StoreError,
    database::cache::Cached,
    error::authorize,
    lists::filter_options::{LIVE, ValuesInUse, filter_options},
};
use domain::access::{Actor, Entity, Verb};
use std::sync::Arc;

/// Most values in a menu.
const VALUES_MAX: i64 = 100;

/// Sources and lost reasons in use, by name, at most 100 each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealFilterValues {
    /// Sources.
    pub sources: Vec<String>,
    /// Lost reasons.
    pub lost_reasons: Vec<String>,
}

impl Cached for Arc<DealFilterValues> {
    type Key = ();
}

impl Store {
    /// The values in use, cached; else read in two round trips.
    pub async fn deal_filter_values(&self, actor: &Actor) -> Result<Arc<DealFilterValues>, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        self.get_or_load(actor, (), self.read_deal_filter_values(actor)).await
    }

    async fn read_deal_filter_values(&self, actor: &Actor) -> Result<Arc<DealFilterValues>, StoreError> {
        let in_use = |column| {
            let values = ValuesInUse { table: "deals", column, rows: LIVE, limit: VALUES_MAX };
            filter_options(self.read(), actor.workspace_id.0, values)
        };
        let (sources, lost_reasons) = tokio::try_join!(in_use("source"), in_use("lost_reason"))?;
        Ok(Arc::new(DealFilterValues { sources: sources.values, lost_reasons: lost_reasons.values }))
    }
}

//! The dashboard: its figures, and the first records of its lists. Both are one statement, run at once, and are cached together.

mod figures;
mod records;

pub use figures::{ActivityTypeFigures, DashboardFigures, PeriodTotals, StageFigures};
pub use records::{DashboardActivity, DashboardCompany, DashboardContact, DashboardDeal, DashboardRecords};

use crate::{Store, StoreError, TimeRange, database::cache::Cached, error::authorize, lists::ordered_ids::MOVING_ORDER_CACHED};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    dashboard::DashboardLists,
    ids::UserId,
};
use std::sync::Arc;

/// What the dashboard shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dashboard {
    /// Its figures.
    pub figures: DashboardFigures,
    /// The first records of its lists.
    pub records: DashboardRecords,
}

/// The times that the dashboard is about.
#[derive(Debug, Clone, Copy)]
pub struct DashboardTimes {
    /// Today, in the workspace's time zone.
    pub today: NaiveDate,
    /// This week.
    pub week_utc: TimeRange,
    /// This month.
    pub month_utc: TimeRange,
}

/// A dashboard, and the time until which it is right if nothing is written.
#[derive(Debug, Clone)]
struct CachedDashboard {
    dashboard: Arc<Dashboard>,
    until: DateTime<Utc>,
}

impl Cached for CachedDashboard {
    /// Whose records, and today.
    type Key = (Option<UserId>, NaiveDate);
    /// Some 20 kB each.
    const CAPACITY: usize = 256;

    fn holds_at(&self, now: DateTime<Utc>) -> bool {
        now < self.until
    }
}

impl Store {
    /// The dashboard of the actor's workspace, or of the records that an owner has there: two round trips at once, none if it is cached.
    /// A figure is what the list of it in `lists` counts and sums.
    pub async fn dashboard(&self, actor: &Actor, lists: &DashboardLists, times: DashboardTimes) -> Result<Arc<Dashboard>, StoreError> {
        for entity in [Entity::Company, Entity::Contact, Entity::Deal, Entity::Activity] {
            authorize(actor, Verb::Read, entity)?;
        }
        let cached = self.get_or_load(actor, (lists.owner, times.today), self.read_dashboard(actor, lists, times)).await?;
        Ok(cached.dashboard)
    }

    async fn read_dashboard(&self, actor: &Actor, lists: &DashboardLists, times: DashboardTimes) -> Result<CachedDashboard, StoreError> {
        let now = self.now();
        let figures = figures::read(self.read(), actor, lists, times, now);
        let records = records::read(self.read(), actor, lists, now);
        let ((figures, changes), records) = tokio::try_join!(figures, records)?;
        // A user who renames themselves does so in one of their workspaces, and is named in all.
        let until = changes.into_iter().fold(now + MOVING_ORDER_CACHED, DateTime::min);
        Ok(CachedDashboard { dashboard: Arc::new(Dashboard { figures, records }), until })
    }
}

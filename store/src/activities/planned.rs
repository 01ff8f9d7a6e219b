//! Planned activities, which come without a write.

use crate::{
    Store, StoreError,
    database::{cache::Cached, sql::sql},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Actor;
use sea_orm::FromQueryResult;

/// The time of the next planned activity.
#[derive(Debug, Clone, Copy)]
struct NextPlanned(DateTime<Utc>);

impl Cached for NextPlanned {
    type Key = ();

    fn holds_at(&self, now: DateTime<Utc>) -> bool {
        now < self.0
    }
}

impl Store {
    /// The time of the next planned activity, until which the same activities are to come. At most a year ahead. Cached.
    pub(crate) async fn next_planned_activity(&self, actor: &Actor) -> Result<DateTime<Utc>, StoreError> {
        self.get_or_load(actor, (), self.read_next_planned(actor)).await.map(|NextPlanned(at)| at)
    }

    async fn read_next_planned(&self, actor: &Actor) -> Result<NextPlanned, StoreError> {
        #[derive(FromQueryResult)]
        struct Next {
            date: DateTime<Utc>,
        }
        let now = self.now();
        let text =
            "SELECT a.date FROM activities a WHERE a.workspace_id = $1 AND a.deleted_at IS NULL AND a.date > $2 ORDER BY a.date LIMIT 1";
        let next: Option<Next> = sql(text, [actor.workspace_id.0.into(), now.into()]).one(self.read()).await?;
        let limit = now + TimeDelta::days(365);
        Ok(NextPlanned(next.map_or(limit, |next| next.date.min(limit))))
    }
}

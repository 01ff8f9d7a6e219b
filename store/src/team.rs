//! Figures of the members of a workspace.

use crate::{
    Store, StoreError,
    database::{
        cache::Cached,
        rows::{decode_enum, to_u64},
        sql::{indexed_by, sql},
    },
    error::authorize,
    lists::time_range::TimeRange,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Actor, Entity, Role, Verb},
    ids::UserId,
    money::Money,
    team::TeamDays,
};
use sea_orm::FromQueryResult;
use std::{collections::HashMap, sync::Arc};
use uuid::Uuid;

/// Most members that are listed, as many as a workspace's other lists of members show.
const MEMBERS_MAX: u64 = 1_000;

/// The members of a workspace with their figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// The members, by name, at most 1,000.
    pub members: Vec<TeamMember>,
    /// Slugs of the stages whose deals are open.
    pub open_stages: Vec<String>,
}

/// A member with figures of the records that they own and that are not in the bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamMember {
    /// Id of the user.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// When they were last in this workspace, to ten minutes; `None` if no session of theirs is left that says so.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Their figures.
    pub figures: MemberFigures,
}

/// Figures of one member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemberFigures {
    /// Number of [`domain::team::activities_this_week`].
    pub activities: u64,
    /// Number of [`domain::team::open_deals`].
    pub open_deals: u64,
    /// Their value. Deals without one count as nought.
    pub open_deals_value: Money,
    /// Number of [`domain::team::overdue_deals`].
    pub overdue_deals: u64,
}

/// Figures by owner, and the slugs of the open stages.
#[derive(Debug, Default)]
struct Figures {
    of: HashMap<UserId, MemberFigures>,
    open_stages: Vec<String>,
}

impl Cached for Arc<Figures> {
    /// Today, in the workspace's time zone.
    type Key = NaiveDate;
}

#[derive(FromQueryResult)]
struct MemberRow {
    user_id: Uuid,
    name: String,
    role: String,
    session_at: Option<DateTime<Utc>>,
    entered_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct FiguresRow {
    open_stages: Option<String>,
    owner_id: Option<Uuid>,
    activities: i64,
    open_deals: i64,
    open_deals_value: i64,
    overdue_deals: i64,
}

impl Store {
    /// The members of the actor's workspace with their figures: two round trips at once, one if the figures are cached. `week_utc`: the week
    /// of `days`.
    pub async fn team(&self, actor: &Actor, days: TeamDays, week_utc: TimeRange) -> Result<Team, StoreError> {
        authorize(actor, Verb::Read, Entity::Team)?;
        let figures = self.get_or_load(actor, days.today, self.read_figures(actor, days, week_utc));
        let (rows, figures) = tokio::try_join!(self.read_members(actor), figures)?;
        let member = |row: MemberRow| {
            let user_id = UserId(row.user_id);
            Ok(TeamMember {
                user_id,
                name: row.name,
                role: decode_enum(Role::from_slug(&row.role), "memberships.role")?,
                last_seen_at: row.session_at.max(row.entered_at),
                figures: figures.of.get(&user_id).copied().unwrap_or_default(),
            })
        };
        let members = rows.into_iter().map(member).collect::<Result<_, StoreError>>()?;
        Ok(Team { members, open_stages: figures.open_stages.clone() })
    }

    async fn read_members(&self, actor: &Actor) -> Result<Vec<MemberRow>, StoreError> {
        let text = format!(
            "SELECT u.id AS user_id, u.name, m.role, m.last_entered_at AS entered_at,
               (SELECT s.last_seen_at FROM sessions s WHERE s.user_id = u.id AND s.workspace_id = $1
                ORDER BY s.last_seen_at DESC LIMIT 1) AS session_at
             FROM memberships m JOIN users u ON u.id = m.user_id
             WHERE m.workspace_id = $1 AND m.removed_at IS NULL ORDER BY u.sort_key, u.id LIMIT {MEMBERS_MAX}"
        );
        Ok(sql(&text, [actor.workspace_id.0.into()]).all(self.read()).await?)
    }

    /// One statement, which reads indexes alone. A row without an owner comes first, so that the stages are known where nobody owns anything.
    async fn read_figures(&self, actor: &Actor, days: TeamDays, week_utc: TimeRange) -> Result<Arc<Figures>, StoreError> {
        let by_filter = indexed_by(self.backend(), "deals_by_filter");
        let text = format!(
            "SELECT (SELECT string_agg(slug, ',') FROM stages WHERE workspace_id = $1 AND kind = 'open') AS open_stages,
               CAST(NULL AS uuid) AS owner_id, CAST(0 AS bigint) AS activities, CAST(0 AS bigint) AS open_deals,
               CAST(0 AS bigint) AS open_deals_value, CAST(0 AS bigint) AS overdue_deals
             UNION ALL
             SELECT NULL, d.owner_id, 0, count(*), CAST(COALESCE(SUM(d.value), 0) AS bigint),
               CAST(COALESCE(SUM(CASE WHEN d.expected_close_date < $2 THEN 1 ELSE 0 END), 0) AS bigint)
             FROM deals d {by_filter}
             WHERE d.workspace_id = $1 AND d.deleted_at IS NULL
               AND d.stage_id IN (SELECT id FROM stages WHERE workspace_id = $1 AND kind = 'open')
             GROUP BY d.owner_id
             UNION ALL
             SELECT NULL, a.owner_id, count(*), 0, 0, 0 FROM activities a
             WHERE a.workspace_id = $1 AND a.deleted_at IS NULL AND a.date >= $3 AND a.date < $4 GROUP BY a.owner_id"
        );
        let values = [actor.workspace_id.0.into(), days.today.into(), week_utc.from.into(), week_utc.until.into()];
        let rows: Vec<FiguresRow> = sql(&text, values).all(self.read()).await?;
        let mut figures = Figures::default();
        for row in rows {
            if let Some(slugs) = row.open_stages {
                figures.open_stages = slugs.split(',').map(str::to_owned).collect();
            }
            let Some(owner) = row.owner_id else { continue };
            let of = figures.of.entry(UserId(owner)).or_default();
            of.activities += to_u64(row.activities);
            of.open_deals += to_u64(row.open_deals);
            of.open_deals_value = [of.open_deals_value, Money::from_hundredths(row.open_deals_value)].into_iter().sum();
            of.overdue_deals += to_u64(row.overdue_deals);
        }
        Ok(Arc::new(figures))
    }
}

//! When a task is due, as its columns have it.

use super::series;
use crate::{
    StoreError,
    database::{
        rows::decode_enum,
        sql::{Sql, sql},
        write::WorkspaceTx,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    tasks::{Due, NO_DUE_DATE},
    time_zones::TimeZone,
};
use sea_orm::{FromQueryResult, Value};

/// The columns `due_on`, `due_at` and `due_by`.
pub(super) struct DueColumns {
    pub on: Option<NaiveDate>,
    pub at: Option<DateTime<Utc>>,
    pub by: DateTime<Utc>,
}

impl DueColumns {
    /// The columns of what is due then in this zone.
    pub fn of(due: Option<Due>, zone: TimeZone) -> Self {
        let by = due.map_or(NO_DUE_DATE, |due| due.by(zone));
        match due {
            None => Self { on: None, at: None, by },
            Some(Due::Day(day)) => Self { on: Some(day), at: None, by },
            Some(Due::Time(at)) => Self { on: None, at: Some(at), by },
        }
    }
}

/// When a task with these columns is due.
pub(crate) fn due_of_columns(on: Option<NaiveDate>, at: Option<DateTime<Utc>>) -> Option<Due> {
    on.map(Due::Day).or(at.map(Due::Time))
}

/// The workspace's time zone, read under its lock.
pub(crate) async fn zone_of(tx: &WorkspaceTx) -> Result<TimeZone, StoreError> {
    #[derive(FromQueryResult)]
    struct Zone {
        time_zone: String,
    }
    let find = sql("SELECT time_zone FROM workspaces WHERE id = $1", [tx.workspace_id().into()]);
    let found: Zone = find.one(&tx.db).await?.ok_or(StoreError::Internal)?;
    decode_enum(TimeZone::from_name(&found.time_zone), "workspaces.time_zone")
}

/// Days bound in one statement.
const DAYS_AT_ONCE: usize = 500;

/// Moves the ends of the days on which tasks are due to another time zone. Versions stay: they are due on the same days. Series go on at
/// the beginnings of the zone's days.
pub(crate) async fn move_days_to_zone(tx: &WorkspaceTx, zone: TimeZone) -> Result<(), StoreError> {
    #[derive(FromQueryResult)]
    struct Day {
        due_on: NaiveDate,
    }
    let find = "SELECT DISTINCT due_on FROM tasks WHERE workspace_id = $1 AND due_on IS NOT NULL";
    let days: Vec<Day> = sql(find, [tx.workspace_id().into()]).all(&tx.db).await?;
    for days in days.chunks(DAYS_AT_ONCE) {
        let mut update = Sql::with([tx.workspace_id().into()]);
        let ends: Vec<String> = days
            .iter()
            .map(|day| {
                let values: [Value; 2] = [day.due_on.into(), Due::Day(day.due_on).by(zone).into()];
                format!("({})", update.bind_all(values))
            })
            .collect();
        update.push(&format!(
            "UPDATE tasks SET due_by = anew.column2 FROM (VALUES {}) AS anew
             WHERE tasks.workspace_id = $1 AND tasks.due_on = anew.column1",
            ends.join(", ")
        ));
        update.execute(&tx.db).await?;
    }
    series::move_to_zone(tx, zone).await
}

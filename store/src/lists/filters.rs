//! SQL conditions of filters that several lists have.

use super::page::ListPlan;
use crate::database::sql::Sql;
use domain::{day_range::DayRange, ids::UserId};
use sea_orm::DbBackend;

/// Conditions that a row of `alias` has one of these owners, if there are any, and was added in this range of days.
pub(crate) fn record_conditions(sql: &mut Sql, plan: &ListPlan, alias: &str, owners: &[UserId], created: DayRange) -> Vec<String> {
    // With a plus sign SQLite uses no index for the column: it would read and sort all rows of a list of which many match.
    let plus = if plan.backend == DbBackend::Sqlite && plan.compares_each_row() { "+" } else { "" };
    let mut all = Vec::new();
    if !owners.is_empty() {
        all.push(format!("{plus}{alias}.owner_id IN ({})", sql.bind_all(owners.iter().map(|owner| owner.0))));
    }
    for (time, compared) in created.utc().into_iter().zip([">=", "<"]) {
        if let Some(time) = time {
            all.push(format!("{plus}{alias}.created_at {compared} {}", sql.bind(time)));
        }
    }
    all
}

//! SQL conditions of the filters that every list has.

use super::page::ListPlan;
use crate::database::sql::Sql;
use domain::{
    custom_fields::value_key,
    day_range::DayRange,
    fold::fold,
    record_filter::{FIELD, FilteredColumn, RecordFilter},
};
use sea_orm::DbBackend;

/// The rows of a list, as the filters of every list compare them.
pub(crate) struct FilteredRows<'a, C> {
    /// Alias of the rows.
    pub alias: &'a str,
    /// Their noun in `custom_field_values`.
    pub entity: &'static str,
    /// SQL of what is NULL where a column is empty. Takes the alias.
    pub value_of: fn(&str, C) -> String,
    /// Whether each row is compared by itself, in place of reading all ids that match once.
    pub each_row: bool,
    /// The database.
    pub backend: DbBackend,
}

impl<C: FilteredColumn> FilteredRows<'_, C> {
    /// Conditions of the filters.
    pub fn conditions(&self, sql: &mut Sql, filter: &RecordFilter<C>) -> Vec<String> {
        let mut all = Vec::new();
        for (range, name) in [(filter.created, "created_at"), (filter.changed, "updated_at")] {
            all.extend(times_sql(sql, &self.column(name), range));
        }
        let is = |column: &C, what: &str| format!("{} IS {what}", (self.value_of)(self.alias, *column));
        all.extend(filter.empty.iter().map(|column| is(column, "NULL")));
        all.extend(filter.filled.iter().map(|column| is(column, "NOT NULL")));
        if !filter.field.is_empty() {
            all.push(excluded_if(filter.excludes(FIELD), self.custom_field_sql(sql, filter)));
        }
        all
    }

    /// A column of the rows. With a plus sign SQLite uses no index for it: it would read and sort all rows of a list of which many match.
    pub fn column(&self, name: &str) -> String {
        let plus = if self.each_row && self.backend == DbBackend::Sqlite { "+" } else { "" };
        format!("{plus}{}.{name}", self.alias)
    }

    fn custom_field_sql(&self, sql: &mut Sql, filter: &RecordFilter<C>) -> String {
        let Self { alias, entity, .. } = self;
        let mut matching = format!("f.workspace_id = $1 AND f.entity = '{entity}' AND f.name_key = {}", sql.bind(fold(&filter.field)));
        if !filter.field_value.is_empty() {
            matching += &format!(" AND f.value_key = {}", sql.bind(value_key(&filter.field_value)));
        }
        match self.each_row {
            // LIMIT as in `tag_condition`.
            true => format!("EXISTS (SELECT 1 FROM custom_field_values f WHERE f.record_id = {alias}.id AND {matching} LIMIT 1)"),
            false => format!("{alias}.id IN (SELECT f.record_id FROM custom_field_values f WHERE {matching})"),
        }
    }
}

/// Conditions that a time is in a range of days.
pub(crate) fn times_sql(sql: &mut Sql, time: &str, range: DayRange) -> Vec<String> {
    let [from, until] = range.utc();
    let limits = [(from, ">="), (until, "<")];
    limits.into_iter().filter_map(|(limit, compared)| Some(format!("{time} {compared} {}", sql.bind(limit?)))).collect()
}

/// A condition, or that it doesn't hold. A row without a value has none of those that are excluded.
pub(crate) fn excluded_if(excluded: bool, condition: String) -> String {
    if excluded { format!("({condition}) IS NOT TRUE") } else { condition }
}

/// The rows of a list that is read by a plan.
pub(crate) fn rows_of_plan<C>(
    plan: &ListPlan,
    alias: &'static str,
    entity: &'static str,
    value_of: fn(&str, C) -> String,
) -> FilteredRows<'static, C> {
    FilteredRows { alias, entity, value_of, each_row: plan.compares_each_row(), backend: plan.backend }
}

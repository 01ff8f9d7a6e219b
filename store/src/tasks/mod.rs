//! Tasks: one task, list, writing, status, putting off, recurrence, bin.

mod bin;
mod counters;
mod detail;
mod due;
mod edit;
mod export;
mod list;
mod recent;
mod search_index;
mod series;
mod snooze;
mod status;
mod stored_keys;

pub(crate) use bin::{delete, move_to_bin, restore};
pub(crate) use counters::{count_tasks, open_of_record_sql};
pub use detail::{SeriesOfTask, TaskDetail};
pub(crate) use due::{due_of_columns, move_days_to_zone, zone_of};
pub(crate) use edit::create;
pub(crate) use export::{EXPORT_FIELDS, export_ids_sql, export_rows};
pub use list::{TaskList, TaskRow};
pub(crate) use list::{TaskTimes, all_matching_sql};
pub(crate) use recent::finished_tasks;
pub(crate) use search_index::reindex;
pub use series::{NextOccurrence, SeriesState};
pub(crate) use series::{delete_idle_series, detach, hand_over as hand_over_series, recurring_tasks, stop_series_of};
pub use snooze::Snoozed;
pub use status::StatusSet;
pub(crate) use status::{StatusBefore, put_back_status, set_status};
pub(crate) use stored_keys::STORED_KEYS;

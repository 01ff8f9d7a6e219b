//! Activities: one activity, list, writing, follow-up notes, bin.

mod bin;
mod counters;
mod detail;
mod edit;
mod export;
mod list;
mod notes;
mod planned;
mod search_index;
mod stored_keys;

pub(crate) use bin::{delete, move_to_bin, restore};
pub(crate) use counters::add_activity_counts;
pub use detail::{ActivityDetail, ActivityEdit, ActivityNote};
pub(crate) use edit::create;
pub(crate) use export::{EXPORT_FIELDS, export_ids_sql, export_rows};
pub use list::{ActivityList, ActivityRow};
pub(crate) use list::{Times, all_matching_sql, count_sql, filter_sql};
pub(crate) use search_index::{SearchFields, reindex, search_text};
pub(crate) use stored_keys::STORED_KEYS;

/// A record that an activity is linked to, as it is named now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked<Id> {
    /// Which.
    pub id: Id,
    /// Its name.
    pub name: String,
}

impl<Id> Linked<Id> {
    /// From two columns that are both set or both NULL.
    pub(crate) fn of(id: Option<uuid::Uuid>, name: Option<String>, wrap: impl Fn(uuid::Uuid) -> Id) -> Option<Self> {
        Some(Self { id: wrap(id?), name: name? })
    }
}

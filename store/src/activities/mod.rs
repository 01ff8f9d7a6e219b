//! Activities: reading one, a list of them, writing them, their follow-up notes, and the bin.

mod bin;
mod detail;
mod edit;
mod figures;
mod links;
mod list;
mod notes;

pub(crate) use bin::restore;
pub use detail::{ActivityDetail, ActivityEdit, ActivityNote};
pub(crate) use edit::create;
pub(crate) use figures::counted;
pub use list::{ActivityList, ActivityRow, Span};

/// A record that an activity is linked to, as it is named now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked<Id> {
    /// Which.
    pub id: Id,
    /// Its name.
    pub name: String,
}

impl<Id> Linked<Id> {
    /// Of two columns that are both there, or both not.
    pub(crate) fn of(id: Option<uuid::Uuid>, name: Option<String>, wrap: impl Fn(uuid::Uuid) -> Id) -> Option<Self> {
        Some(Self { id: wrap(id?), name: name? })
    }
}

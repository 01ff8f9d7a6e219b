//! The kinds of records that have a list, with columns, views, bulk changes and export.

use crate::{
    access::Entity, activities::ActivityQuery, companies::CompanyQuery, contacts::ContactQuery, deals::DealQuery, page::ListQuery,
    tasks::TaskQuery,
};

/// A kind of record that has a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// Companies.
    Companies,
    /// Contacts.
    Contacts,
    /// Deals, as board or list.
    Deals,
    /// Activities.
    Activities,
    /// Tasks.
    Tasks,
}

impl RecordKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Companies, Self::Contacts, Self::Deals, Self::Activities, Self::Tasks];

    /// The value in forms and URLs, which is also the name of the table.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Companies => "companies",
            Self::Contacts => "contacts",
            Self::Deals => "deals",
            Self::Activities => "activities",
            Self::Tasks => "tasks",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// The label of the list.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Companies => "Companies",
            Self::Contacts => "Contacts",
            Self::Deals => "Deals",
            Self::Activities => "Activities",
            Self::Tasks => "Tasks",
        }
    }

    /// The path of the list.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Companies => CompanyQuery::PATH,
            Self::Contacts => ContactQuery::PATH,
            Self::Deals => DealQuery::PATH,
            Self::Activities => ActivityQuery::PATH,
            Self::Tasks => TaskQuery::PATH,
        }
    }

    /// The kind in the access rules.
    pub const fn entity(self) -> Entity {
        match self {
            Self::Companies => Entity::Company,
            Self::Contacts => Entity::Contact,
            Self::Deals => Entity::Deal,
            Self::Activities => Entity::Activity,
            Self::Tasks => Entity::Task,
        }
    }

    /// Whether records of this kind have tags.
    pub const fn has_tags(self) -> bool {
        !matches!(self, Self::Activities | Self::Tasks)
    }
}

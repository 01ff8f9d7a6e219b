//! Contacts: the people at a company, and what they decide.

use serde::{Deserialize, Serialize};

/// How much a contact decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthorityLevel {
    /// Signs.
    Primary,
    /// Decides with the one who signs.
    Secondary,
    /// Is listened to.
    Influencer,
}

impl AuthorityLevel {
    /// Every level, highest first.
    pub const ALL: [Self; 3] = [Self::Primary, Self::Secondary, Self::Influencer];

    /// As the database keeps it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Influencer => "influencer",
        }
    }

    /// From the form the database keeps.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.slug() == slug)
    }

    /// The word people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Primary => "Primary",
            Self::Secondary => "Secondary",
            Self::Influencer => "Influencer",
        }
    }
}

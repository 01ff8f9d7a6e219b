//! Activities: calls, emails, meetings, notes and messages.

use serde::{Deserialize, Serialize};

/// What kind of interaction it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActivityType {
    /// A telephone call.
    Call,
    /// An email.
    Email,
    /// A meeting.
    Meeting,
    /// A note to ourselves.
    Note,
    /// A text message.
    Sms,
}

impl ActivityType {
    /// Every type.
    pub const ALL: [Self; 5] = [Self::Call, Self::Email, Self::Meeting, Self::Note, Self::Sms];

    /// As the database keeps it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Email => "email",
            Self::Meeting => "meeting",
            Self::Note => "note",
            Self::Sms => "sms",
        }
    }

    /// From the form the database keeps.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

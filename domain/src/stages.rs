//! Stages of a workspace's pipeline.

use serde::{Deserialize, Serialize};

/// The meaning of a stage for its deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StageKind {
    /// In progress.
    Open,
    /// Sold.
    Won,
    /// Not sold. Requires a lost reason.
    Lost,
}

impl StageKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Open, Self::Won, Self::Lost];

    /// The value in the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    /// Parses the value in the database.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

/// A stage of a new workspace.
#[derive(Debug, Clone, Copy)]
pub struct DefaultStage {
    /// The name.
    pub name: &'static str,
    /// The name in URLs and forms, unique in the workspace.
    pub slug: &'static str,
    /// The kind.
    pub kind: StageKind,
    /// The probability of winning in percent, unless the deal has its own.
    pub probability: i16,
    /// Days without an activity after which a deal is idle; `None` for never.
    pub idle_days: Option<i16>,
}

/// The six stages of a new workspace in pipeline order.
pub const DEFAULT_STAGES: [DefaultStage; 6] = [
    DefaultStage { name: "Prospecting", slug: "prospecting", kind: StageKind::Open, probability: 10, idle_days: Some(14) },
    DefaultStage { name: "Qualification", slug: "qualification", kind: StageKind::Open, probability: 25, idle_days: Some(14) },
    DefaultStage { name: "Proposal", slug: "proposal", kind: StageKind::Open, probability: 50, idle_days: Some(10) },
    DefaultStage { name: "Negotiation", slug: "negotiation", kind: StageKind::Open, probability: 75, idle_days: Some(7) },
    DefaultStage { name: "Closed Won", slug: "closed-won", kind: StageKind::Won, probability: 100, idle_days: None },
    DefaultStage { name: "Closed Lost", slug: "closed-lost", kind: StageKind::Lost, probability: 0, idle_days: None },
];

/// Whether text is a valid slug: lower-case letters, digits and single hyphens, at most 64 characters.
pub fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_one_pipeline() {
        assert!(DEFAULT_STAGES.iter().all(|stage| is_slug(stage.slug) && (0..=100).contains(&stage.probability)));
        assert_eq!(DEFAULT_STAGES.iter().filter(|stage| stage.kind == StageKind::Won).count(), 1);
        assert_eq!(DEFAULT_STAGES.iter().filter(|stage| stage.kind == StageKind::Lost).count(), 1);
    }

    #[test]
    fn slugs_have_one_shape() {
        assert!(is_slug("closed-won"));
        for bad in ["", "Closed Won", "-a", "a-", "a--b", "đ", "a'b"] {
            assert!(!is_slug(bad), "{bad}");
        }
    }
}

//! Archived companies: out of lists, pickers, search and counts unless asked for; readable, not editable.

use crate::{forms::FormErrors, text};
use serde::{Deserialize, Serialize};

/// Maximum length of a reason, in characters.
pub const ARCHIVE_REASON_MAX: usize = 500;

/// The filter `archived` of a list: what it shows of archived records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Archived {
    /// None of them.
    #[default]
    No,
    /// Them alone.
    Only,
    /// Them and the others.
    Any,
}

impl Archived {
    /// What can be asked for; [`Archived::No`] is no filter.
    pub const ASKED: [Self; 2] = [Self::Any, Self::Only];

    /// The value in URLs; empty for [`Archived::No`].
    pub const fn slug(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Only => "only",
            Self::Any => "any",
        }
    }

    /// Parses a slug of [`Archived::ASKED`].
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ASKED.into_iter().find(|archived| archived.slug() == slug)
    }

    /// The label of the filter's value.
    pub const fn label(self) -> &'static str {
        match self {
            Self::No => "Left out",
            Self::Only => "Only these",
            Self::Any => "Included",
        }
    }
}

/// The form of `/companies/{id}/archive`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArchiveForm {
    /// Why the company is archived, required.
    pub reason: String,
    /// The version that was shown.
    pub version: String,
}

impl ArchiveForm {
    /// Parses the reason: 1 to [`ARCHIVE_REASON_MAX`] characters, in paragraphs. It is required because the company is found again by
    /// users who took no part in the decision.
    pub fn parse(&self) -> Result<String, FormErrors> {
        match text::paragraphs(&self.reason, ARCHIVE_REASON_MAX) {
            Ok(reason) => reason.ok_or_else(|| FormErrors::of("reason", "Say why it is archived")),
            Err(error) => Err(FormErrors::of("reason", error.to_string())),
        }
    }

    /// Checks a single field, as the browser does when the field loses the focus.
    pub fn check_field(field: &str, value: &str) -> Result<(), String> {
        match field {
            "reason" => Self { reason: value.to_owned(), ..Self::default() }.parse().map(drop).map_err(|errors| errors.to_string()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(reason: &str) -> Result<String, FormErrors> {
        ArchiveForm { reason: reason.to_owned(), ..ArchiveForm::default() }.parse()
    }

    #[test]
    fn a_reason_is_required_and_of_limited_length() {
        assert_eq!(parse("  Gia\u{309}i the\u{302}\u{309}\r\n2026 "), Ok("Giải thể\n2026".to_owned()));
        for wrong in ["", "  ", "\n", "a\u{0}", &"x".repeat(ARCHIVE_REASON_MAX + 1)] {
            let errors = parse(wrong).expect_err("refused");
            assert!(errors.get("reason").is_some(), "{wrong:?}");
            assert!(ArchiveForm::check_field("reason", wrong).is_err(), "{wrong:?}");
        }
        assert!(parse(&"ộ".repeat(ARCHIVE_REASON_MAX)).is_ok());
    }

    #[test]
    fn the_filter_reads_back_as_written() {
        for archived in Archived::ASKED {
            assert_eq!(Archived::from_slug(archived.slug()), Some(archived));
        }
        for unknown in ["", "no", "ANY", "true"] {
            assert_eq!(Archived::from_slug(unknown), None, "{unknown}");
        }
    }
}

//! The workspace's lists of sources of deals and of lost reasons. Forms offer them, and any other text may be typed too.

use serde::{Deserialize, Serialize};

#[cfg(not(target_arch = "wasm32"))]
use {
    crate::{fold::fold, forms::FormErrors, text},
    std::collections::HashSet,
};

/// Maximum length of a lost reason, in characters.
pub const LOST_REASON_MAX: usize = 500;
/// Maximum length of a source, in characters.
pub const SOURCE_MAX: usize = 100;
/// Most entries of a list.
pub const ENTRIES_MAX: usize = 50;

/// Sources of a new workspace.
const SOURCES: [&str; 6] = ["Referral", "Website", "Trade fair", "Advertising", "Cold call", "Existing customer"];
/// Lost reasons of a new workspace.
const LOST_REASONS: [&str; 6] = ["Price too high", "Chose a competitor", "No budget", "No decision", "Bad timing", "Missing feature"];

/// Both lists, in the order in which they are offered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DealLists {
    /// Where deals come from, each up to 100 characters.
    pub sources: Vec<String>,
    /// Why deals are lost, each up to 500 characters.
    pub lost_reasons: Vec<String>,
}

impl DealLists {
    /// The lists of a new workspace.
    pub fn of_new_workspace() -> Self {
        let owned = |entries: [&str; 6]| entries.map(str::to_owned).to_vec();
        Self { sources: owned(SOURCES), lost_reasons: owned(LOST_REASONS) }
    }
}

/// The submitted form of `/settings/deal-lists`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DealListsForm {
    /// Sources, one a line.
    pub sources: String,
    /// Lost reasons, one a line.
    pub lost_reasons: String,
    /// The edited version.
    pub version: String,
}

#[cfg(not(target_arch = "wasm32"))]
impl DealListsForm {
    /// Parses the form. Empty lines are left out, and a line that says the same as one above it.
    pub fn parse(&self) -> Result<DealLists, FormErrors> {
        let mut errors = FormErrors::default();
        let sources = errors.collect("sources", parse_lines(&self.sources, SOURCE_MAX));
        let lost_reasons = errors.collect("lost_reasons", parse_lines(&self.lost_reasons, LOST_REASON_MAX));
        errors.finish(|| Some(DealLists { sources: sources?, lost_reasons: lost_reasons? }))
    }

    /// The form of saved lists.
    pub fn of(lists: &DealLists, version: i64) -> Self {
        Self { sources: lists.sources.join("\n"), lost_reasons: lists.lost_reasons.join("\n"), version: version.to_string() }
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn parse_lines(text: &str, max: usize) -> Result<Vec<String>, String> {
    let mut entries: Vec<String> = Vec::new();
    let mut keys = HashSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        let entry = text::line(line, max).map_err(|error| format!("Line {number}: {error}"))?;
        entries.extend(entry.filter(|entry| keys.insert(fold(entry))));
        // Checked at each line, as the text may have a great many.
        if entries.len() > ENTRIES_MAX {
            return Err(format!("Write at most {ENTRIES_MAX} lines"));
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_an_entry() {
        let form =
            DealListsForm { sources: " Hội chợ \r\n\r\nWebsite\nhoi cho\n".into(), lost_reasons: String::new(), version: "3".into() };
        let lists = form.parse().expect("nothing wrong");
        assert_eq!(lists, DealLists { sources: vec!["Hội chợ".into(), "Website".into()], lost_reasons: vec![] });
        assert_eq!(DealListsForm::of(&lists, 3).parse(), Ok(lists));
        let long = DealListsForm { sources: format!("A\n{}", "x".repeat(SOURCE_MAX + 1)), ..DealListsForm::default() };
        assert!(long.parse().expect_err("too long").get("sources").is_some_and(|message| message.starts_with("Line 2: ")));
        let many: String = (0..=ENTRIES_MAX).map(|n| format!("{n}\n")).collect();
        assert!(DealListsForm { lost_reasons: many, ..DealListsForm::default() }.parse().is_err());
    }

    #[test]
    fn a_text_of_a_great_many_lines_is_read_line_by_line() {
        let parsed = |lines: String| DealListsForm { sources: lines, ..DealListsForm::default() }.parse();
        let lines = |line: fn(usize) -> String| (0..200_000).map(line).collect::<String>();
        // Compared each with each, these would take minutes.
        assert_eq!(parsed(lines(|n| format!("{}\n", n % ENTRIES_MAX))).map(|lists| lists.sources.len()), Ok(ENTRIES_MAX));
        let errors = parsed(lines(|n| format!("{n}\n")) + &"x".repeat(SOURCE_MAX + 1)).expect_err("too many");
        assert_eq!(errors.get("sources"), Some("Write at most 50 lines"), "the rest is not read");
    }

    #[test]
    fn the_lists_of_a_new_workspace_can_be_saved_as_they_are() {
        let lists = DealLists::of_new_workspace();
        assert_eq!(DealListsForm::of(&lists, 1).parse(), Ok(lists));
    }
}

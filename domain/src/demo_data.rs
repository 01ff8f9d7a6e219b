//! Demo data in a workspace: its languages, the forms that fill it in and remove it, and the rule of what a removal leaves.

use crate::forms::{FormErrors, check_box};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The language of demo records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DemoLanguage {
    /// Vietnamese.
    #[default]
    Vietnamese,
    /// English.
    English,
}

impl DemoLanguage {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Vietnamese, Self::English];

    /// The ISO 639-1 code, the value in forms and of `seed --lang`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
        }
    }

    /// Parses a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The label, with an example of a company.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Vietnamese => "Vietnamese: Công ty TNHH Vận tải Ánh Dương",
            Self::English => "English: Acme Corp",
        }
    }
}

/// The submitted form that fills a workspace with demo data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FillForm {
    /// The code of the language.
    pub language: String,
    /// The idempotency key.
    pub form_key: String,
}

impl FillForm {
    /// Parses the form.
    ///
    /// # Errors
    /// [`FormErrors`] at `language` for no code of a [`DemoLanguage`].
    pub fn parse(&self) -> Result<DemoLanguage, FormErrors> {
        DemoLanguage::from_code(&self.language).ok_or_else(|| FormErrors::of("language", "Choose one of the languages"))
    }
}

/// The submitted form that removes demo data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DemoRemovalForm {
    /// "Remove the changed ones too": `on`, or absent.
    pub changed_too: String,
    /// The changed records that the page listed, as [`changed_text`] writes them.
    pub changed: String,
}

/// A changed demo record at the version that a page listed.
pub type ShownRecord = (Uuid, i64);

/// The changed demo records that are to be removed.
pub type RemovedToo = HashSet<ShownRecord>;

impl DemoRemovalForm {
    /// Parses the form: the changed records that are removed as well, those that the page listed. One that was changed after that is not
    /// removed.
    ///
    /// # Errors
    /// [`FormErrors`] at `changed_too` if the box has another value, at no field if the list can't be read.
    pub fn parse(&self) -> Result<RemovedToo, FormErrors> {
        let changed_too = check_box(&self.changed_too).map_err(|message| FormErrors::of("changed_too", message))?;
        let records: Option<RemovedToo> = self.changed.split(',').filter(|record| !record.is_empty()).map(shown_record).collect();
        let records = records.ok_or_else(|| FormErrors::of("", "Reload the page and try again"))?;
        Ok(if changed_too { records } else { RemovedToo::new() })
    }
}

fn shown_record(text: &str) -> Option<ShownRecord> {
    let (id, version) = text.split_once('.')?;
    Some((id.parse().ok()?, version.parse().ok()?))
}

/// The value of [`DemoRemovalForm::changed`]: each record as `id.version`, with commas between.
pub fn changed_text(records: impl IntoIterator<Item = ShownRecord>) -> String {
    records.into_iter().map(|(id, version)| format!("{id}.{version}")).collect::<Vec<_>>().join(",")
}

/// What becomes of a demo record when demo data is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoFate {
    /// It is removed.
    Goes,
    /// It stays: somebody changed it.
    Changed,
    /// It stays: a record that is not of the demo refers to it, directly or by others.
    NeededByOwn,
    /// It stays: a changed demo record that stays refers to it, directly or by others.
    NeededByChanged,
}

/// Demo records and what refers to them.
#[derive(Debug, Default)]
pub struct DemoGraph {
    /// The demo records, each with the records that it refers to: a deal to its company and contact.
    pub references: HashMap<Uuid, Vec<Uuid>>,
    /// Those that somebody changed.
    pub changed: HashSet<Uuid>,
    /// Those that a record that is not of the demo refers to.
    pub used: HashSet<Uuid>,
}

impl DemoGraph {
    /// What becomes of each record. `removed_too`: changed records that are removed all the same, unless they are needed.
    pub fn fates(&self, removed_too: &HashSet<Uuid>) -> HashMap<Uuid, DemoFate> {
        let needed_by_own = self.closure(&self.used);
        let kept: HashSet<Uuid> = self.changed.difference(removed_too).copied().collect();
        let needed_by_changed = self.closure(&kept);
        let fate = |id: &Uuid| {
            if needed_by_own.contains(id) {
                DemoFate::NeededByOwn
            } else if kept.contains(id) {
                DemoFate::Changed
            } else if needed_by_changed.contains(id) {
                DemoFate::NeededByChanged
            } else {
                DemoFate::Goes
            }
        };
        self.references.keys().map(|id| (*id, fate(id))).collect()
    }

    /// These records, and all that they refer to, directly or by others.
    fn closure(&self, roots: &HashSet<Uuid>) -> HashSet<Uuid> {
        let mut found = HashSet::new();
        let mut open: Vec<Uuid> = roots.iter().copied().collect();
        while let Some(id) = open.pop() {
            if found.insert(id) {
                open.extend(self.references.get(&id).into_iter().flatten());
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(number: u8) -> Uuid {
        Uuid::from_u128(number.into())
    }

    fn ids(numbers: &[u8]) -> HashSet<Uuid> {
        numbers.iter().copied().map(id).collect()
    }

    /// A company 1 with a contact 2 and a deal 3 of both; a company 4 with a contact 5.
    fn graph(changed: &[u8], used: &[u8]) -> DemoGraph {
        let references = [(1, vec![]), (2, vec![1]), (3, vec![1, 2]), (4, vec![]), (5, vec![4])];
        DemoGraph {
            references: references.into_iter().map(|(of, to)| (id(of), to.into_iter().map(id).collect())).collect(),
            changed: ids(changed),
            used: ids(used),
        }
    }

    fn fates(graph: &DemoGraph, removed_too: &[u8]) -> [DemoFate; 5] {
        let fates = graph.fates(&ids(removed_too));
        [1, 2, 3, 4, 5].map(|number| fates[&id(number)])
    }

    #[test]
    fn what_nobody_touched_goes() {
        assert_eq!(fates(&graph(&[], &[]), &[]), [DemoFate::Goes; 5]);
    }

    #[test]
    fn a_changed_record_stays_with_what_it_refers_to_unless_it_is_removed_too() {
        use DemoFate::{Changed, Goes, NeededByChanged};
        assert_eq!(fates(&graph(&[3], &[]), &[]), [NeededByChanged, NeededByChanged, Changed, Goes, Goes]);
        assert_eq!(fates(&graph(&[3], &[]), &[3]), [Goes; 5]);
        assert_eq!(fates(&graph(&[1], &[]), &[]), [Changed, Goes, Goes, Goes, Goes], "what refers to it may go");
        assert_eq!(fates(&graph(&[3, 5], &[]), &[3]), [Goes, Goes, Goes, NeededByChanged, Changed]);
    }

    #[test]
    fn what_an_own_record_refers_to_stays_whatever_is_asked() {
        use DemoFate::{Goes, NeededByOwn};
        assert_eq!(fates(&graph(&[], &[2]), &[]), [NeededByOwn, NeededByOwn, Goes, Goes, Goes]);
        assert_eq!(fates(&graph(&[1, 2], &[2]), &[1, 2]), [NeededByOwn, NeededByOwn, Goes, Goes, Goes]);
    }

    proptest! {
        #[test]
        fn nothing_that_stays_refers_to_what_goes(
            edges in proptest::collection::vec((0_u8..12, 0_u8..12), 0..30),
            changed in proptest::collection::hash_set(0_u8..12, 0..6),
            used in proptest::collection::hash_set(0_u8..12, 0..6),
            removed in proptest::collection::hash_set(0_u8..12, 0..6),
        ) {
            let mut references: HashMap<Uuid, Vec<Uuid>> = (0..12).map(|number| (id(number), vec![])).collect();
            for (of, to) in edges {
                references.entry(id(of)).or_default().push(id(to));
            }
            let set = |numbers: HashSet<u8>| numbers.into_iter().map(id).collect::<HashSet<_>>();
            let graph = DemoGraph { references, changed: set(changed), used: set(used) };
            let removed = set(removed);
            let fates = graph.fates(&removed);
            for (of, to) in &graph.references {
                let goes = fates[of] == DemoFate::Goes;
                prop_assert!(goes || to.iter().all(|to| fates[to] != DemoFate::Goes));
                prop_assert!(!goes || !graph.used.contains(of));
                prop_assert!(!goes || !graph.changed.contains(of) || removed.contains(of));
            }
        }
    }

    #[test]
    fn the_removal_takes_what_the_page_listed_if_the_box_is_ticked() {
        let listed = changed_text([(id(1), 2), (id(2), 7)]);
        let parse =
            |changed_too: &str, changed: &str| DemoRemovalForm { changed_too: changed_too.to_owned(), changed: changed.to_owned() }.parse();
        assert_eq!(parse("on", &listed), Ok(RemovedToo::from([(id(1), 2), (id(2), 7)])));
        assert_eq!(parse("", &listed), Ok(RemovedToo::new()));
        assert_eq!(parse("on", ""), Ok(RemovedToo::new()));
        assert!(parse("yes", &listed).expect_err("refused").get("changed_too").is_some());
        for nonsense in ["x", "1.2", &format!("{}", id(1)), &format!("{}.x", id(1)), &format!("{listed},.")] {
            assert!(parse("on", nonsense).expect_err("refused").get("").is_some(), "{nonsense}");
        }
    }

    #[test]
    fn languages_read_back() {
        for language in DemoLanguage::ALL {
            let form = FillForm { language: language.code().to_owned(), ..FillForm::default() };
            assert_eq!(form.parse(), Ok(language));
        }
        for unknown in ["", "VI", "fr", "vi "] {
            let form = FillForm { language: unknown.to_owned(), ..FillForm::default() };
            assert!(form.parse().expect_err("refused").get("language").is_some(), "{unknown:?}");
        }
    }
}

//! The command palette: which record it was opened on, and how its commands match what is typed.

use crate::{
    fold::fold,
    search::{RecentRecord, SearchKind},
};
use uuid::Uuid;

/// How well a command matches, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CommandRank {
    /// The label begins with what is typed.
    Prefix,
    /// Each typed word begins a word of the label or of its synonyms.
    WordPrefix,
    /// Each typed word is somewhere in the label or its synonyms.
    Inside,
}

/// How well a command matches `q`, compared by [`fold`]; `None` if it does not match. Without words in `q` every command matches.
///
/// `synonyms`: further words by which the command is found, separated by spaces.
pub fn command_rank(label: &str, synonyms: &str, q: &str) -> Option<CommandRank> {
    let (label, synonyms, q) = (fold(label), fold(synonyms), fold(q));
    if label.starts_with(&q) {
        return Some(CommandRank::Prefix);
    }
    let text = format!("{label} {synonyms}");
    let every = |matches: &dyn Fn(&str) -> bool| q.split(' ').all(matches);
    if every(&|word| text.split(' ').any(|start| start.starts_with(word))) {
        Some(CommandRank::WordPrefix)
    } else {
        every(&|word| text.contains(word)).then_some(CommandRank::Inside)
    }
}

/// The commands that match `q`, best first; of the same rank in the given order. `words`: label and synonyms of a command.
pub fn matching_commands<C>(commands: Vec<C>, q: &str, words: impl Fn(&C) -> (&str, &str)) -> Vec<C> {
    let ranked = commands.into_iter().filter_map(|command| {
        let (label, synonyms) = words(&command);
        Some((command_rank(label, synonyms, q)?, command))
    });
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, command)| command).collect()
}

/// The record whose page is at this path, such as `/companies/{id}`; `None` for any other page. The query is ignored.
pub fn record_at(path: &str) -> Option<RecentRecord> {
    let path = path.split(['?', '#']).next()?;
    let (kind, id) = path.strip_prefix('/')?.split_once('/')?;
    let kind = SearchKind::from_slug(kind).filter(|kind| *kind != SearchKind::Tags)?;
    // As in links: other ways to write an id name no page.
    (id.len() == 36).then(|| Uuid::try_parse(id).ok()).flatten().map(|id| (kind, id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "0190c7a0-0000-7000-8000-000000000001";

    #[test]
    fn a_prefix_is_better_than_a_word_and_a_word_better_than_a_part() {
        use CommandRank::{Inside, Prefix, WordPrefix};
        for (label, q, rank) in [
            ("Log activity", "", Some(Prefix)),
            ("Log activity", "  ", Some(Prefix)),
            ("Log activity", "lOg", Some(Prefix)),
            ("Log activity", "log ac", Some(Prefix)),
            ("Log activity", "act", Some(WordPrefix)),
            ("Log activity", "activity log", Some(WordPrefix)),
            ("Log activity", "call", Some(WordPrefix)),
            ("Log activity", "log call", Some(WordPrefix)),
            ("Log activity", "tivity", Some(Inside)),
            ("Log activity", "og all", Some(Inside)),
            ("Log activity", "log deal", None),
            ("Đường Việt", "duong v", Some(Prefix)),
            ("Đường Việt", "VIỆT", Some(WordPrefix)),
        ] {
            assert_eq!(command_rank(label, "call meeting", q), rank, "{q}");
        }
    }

    #[test]
    fn the_best_matches_come_first_and_equals_keep_their_order() {
        let commands = vec![("Renew", ""), ("A new one", ""), ("Edit", ""), ("New deal", ""), ("New company", "")];
        let found = matching_commands(commands, "new", |(label, synonyms)| (label, synonyms));
        let labels: Vec<_> = found.iter().map(|(label, _)| *label).collect();
        assert_eq!(labels, ["New deal", "New company", "A new one", "Renew"]);
    }

    #[test]
    fn only_a_records_own_page_names_a_record() {
        let id = Uuid::try_parse(ID).expect("an id");
        for (path, kind) in [
            (format!("/companies/{ID}"), SearchKind::Companies),
            (format!("/contacts/{ID}?tab=deals"), SearchKind::Contacts),
            (format!("/deals/{ID}"), SearchKind::Deals),
            (format!("/activities/{ID}#notes"), SearchKind::Activities),
        ] {
            assert_eq!(record_at(&path), Some((kind, id)), "{path}");
        }
        let others = [
            "",
            "/",
            "//",
            "/companies",
            "/companies/",
            "/companies/new",
            "companies/x",
            "javascript:x",
            "https://example.com/companies/x",
        ];
        let more = ["/companies/{}/edit", "/tags/{}", "/users/{}", "/companies/{{}}", "//companies/{}"];
        for path in others.into_iter().map(str::to_owned).chain(more.map(|path| path.replace("{}", ID))) {
            assert_eq!(record_at(&path), None, "{path}");
        }
        assert_eq!(record_at(&format!("/companies/{}", ID.replace('-', ""))), None);
    }

    proptest! {
        #[test]
        fn typing_on_finds_no_more(label in "\\PC{0,20}", q in "\\PC{0,10}", next in "\\PC{1,3}") {
            let longer = format!("{q}{next}");
            // The next character may compose with the last one, or begin a word.
            prop_assume!(fold(&longer).starts_with(&fold(&q)) && !fold(&q).is_empty());
            if command_rank(&label, "", &q).is_none() {
                prop_assert_eq!(command_rank(&label, "", &longer), None);
            }
        }

        #[test]
        fn no_path_is_refused_by_a_panic(path in "\\PC{0,60}") {
            let _ = record_at(&path);
        }
    }
}

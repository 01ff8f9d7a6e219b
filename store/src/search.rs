//! Search as people type it: each word of it must be found in a record's folded `search` column.

use crate::sql::Sql;
use domain::fold::fold;
use sea_orm::DbBackend;

/// Words past this many are passed over: they narrow nothing a person could read, and each costs a comparison.
const WORDS_MAX: usize = 10;
/// Characters a word needs for the trigram indexes; a shorter one is looked for at the start of words only.
const TRIGRAM: usize = 3;

/// The condition that `alias.search` of `table` contains each word of `typed`; `None` when nothing was typed.
/// `$1` must be the workspace's id.
///
/// A word of three characters and more is found anywhere, by the trigram index. A shorter one has no trigram: it must
/// begin a word of the record, or half the list would match.
pub(crate) fn matches(sql: &mut Sql, backend: DbBackend, table: &str, alias: &str, typed: &str) -> Option<String> {
    let folded = fold(typed);
    let mut words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(WORDS_MAX);
    let (long, short): (Vec<&str>, Vec<&str>) = words.into_iter().partition(|word| word.chars().count() >= TRIGRAM);

    let mut conditions = Vec::new();
    if backend == DbBackend::Postgres {
        for word in long {
            let pattern = sql.bind(format!("%{}%", escaped(word)));
            conditions.push(format!(r"{alias}.search LIKE {pattern} ESCAPE '\'"));
        }
    } else if !long.is_empty() {
        let phrases: Vec<String> = long.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
        let phrases = sql.bind(phrases.join(" AND "));
        conditions.push(format!(
            "{alias}.id IN (SELECT id FROM {table}_docs WHERE workspace_id = $1 \
             AND docid IN (SELECT rowid FROM {table}_search WHERE {table}_search MATCH {phrases}))"
        ));
    }
    for word in short {
        let word = escaped(word);
        let starts = [format!("{word}%"), format!("% {word}%"), format!("%\n{word}%")].map(|pattern| sql.bind(pattern));
        let starts = starts.map(|pattern| format!(r"{alias}.search LIKE {pattern} ESCAPE '\'"));
        conditions.push(format!("({})", starts.join(" OR ")));
    }
    (!conditions.is_empty()).then(|| conditions.join(" AND "))
}

/// Text that a LIKE pattern takes literally, with `\` as its escape.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '%' | '_') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(backend: DbBackend, typed: &str) -> Option<String> {
        matches(&mut Sql::with(["workspace".into()]), backend, "companies", "c", typed)
    }

    #[test]
    fn nothing_typed_is_no_condition() {
        assert_eq!(condition(DbBackend::Sqlite, "  "), None);
        assert_eq!(condition(DbBackend::Postgres, ""), None);
    }

    #[test]
    fn what_is_typed_is_never_part_of_the_text() {
        for backend in [DbBackend::Sqlite, DbBackend::Postgres] {
            let text = condition(backend, "x'; DROP TABLE companies; -- %' \" OR 1=1 ab").expect("words");
            assert!(!text.contains("drop") && !text.contains("1=1"), "{text}");
        }
    }

    #[test]
    fn wildcards_are_taken_literally() {
        assert_eq!(escaped(r"100%_\"), r"100\%\_\\");
    }

    #[test]
    fn many_words_are_bounded() {
        let typed: String = ('a'..='z').map(|c| format!("{c} ")).collect();
        assert_eq!(condition(DbBackend::Postgres, &typed).expect("words").matches(" AND ").count(), WORDS_MAX - 1);
    }
}

//! The best matches of a search, for a picker that shows a few: the very name, names that begin with what was typed, names with a word that
//! begins with it, then all others; among those the ones with the typed accents, then the most recently changed.

use crate::{
    database::sql::Sql,
    lists::search::{SearchTerms, escape_like, matching_rows_sql},
};
use domain::fold::{fold, nfc};

/// Most matches that are ranked of those that begin with what was typed, and of the others. A search that finds more is too short to
/// mean one record.
const RANKED_MAX: u64 = 500;
/// Words whose accents are compared. Further words are ignored.
const ACCENTED_WORDS_MAX: usize = 5;

/// Returns SQL from FROM to ORDER BY of the rows of `table`, as `alias`, that match what was typed, best first. `$1` is the workspace.
/// `fts_query`: see [`matching_rows_sql`].
pub(crate) fn ranked_rows_sql(
    sql: &mut Sql,
    table: &str,
    alias: &str,
    typed: &str,
    terms: &SearchTerms,
    fts_query: Option<&str>,
) -> String {
    let (from, conditions) = matching_rows_sql(sql, table, alias, terms, fts_query);
    let (order, matching) = (format!("{alias}.sort_key, {alias}.id"), format!("FROM {from} WHERE {}", conditions.join(" AND ")));
    let folded = fold(typed);
    if folded.is_empty() {
        return format!("{matching} ORDER BY {order}");
    }
    let (name, after) = (sql.bind(folded.clone()), sql.bind(format!("{folded}\u{10ffff}")));
    let escaped = escape_like(&folded);
    let (prefix, word) = (sql.bind(format!("{escaped}%")), sql.bind(format!("% {escaped}%")));
    let accents = accents_sql(sql, alias, typed);
    let archived = terms.archived_condition("b");
    format!(
        r"FROM (SELECT id FROM (SELECT {alias}.id {matching} ORDER BY {order} LIMIT {RANKED_MAX}) AS matching
                UNION SELECT id FROM (SELECT b.id FROM {table} b WHERE b.workspace_id = $1 AND b.deleted_at IS NULL{archived}
                                      AND b.name_key >= {name} AND b.name_key < {after}
                                      ORDER BY b.name_key, b.id LIMIT {RANKED_MAX}) AS beginning) AS found
          JOIN {table} {alias} ON {alias}.workspace_id = $1 AND {alias}.id = found.id
          ORDER BY CASE WHEN {alias}.name_key = {name} THEN 0 WHEN {alias}.name_key LIKE {prefix} ESCAPE '\' THEN 1
                        WHEN {alias}.name_key LIKE {word} ESCAPE '\' THEN 2 ELSE 3 END,
            {accents}{alias}.updated_at DESC, {order}"
    )
}

/// The term of the ORDER BY by which names come first that have the most typed words with accents as typed; empty if none has accents.
/// Each spelling (as typed, capitalized, upper case) is compared by itself, because SQLite folds the case of ASCII only.
fn accents_sql(sql: &mut Sql, alias: &str, typed: &str) -> String {
    let lower = nfc(typed).to_lowercase();
    let words = lower.split_whitespace().filter(|word| fold(word) != *word).take(ACCENTED_WORDS_MAX);
    let counted = words.map(|word| {
        let like = |spelling: String| format!(r"{alias}.name LIKE {} ESCAPE '\'", sql.bind(format!("%{}%", escape_like(&spelling))));
        let spellings = [word.to_owned(), capitalized(word), word.to_uppercase()];
        format!("CASE WHEN {} THEN 1 ELSE 0 END", spellings.map(like).join(" OR "))
    });
    let sum = counted.collect::<Vec<_>>().join(" + ");
    if sum.is_empty() { sum } else { format!("{sum} DESC, ") }
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

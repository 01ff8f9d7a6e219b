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
    let rank = rank_sql(sql, &format!("{alias}.name_key"), &folded);
    let accents = accents_sql(sql, &format!("{alias}.name"), typed).map(|sum| format!("{sum} DESC, ")).unwrap_or_default();
    let archived = terms.archived_condition("b");
    format!(
        r"FROM (SELECT id FROM (SELECT {alias}.id {matching} ORDER BY {order} LIMIT {RANKED_MAX}) AS matching
                UNION SELECT id FROM (SELECT b.id FROM {table} b WHERE b.workspace_id = $1 AND b.deleted_at IS NULL{archived}
                                      AND b.name_key >= {name} AND b.name_key < {after}
                                      ORDER BY b.name_key, b.id LIMIT {RANKED_MAX}) AS beginning) AS found
          JOIN {table} {alias} ON {alias}.workspace_id = $1 AND {alias}.id = found.id
          ORDER BY {rank}, {accents}{alias}.updated_at DESC, {order}"
    )
}

/// SQL of a match's rank, the lowest first: 0 the very name, 1 its beginning, 2 the beginning of a word of it, 3 anything else.
///
/// - `key`: SQL of the folded name.
/// - `folded`: the folded search.
pub(crate) fn rank_sql(sql: &mut Sql, key: &str, folded: &str) -> String {
    let escaped = escape_like(folded);
    let (name, prefix, word) = (sql.bind(folded), sql.bind(format!("{escaped}%")), sql.bind(format!("% {escaped}%")));
    format!(
        r"CASE WHEN {key} = {name} THEN 0 WHEN {key} LIKE CAST({prefix} AS text) ESCAPE '\' THEN 1 WHEN {key} LIKE CAST({word} AS text) ESCAPE '\' THEN 2 ELSE 3 END"
    )
}

/// SQL of the number of typed words that a name has with the typed accents; `None` if no typed word has accents. Each spelling (as typed,
/// capitalized, upper case) is compared by itself, because SQLite folds the case of ASCII only. `name`: SQL of the name.
pub(crate) fn accents_sql(sql: &mut Sql, name: &str, typed: &str) -> Option<String> {
    let lower = nfc(typed).to_lowercase();
    let words = lower.split_whitespace().filter(|word| fold(word) != *word).take(ACCENTED_WORDS_MAX);
    let counted = words.map(|word| {
        let like =
            |spelling: String| format!(r"{name} LIKE CAST({} AS text) ESCAPE '\'", sql.bind(format!("%{}%", escape_like(&spelling))));
        let spellings = [word.to_owned(), capitalized(word), word.to_uppercase()];
        format!("CASE WHEN {} THEN 1 ELSE 0 END", spellings.map(like).join(" OR "))
    });
    let sum = counted.collect::<Vec<_>>().join(" + ");
    (!sum.is_empty()).then_some(sum)
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

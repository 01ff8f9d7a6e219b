//! Full-text search. Each word of the query must occur in a record's folded `search` column, which is empty for records in the bin. The
//! column contains the key of a phone number ([`domain::phones`]), and words that form a number also match by that key, so a number is
//! found in any notation.
//!
//! A word of three characters and more matches anywhere. A shorter one must start a word of the record, or half the list would match;
//! with the blank before it, two characters make a trigram too. A lone symbol, which has no trigram and on PostgreSQL no place in the
//! index at all, is indexed as a word of its own; that a record is archived, too. PostgreSQL chooses between its index and an ordered scan, unless the
//! number of matching rows is cached ([`SearchTerms::for_ordered_scan`]). On SQLite the plan is chosen here, after a query that counts
//! the hits of the index.

use crate::{
    StoreError,
    database::{sql::Sql, write::WorkspaceTx},
};
use domain::{
    companies::Archived,
    fold::{fold, search_key},
    phones,
};
use sea_orm::{ConnectionTrait, DbBackend, Value};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Words of a search. Further words are ignored: each costs a comparison, and ten already narrow the list.
const WORDS_MAX: usize = 10;
/// Characters that the trigram indexes need.
const TRIGRAM: usize = 3;
/// Up to this many index hits are fetched and sorted. Above it, a scan in list order reaches the page sooner.
pub(crate) const FEW_HITS_MAX: u64 = 500;

/// Value of a record's `search` column: its searched fields folded, one per line, so that a blank or a line break precedes
/// every word, and a last line with a word for each symbol in them.
pub(crate) fn search_column<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let text = search_key(fields);
    let symbols: BTreeSet<char> = text.chars().filter(|c| is_symbol(*c)).collect();
    let words: Vec<String> = symbols.into_iter().map(symbol_word).collect();
    if words.is_empty() { format!("\n{text}") } else { format!("\n{text}\n{}", words.join(" ")) }
}

fn is_symbol(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace()
}

/// The word that stands for a symbol: of ASCII letters and digits, which PostgreSQL's trigrams consist of, and in no language.
fn symbol_word(symbol: char) -> String {
    format!("zzq{:x}z", u32::from(symbol))
}

/// Word in the `search` column of an archived record, by which SQLite's index finds those alone, or the others. Control characters, which
/// nobody writes or searches for.
const ARCHIVED_WORD: &str = "\u{1}\u{1}\u{1}";

/// Value of an archived record's `search` column. `search`: its value if the record were not archived.
pub(crate) fn archived_search_column(search: &str) -> String {
    format!("{search}\n{ARCHIVED_WORD}")
}

/// Records whose search columns are updated by one statement; each binds two values.
pub(crate) const REINDEX_BATCH: usize = 500;

/// Updates the search columns of these records of `table`, [`REINDEX_BATCH`] at most. Versions stay, as no user edited them.
pub(crate) async fn update_search_columns(tx: &WorkspaceTx, table: &'static str, texts: Vec<(Uuid, String)>) -> Result<(), StoreError> {
    if texts.is_empty() {
        return Ok(());
    }
    let mut statement = Sql::with([tx.workspace_id().into()]);
    let values: Vec<String> =
        texts.into_iter().map(|(id, text)| format!("({})", statement.bind_all::<Value>([id.into(), text.into()]))).collect();
    statement.push(&format!(
        "UPDATE {table} SET search = anew.column2 FROM (VALUES {}) AS anew WHERE {table}.workspace_id = $1 AND {table}.id = anew.column1
           AND {table}.search <> anew.column2",
        values.join(", ")
    ));
    statement.execute(&tx.db).await?;
    Ok(())
}

/// The words of a search text, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SearchTerms {
    terms: Vec<SearchTerm>,
    /// Rows are scanned in list order, without the search index.
    ordered_scan: bool,
    /// Which rows match by being archived: any, in a table without that column.
    archived: Archived,
}

/// One word. A record matches if it contains any of the alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SearchTerm {
    text: String,
    alternatives: Vec<String>,
    /// Compared row by row, without the search index, on PostgreSQL.
    is_frequent: bool,
}

impl SearchTerms {
    /// Parses a search text. Words past [`WORDS_MAX`] are ignored.
    pub fn parse(typed: &str) -> Self {
        let folded = fold(typed);
        let tokens: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        // Digits and the marks between them, one after another, may be one number.
        let number = |token: &&str| token.chars().all(phones::is_of_number);
        let mut terms: Vec<SearchTerm> = Vec::new();
        for group in tokens.chunk_by(|left, right| number(left) && number(right)) {
            let keys = if number(&group[0]) { phones::prefix_keys(&group.join(" ")) } else { vec![] };
            terms.extend(group.iter().map(|text| SearchTerm::new(text, &keys)));
        }
        terms.sort_unstable_by(|a, b| a.text.cmp(&b.text));
        terms.dedup_by(|a, b| a.text == b.text);
        terms.truncate(WORDS_MAX);
        Self { terms, ordered_scan: false, archived: Archived::Any }
    }

    /// The same terms for a table with the column `archived_at`.
    pub fn archived(self, archived: Archived) -> Self {
        Self { archived, ..self }
    }

    /// SQL condition that a row of `alias` matches by being archived, after ` AND `; empty if any does.
    pub fn archived_condition(&self, alias: &str) -> String {
        match self.archived {
            Archived::No => format!(" AND {alias}.archived_at IS NULL"),
            Archived::Only => format!(" AND {alias}.archived_at IS NOT NULL"),
            Archived::Any => String::new(),
        }
    }

    /// The same terms for a scan in list order: see [`ListPlan::build`](crate::lists::page::ListPlan::build).
    pub fn for_ordered_scan(self) -> Self {
        Self { ordered_scan: true, ..self }
    }

    /// The same terms, of which those that many rows have are hidden from PostgreSQL's index beside a rare one: it would read the entries of
    /// each. `frequent`: whether a term is, in the order of [`SearchTerms::like_conditions`].
    pub fn with_frequent(mut self, frequent: &[bool]) -> Self {
        if frequent.contains(&false) {
            for (term, frequent) in self.terms.iter_mut().zip(frequent) {
                term.is_frequent = *frequent;
            }
        }
        self
    }

    /// The terms that match anywhere in a text, not only at the start of a word.
    pub fn found_anywhere(mut self) -> Self {
        self.terms.retain(|word| word.text.chars().count() >= TRIGRAM);
        self
    }

    /// SQL conditions that `alias.search` matches each term.
    pub fn like_conditions(&self, sql: &mut Sql, alias: &str) -> Vec<String> {
        self.terms.iter().map(|word| self.condition(word, sql, alias)).collect()
    }

    /// SQL conditions of the terms that [`SearchTerms::fts_query`] leaves out.
    pub fn unindexed_conditions(&self, sql: &mut Sql, alias: &str) -> Vec<String> {
        self.terms.iter().filter(|word| !word.is_indexed()).map(|word| self.condition(word, sql, alias)).collect()
    }

    /// In a CASE the condition is hidden from the index, and PostgreSQL takes half of all rows to satisfy it.
    fn condition(&self, word: &SearchTerm, sql: &mut Sql, alias: &str) -> String {
        let like = word.like(sql, alias);
        if self.ordered_scan || word.is_frequent { format!("CASE WHEN {like} THEN TRUE ELSE FALSE END") } else { like }
    }

    /// Whether [`SearchTerms::fts_query`] has a term, in the order of [`SearchTerms::like_conditions`].
    pub fn are_indexed(&self) -> impl Iterator<Item = bool> + '_ {
        self.terms.iter().map(SearchTerm::is_indexed)
    }

    /// Whether there is no term.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether [`SearchTerms::fts_query`] leaves no term out.
    pub fn is_all_indexed(&self) -> bool {
        self.terms.iter().all(SearchTerm::is_indexed)
    }

    /// The terms as a query of SQLite's FTS index; `None` on PostgreSQL and where no term is indexed.
    pub fn fts_query(&self, backend: DbBackend) -> Option<String> {
        let words: Vec<String> = self.terms.iter().filter(|word| word.is_indexed()).map(SearchTerm::phrase).collect();
        let archived = match self.archived {
            Archived::No => format!(" NOT \"{ARCHIVED_WORD}\""),
            Archived::Only => format!(" AND \"{ARCHIVED_WORD}\""),
            Archived::Any => String::new(),
        };
        (backend == DbBackend::Sqlite && !words.is_empty()).then(|| words.join(" AND ") + &archived)
    }
}

/// What stands for a word of a group that may be a number with these keys.
fn alternatives(text: &str, keys: &[String]) -> Vec<String> {
    if let Some(websites) = website_alternatives(text) {
        return websites;
    }
    let mut chars = text.chars();
    if let (Some(symbol), None) = (chars.next().filter(|c| is_symbol(*c)), chars.next()) {
        return vec![symbol_word(symbol)];
    }
    let long = text.chars().count() >= TRIGRAM;
    let mut alternatives = if long { vec![text.to_owned()] } else { vec![format!(" {text}"), format!("\n{text}")] };
    // A record that has the key has any part of it.
    alternatives.extend(keys.iter().filter(|key| !(long && key.contains(text))).cloned());
    alternatives
}

impl SearchTerm {
    /// A word of a group that may be a number with these keys.
    fn new(text: &str, keys: &[String]) -> Self {
        Self { text: text.to_owned(), alternatives: alternatives(text, keys), is_frequent: false }
    }

    /// Whether each alternative has a trigram.
    fn is_indexed(&self) -> bool {
        self.alternatives.iter().all(|alternative| alternative.chars().count() >= TRIGRAM)
    }

    fn phrase(&self) -> String {
        let phrases: Vec<String> =
            self.alternatives.iter().map(|alternative| format!("\"{}\"", alternative.replace('"', "\"\""))).collect();
        format!("({})", phrases.join(" OR "))
    }

    fn like(&self, sql: &mut Sql, alias: &str) -> String {
        let like = |alternative: &String| {
            format!(r"{alias}.search LIKE CAST({} AS text) ESCAPE '\'", sql.bind(format!("%{}%", escape_like(alternative))))
        };
        format!("({})", self.alternatives.iter().map(like).collect::<Vec<_>>().join(" OR "))
    }
}

/// What a pasted website matches: the same address; the whole site, where a page of it was pasted; an email address there. `None` for a
/// word that is none. A page of a large site that many have pages on doesn't match those of others.
fn website_alternatives(folded: &str) -> Option<Vec<String>> {
    let without_scheme = folded.strip_prefix("https://").or_else(|| folded.strip_prefix("http://"));
    let address = without_scheme.unwrap_or(folded);
    let without_www = address.strip_prefix("www.");
    without_scheme.or(without_www)?;
    let address = without_www.unwrap_or(address).split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let (host, page) = address.split_once('/').unwrap_or((address, ""));
    if host.chars().count() < TRIGRAM {
        return None;
    }
    // Each field is a line, and the last line is that of the symbols, of which a host has one.
    let mut alternatives: Vec<String> = ["\n", "//", "www."].iter().map(|before| format!("{before}{address}")).collect();
    if !page.is_empty() {
        alternatives.extend(["\n", "\nwww."].iter().flat_map(|before| ["\n", "/\n"].map(|after| format!("{before}{host}{after}"))));
    }
    alternatives.push(format!("@{host}\n"));
    Some(alternatives)
}

/// Returns the FROM item and the conditions of the rows of `table`, as `alias`, that match the terms. With `fts_query` the rows
/// come from SQLite's index, else in list order. `$1` is the workspace.
pub(crate) fn matching_rows_sql(
    sql: &mut Sql,
    table: &str,
    alias: &str,
    terms: &SearchTerms,
    fts_query: Option<&str>,
) -> (String, Vec<String>) {
    let mut all = vec![format!("{alias}.workspace_id = $1"), format!("{alias}.deleted_at IS NULL{}", terms.archived_condition(alias))];
    let Some(fts_query) = fts_query else {
        all.extend(terms.like_conditions(sql, alias));
        return (format!("{table} {alias}"), all);
    };
    let (hits, condition) = hits(sql, table, fts_query);
    all.push(condition);
    all.extend(terms.unindexed_conditions(sql, alias));
    (format!("{hits} CROSS JOIN {table} {alias} ON {alias}.workspace_id = $1 AND {alias}.id = d.id"), all)
}

/// The FTS query that finds at most [`FEW_HITS_MAX`] rows of `table`; `None` if it finds more, or no term is indexed.
pub(crate) async fn few_hits(
    db: &impl ConnectionTrait,
    workspace_id: Uuid,
    table: &str,
    terms: &SearchTerms,
) -> Result<Option<String>, StoreError> {
    let Some(fts_query) = terms.fts_query(db.get_database_backend()) else { return Ok(None) };
    let number = count_hits(db, workspace_id, table, &fts_query, FEW_HITS_MAX + 1).await?;
    Ok((number <= FEW_HITS_MAX).then_some(fts_query))
}

/// Returns the FROM item and the condition by which SQLite's index gives the ids of `table`, as `d.id`. The join order is fixed
/// (CROSS JOIN), or SQLite may scan the whole table and look each row up in the index.
pub(crate) fn hits(sql: &mut Sql, table: &str, fts_query: &str) -> (String, String) {
    let fts_query = sql.bind(fts_query);
    (
        format!("{table}_search s CROSS JOIN {table}_docs d ON d.docid = s.rowid"),
        format!("d.workspace_id = $1 AND s.{table}_search MATCH {fts_query}"),
    )
}

/// Number of rows of `table` that SQLite's index finds in a workspace, counted up to `limit`.
pub(crate) async fn count_hits(
    db: &impl ConnectionTrait,
    workspace_id: Uuid,
    table: &str,
    fts_query: &str,
    limit: u64,
) -> Result<u64, StoreError> {
    let mut sql = Sql::with([workspace_id.into()]);
    let (from, condition) = hits(&mut sql, table, fts_query);
    sql.push(&format!("SELECT count(*) AS count FROM (SELECT 1 FROM {from} WHERE {condition} LIMIT {limit}) AS found"));
    Ok(sql.count(db).await?)
}

/// Text that a LIKE pattern takes literally, with `\` as its escape.
pub(crate) fn escape_like(text: &str) -> String {
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

    #[test]
    fn an_empty_search_has_no_condition() {
        let terms = SearchTerms::parse("  ");
        assert!(terms.like_conditions(&mut Sql::default(), "c").is_empty() && terms.is_all_indexed());
        assert_eq!(terms.fts_query(DbBackend::Sqlite), None);
    }

    #[test]
    fn search_terms_are_never_part_of_the_sql_text() {
        let terms = SearchTerms::parse("x'; DROP TABLE companies; -- %' \" OR 1=1 ab");
        let text = terms.like_conditions(&mut Sql::default(), "c").join(" AND ");
        assert!(!text.contains("drop") && !text.contains("1=1"), "{text}");
        assert_eq!(SearchTerms::parse("a\"bc* NEAR").fts_query(DbBackend::Sqlite).as_deref(), Some("(\"a\"\"bc*\") AND (\"near\")"));
    }

    #[test]
    fn short_words_match_the_start_of_a_word() {
        let terms = SearchTerms::parse("Đường ty x");
        assert_eq!(terms.fts_query(DbBackend::Sqlite).as_deref(), Some("(\"duong\") AND (\" ty\" OR \"\nty\")"));
        assert_eq!((terms.is_all_indexed(), terms.unindexed_conditions(&mut Sql::default(), "c").len()), (false, 1));
        assert_eq!(terms.fts_query(DbBackend::Postgres), None);
        assert_eq!(search_column(["Công ty", "Đường"]), "\ncong ty\nduong");
    }

    #[test]
    fn wildcards_are_taken_literally() {
        assert_eq!(escape_like(r"100%_\"), r"100\%\_\\");
    }

    #[test]
    fn a_lone_symbol_is_a_word_of_the_index() {
        assert_eq!(search_column(["100% Đường_A"]), "\n100% duong_a\nzzq25z zzq5fz");
        assert_eq!(SearchTerms::parse("_").fts_query(DbBackend::Sqlite).as_deref(), Some("(\"zzq5fz\")"));
        assert_eq!(SearchTerms::parse("a_").fts_query(DbBackend::Sqlite).as_deref(), Some("(\" a_\" OR \"\na_\")"));
    }

    #[test]
    fn a_word_is_a_website_by_its_scheme_or_www() {
        for word in ["example.vn", "https", "http://", "www.", "https://a", "wwwa.example.vn"] {
            assert_eq!(website_alternatives(word), None, "{word}");
        }
        let site = website_alternatives("https://www.example.vn/?q=1").unwrap_or_default();
        assert_eq!(site, ["\nexample.vn", "//example.vn", "www.example.vn", "@example.vn\n"]);
    }

    #[test]
    fn archived_records_are_told_apart_in_the_index() {
        let fts_query = |archived| SearchTerms::parse("duong an").archived(archived).fts_query(DbBackend::Sqlite).unwrap_or_default();
        assert_eq!(fts_query(Archived::Any), "(\" an\" OR \"\nan\") AND (\"duong\")");
        assert_eq!(fts_query(Archived::No), fts_query(Archived::Any) + " NOT \"\u{1}\u{1}\u{1}\"");
        assert_eq!(fts_query(Archived::Only), fts_query(Archived::Any) + " AND \"\u{1}\u{1}\u{1}\"");
        assert_eq!(SearchTerms::parse("x").archived(Archived::Only).fts_query(DbBackend::Sqlite), None);
        assert_eq!(archived_search_column(&search_column(["Đường"])), "\nduong\n\u{1}\u{1}\u{1}");
    }

    #[test]
    fn words_are_limited_and_deduplicated() {
        let typed: String = ('a'..='z').map(|c| format!("{c} ")).collect();
        assert_eq!(SearchTerms::parse(&typed).terms.len(), WORDS_MAX);
        let words: Vec<String> = SearchTerms::parse("Đường duong ĐƯỜNG an").terms.into_iter().map(|word| word.text).collect();
        assert_eq!(words, ["an", "duong"]);
    }

    #[test]
    fn a_phone_number_matches_by_its_key() {
        let fts_query = |typed: &str| SearchTerms::parse(typed).fts_query(DbBackend::Sqlite).unwrap_or_default();
        assert_eq!(fts_query("lan 0903 123"), "(\"0903\") AND (\"123\") AND (\"lan\")");
        assert_eq!(fts_query("+84 903"), "(\"+84\" OR \"0903\") AND (\"903\")");
        assert_eq!(fts_query("0903.123.456"), "(\"0903.123.456\" OR \"0903123456\")");
        assert!(SearchTerms::parse("lan +84 903 hcm").is_all_indexed());
    }
}

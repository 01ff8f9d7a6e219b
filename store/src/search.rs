//! Search as people type it: each word of it must be found in a record's folded `search` column, which is empty for what
//! is in the bin. A telephone number is found however it is written: in that column stands its key
//! ([`domain::phones`]), and words that make a number may be found as that key, too.
//!
//! A word of three characters and more is found anywhere in it. A shorter one must begin a word of the record, or half the
//! list would match; with the blank before it, two characters too make a trigram that the indexes know. PostgreSQL chooses
//! by itself between its index and walking the list, unless it is known how many rows match ([`Needle::walking`]); SQLite has to be told, so there a query asks first how many hits the
//! index has.

use crate::{StoreError, rows::uint, sql::Sql, write::Write};
use domain::{
    fold::{fold, search_key},
    phones,
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Value};
use uuid::Uuid;

/// Words past this many are passed over: they narrow nothing a person could read, and each costs a comparison.
const WORDS_MAX: usize = 10;
/// Characters that the trigram indexes need.
const TRIGRAM: usize = 3;
/// So many hits are fetched and sorted; of more, walking the list in its order meets a page sooner.
pub(crate) const FEW: u64 = 500;

/// What a record's `search` column holds: its searched fields folded, a line each, so that a blank or a line break is before
/// every word.
pub(crate) fn searchable<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    format!("\n{}", search_key(fields))
}

/// Search texts read and written at once; each binds two values.
pub(crate) const TEXTS_AT_ONCE: usize = 500;

/// Writes the search texts of these records of `table`, [`TEXTS_AT_ONCE`] at most. Their versions stay: nobody edited them.
pub(crate) async fn write_texts(write: &Write, table: &'static str, texts: Vec<(Uuid, String)>) -> Result<(), StoreError> {
    if texts.is_empty() {
        return Ok(());
    }
    let mut statement = Sql::with([write.workspace_id().into()]);
    let values: Vec<String> =
        texts.into_iter().map(|(id, text)| format!("({})", statement.bind_all::<Value>([id.into(), text.into()]))).collect();
    statement.push(&format!(
        "UPDATE {table} SET search = anew.column2 FROM (VALUES {}) AS anew WHERE {table}.workspace_id = $1 AND {table}.id = anew.column1",
        values.join(", ")
    ));
    statement.execute(&write.db).await?;
    Ok(())
}

/// What was typed, word by word, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needle {
    words: Vec<Word>,
    /// The rows are met in the list's order, each looked at: no index of words is asked.
    walks: bool,
}

/// One word, and all that a record must contain one of to have it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    text: String,
    places: Vec<String>,
}

impl Needle {
    /// The words of what was typed.
    pub fn of(typed: &str) -> Self {
        let folded = fold(typed);
        let tokens: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        // Digits and the marks between them, one after another, may be one number.
        let number = |token: &&str| token.chars().all(phones::is_of_number);
        let mut words: Vec<Word> = Vec::new();
        for group in tokens.chunk_by(|one, next| number(one) && number(next)) {
            let keys = if number(&group[0]) { phones::sought(&group.join(" ")) } else { vec![] };
            words.extend(group.iter().map(|text| Word::new(text, &keys)));
        }
        words.sort_unstable_by(|one, other| one.text.cmp(&other.text));
        words.dedup_by(|one, other| one.text == other.text);
        words.truncate(WORDS_MAX);
        Self { words, walks: false }
    }

    /// The same words, for walking the list: see [`Known::walks`](crate::listing::Known).
    pub fn walking(self) -> Self {
        Self { walks: true, ..self }
    }

    /// The conditions that `alias.search` has each word.
    pub fn scanned(&self, sql: &mut Sql, alias: &str) -> Vec<String> {
        self.words.iter().map(|word| self.condition(word, sql, alias)).collect()
    }

    /// The conditions of those words that [`Needle::phrases`] leaves out.
    pub fn rest(&self, sql: &mut Sql, alias: &str) -> Vec<String> {
        self.words.iter().filter(|word| !word.is_indexed()).map(|word| self.condition(word, sql, alias)).collect()
    }

    /// In a CASE the condition is hidden from the index, and PostgreSQL takes half of all rows to satisfy it.
    fn condition(&self, word: &Word, sql: &mut Sql, alias: &str) -> String {
        let like = word.like(sql, alias);
        if self.walks { format!("CASE WHEN {like} THEN TRUE ELSE FALSE END") } else { like }
    }

    /// Whether [`Needle::phrases`] leaves nothing out.
    pub fn is_all_indexed(&self) -> bool {
        self.words.iter().all(Word::is_indexed)
    }

    /// The words as SQLite's index takes them; `None` where it knows none of them, and on PostgreSQL.
    pub fn phrases(&self, backend: DbBackend) -> Option<String> {
        let words: Vec<String> = self.words.iter().filter(|word| word.is_indexed()).map(Word::phrase).collect();
        (backend == DbBackend::Sqlite && !words.is_empty()).then(|| words.join(" AND "))
    }
}

impl Word {
    /// A word of a group that may be a number with these keys.
    fn new(text: &str, keys: &[String]) -> Self {
        let long = text.chars().count() >= TRIGRAM;
        let mut places = if long { vec![text.to_owned()] } else { vec![format!(" {text}"), format!("\n{text}")] };
        // A record that has the key has any part of it.
        places.extend(keys.iter().filter(|key| !(long && key.contains(text))).cloned());
        Self { text: text.to_owned(), places }
    }

    /// Whether each of its places has a trigram.
    fn is_indexed(&self) -> bool {
        self.places.iter().all(|place| place.chars().count() >= TRIGRAM)
    }

    fn phrase(&self) -> String {
        let phrases: Vec<String> = self.places.iter().map(|place| format!("\"{}\"", place.replace('"', "\"\""))).collect();
        format!("({})", phrases.join(" OR "))
    }

    fn like(&self, sql: &mut Sql, alias: &str) -> String {
        let like = |place: &String| format!(r"{alias}.search LIKE {} ESCAPE '\'", sql.bind(format!("%{}%", escaped(place))));
        format!("({})", self.places.iter().map(like).collect::<Vec<_>>().join(" OR "))
    }
}

/// Where the rows of `table` that have the words are, as `alias`, and what they must satisfy: by SQLite's index if its
/// phrases are given, else in the order of the list. `$1` is the workspace.
pub(crate) fn matched(sql: &mut Sql, table: &str, alias: &str, needle: &Needle, phrases: Option<&str>) -> (String, Vec<String>) {
    let mut all = vec![format!("{alias}.workspace_id = $1"), format!("{alias}.deleted_at IS NULL")];
    let Some(phrases) = phrases else {
        all.extend(needle.scanned(sql, alias));
        return (format!("{table} {alias}"), all);
    };
    let (hits, condition) = hits(sql, table, phrases);
    all.push(condition);
    all.extend(needle.rest(sql, alias));
    (format!("{hits} CROSS JOIN {table} {alias} ON {alias}.workspace_id = $1 AND {alias}.id = d.id"), all)
}

/// The phrases by which a few rows of `table` are found in SQLite's index; `None` where there are more than [`FEW`] or no
/// index to ask.
pub(crate) async fn few_hits(
    db: &impl ConnectionTrait,
    workspace_id: Uuid,
    table: &str,
    needle: &Needle,
) -> Result<Option<String>, StoreError> {
    let Some(phrases) = needle.phrases(db.get_database_backend()) else { return Ok(None) };
    let number = count_hits(db, workspace_id, table, &phrases, FEW + 1).await?;
    Ok((number <= FEW).then_some(phrases))
}

/// SQLite's way from phrases to the ids of `table`, as `d.id`: what to read from and the condition. The order is fixed
/// (CROSS JOIN), or SQLite may go through the whole table and look each row up in the index.
pub(crate) fn hits(sql: &mut Sql, table: &str, phrases: &str) -> (String, String) {
    let phrases = sql.bind(phrases);
    (
        format!("{table}_search s CROSS JOIN {table}_docs d ON d.docid = s.rowid"),
        format!("d.workspace_id = $1 AND s.{table}_search MATCH {phrases}"),
    )
}

/// How many rows of `table` SQLite's index finds in a workspace, counted no further than `most`.
pub(crate) async fn count_hits(
    db: &impl ConnectionTrait,
    workspace_id: Uuid,
    table: &str,
    phrases: &str,
    most: u64,
) -> Result<u64, StoreError> {
    #[derive(FromQueryResult)]
    struct Count {
        hits: i64,
    }
    let mut sql = Sql::with([workspace_id.into()]);
    let (from, condition) = hits(&mut sql, table, phrases);
    sql.push(&format!("SELECT count(*) AS hits FROM (SELECT 1 FROM {from} WHERE {condition} LIMIT {most}) AS found"));
    Ok(uint(sql.one::<Count>(db).await?.map_or(0, |row| row.hits)))
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

    #[test]
    fn nothing_typed_is_no_condition() {
        let needle = Needle::of("  ");
        assert!(needle.scanned(&mut Sql::default(), "c").is_empty() && needle.is_all_indexed());
        assert_eq!(needle.phrases(DbBackend::Sqlite), None);
    }

    #[test]
    fn what_is_typed_is_never_part_of_the_text() {
        let needle = Needle::of("x'; DROP TABLE companies; -- %' \" OR 1=1 ab");
        let text = needle.scanned(&mut Sql::default(), "c").join(" AND ");
        assert!(!text.contains("drop") && !text.contains("1=1"), "{text}");
        assert_eq!(Needle::of("a\"bc* NEAR").phrases(DbBackend::Sqlite).as_deref(), Some("(\"a\"\"bc*\") AND (\"near\")"));
    }

    #[test]
    fn short_words_begin_a_word() {
        let needle = Needle::of("Đường ty x");
        assert_eq!(needle.phrases(DbBackend::Sqlite).as_deref(), Some("(\"duong\") AND (\" ty\" OR \"\nty\")"));
        assert_eq!((needle.is_all_indexed(), needle.rest(&mut Sql::default(), "c").len()), (false, 1));
        assert_eq!(needle.phrases(DbBackend::Postgres), None);
        assert_eq!(searchable(["Công ty", "Đường"]), "\ncong ty\nduong");
    }

    #[test]
    fn wildcards_are_taken_literally() {
        assert_eq!(escaped(r"100%_\"), r"100\%\_\\");
    }

    #[test]
    fn words_are_bounded_and_looked_for_once() {
        let typed: String = ('a'..='z').map(|c| format!("{c} ")).collect();
        assert_eq!(Needle::of(&typed).words.len(), WORDS_MAX);
        let words: Vec<String> = Needle::of("Đường duong ĐƯỜNG an").words.into_iter().map(|word| word.text).collect();
        assert_eq!(words, ["an", "duong"]);
    }

    #[test]
    fn a_number_is_found_by_its_key() {
        let phrases = |typed: &str| Needle::of(typed).phrases(DbBackend::Sqlite).unwrap_or_default();
        assert_eq!(phrases("lan 0903 123"), "(\"0903\") AND (\"123\") AND (\"lan\")");
        assert_eq!(phrases("+84 903"), "(\"+84\" OR \"0903\") AND (\"903\")");
        assert_eq!(phrases("0903.123.456"), "(\"0903.123.456\" OR \"0903123456\")");
        assert!(Needle::of("lan +84 903 hcm").is_all_indexed());
    }
}

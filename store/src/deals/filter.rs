//! SQL conditions of a deal filter.

use crate::{
    database::sql::Sql,
    lists::{
        filters::{FilteredRows, excluded_if, times_sql},
        search::{self, FEW_HITS_MAX, SearchTerms, escape_like},
    },
    tags::tag_condition,
};
use domain::{
    deals::{DealColumn, DealFilter, lost_reason_key},
    fold::fold,
    page::ListColumn,
};
use sea_orm::DbBackend;

/// Words of a name filter. Further words are ignored.
const WORDS_MAX: usize = 10;

/// How SQLite finds the rows that match what other tables hold: the search index, names of companies, their counters. PostgreSQL
/// chooses by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matching {
    /// The ids that match are read once, as a set. For a statement that needs every matching row.
    Set,
    /// Each row is compared by itself. For a statement that ends after some rows of a list of which many match.
    EachRow,
}

impl Matching {
    /// For the first rows of a list of which `count` match.
    pub fn first_of(count: u64) -> Self {
        if count > FEW_HITS_MAX { Self::EachRow } else { Self::Set }
    }
}

/// Returns the conditions, each after ` AND `, that a deal is not in the bin and matches `filter`. `$1` is the workspace.
///
/// - `sql`: the statement that the values are bound to.
/// - `deals`: the alias of the table `deals` in that statement.
///
/// On PostgreSQL, and for words without a trigram, `search` is compared by LIKE.
pub(crate) fn filter_sql(sql: &mut Sql, filter: &DealFilter, backend: DbBackend, deals: &str, matching: Matching) -> String {
    let mut all = vec![format!("{deals}.deleted_at IS NULL")];
    let each_row = backend == DbBackend::Sqlite && matching == Matching::EachRow;
    // With a plus sign no index is used for the column: SQLite would read and sort all that match, along the index of the filter.
    let column = |name: &str| if each_row { format!("+{deals}.{name}") } else { format!("{deals}.{name}") };
    // LIMIT 1 as in `tag_condition`.
    let in_other = |column: &str, table: &str, id: &str, condition: String| match each_row {
        true => format!("EXISTS (SELECT 1 FROM {table} o WHERE o.workspace_id = $1 AND o.{id} = {deals}.{column} AND {condition} LIMIT 1)"),
        false => format!("{deals}.{column} IN (SELECT o.{id} FROM {table} o WHERE o.workspace_id = $1 AND {condition})"),
    };
    let terms = SearchTerms::parse(&filter.q);
    match terms.fts_query(backend).filter(|_| !each_row) {
        Some(fts_query) => {
            let (from, condition) = search::hits(sql, "deals", &fts_query);
            all.push(format!("{deals}.id IN (SELECT d.id FROM {from} WHERE {condition})"));
            all.extend(terms.unindexed_conditions(sql, deals));
        }
        None => all.extend(terms.like_conditions(sql, deals)),
    }
    let excluded_if = |name: &str, condition: String| excluded_if(filter.record.excludes(name), condition);
    if !filter.stage.is_empty() {
        let slugs = sql.bind_all(filter.stage.iter().map(String::as_str));
        let in_stage = format!("{} IN (SELECT id FROM stages WHERE workspace_id = $1 AND slug IN ({slugs}))", column("stage_id"));
        all.push(excluded_if("stage", in_stage));
    }
    let mut one_of = |name: &str, ids: Vec<uuid::Uuid>| {
        if !ids.is_empty() {
            let ids = sql.bind_all(ids);
            all.push(excluded_if(name, format!("{} IN ({ids})", column(name))));
        }
    };
    one_of("company_id", filter.company_id.iter().map(|id| id.0).collect());
    one_of("contact_id", filter.contact_id.iter().map(|id| id.0).collect());
    one_of("owner_id", filter.owner_id.iter().map(|id| id.0).collect());
    for (typed, table, column) in [(&filter.company, "companies", "company_id"), (&filter.contact, "contacts", "contact_id")] {
        if let Some(names) = name_contains_words(sql, typed) {
            let indexed = if each_row { String::new() } else { found_by_index(sql, table, typed, backend) };
            all.push(in_other(column, table, "id", format!("o.deleted_at IS NULL{indexed}{names}")));
        }
    }
    if !filter.tag.is_empty() {
        all.push(excluded_if("tag", tag_condition(sql, "deal_tags", "deal_id", &format!("{deals}.id"), &filter.tag)));
    }
    for (amount, compared) in [(filter.value_min, ">="), (filter.value_max, "<=")] {
        if let Some(amount) = amount {
            let amount = sql.bind(amount.hundredths());
            all.push(format!("{} {compared} {amount}", column("value")));
        }
    }
    for (day, compared) in filter.close.days().into_iter().zip([">=", "<="]) {
        if let Some(day) = day {
            let day = sql.bind(day);
            all.push(format!("{} {compared} {day}", column("expected_close_date")));
        }
    }
    let sources: Vec<String> = filter.source.iter().map(|source| fold(source)).collect();
    let reasons: Vec<String> = filter.lost_reason.iter().map(|reason| lost_reason_key(reason)).collect();
    for (name, keys) in [("source", sources), ("lost_reason", reasons)] {
        if !keys.is_empty() {
            let keys = sql.bind_all(keys);
            all.push(excluded_if(name, format!("{} IN ({keys})", column(&format!("{name}_key")))));
        }
    }
    all.extend(times_sql(sql, &column("closed_at"), filter.closed));
    let rows = FilteredRows { alias: deals, entity: "deal", value_of: value_sql, each_row, backend };
    all.extend(rows.conditions(sql, &filter.record));
    if filter.open {
        all.push(format!("{} IN (SELECT id FROM stages WHERE workspace_id = $1 AND kind = 'open')", column("stage_id")));
    }
    if filter.no_value {
        all.push(format!("{} IS NULL", column("value")));
    }
    if filter.promised_step {
        // Kept by triggers of the activities.
        all.push(format!("{deals}.next_step_activity_id IS NOT NULL"));
    }
    if filter.no_primary {
        all.push(in_other("company_id", "company_counters", "company_id", "o.primary_contacts = 0 AND NOT o.is_archived".to_owned()));
    }
    all.into_iter().map(|condition| format!(" AND {condition}")).collect()
}

/// SQL of what is NULL where a column is empty.
fn value_sql(deals: &str, column: DealColumn) -> String {
    match column {
        DealColumn::Contact => format!("NULLIF({deals}.contact_sort_key, '')"),
        DealColumn::Source => format!("NULLIF({deals}.source_key, '')"),
        DealColumn::LostReason => format!("NULLIF({deals}.lost_reason_key, '')"),
        DealColumn::Tags => format!("(SELECT 1 FROM deal_tags g WHERE g.workspace_id = $1 AND g.deal_id = {deals}.id LIMIT 1)"),
        other => format!("{deals}.{}", other.name()),
    }
}

/// Conditions that `o.name_key` contains each word of `typed`, each after ` AND `; `None` if there is no word.
fn name_contains_words(sql: &mut Sql, typed: &str) -> Option<String> {
    let folded = fold(typed);
    let words = folded.split(' ').filter(|word| !word.is_empty()).take(WORDS_MAX);
    let conditions: String =
        words.map(|word| format!(r" AND o.name_key LIKE {} ESCAPE '\'", sql.bind(format!("%{}%", escape_like(word))))).collect();
    (!conditions.is_empty()).then_some(conditions)
}

/// Condition that the search index of `table` finds `o` by the words of `typed`, after ` AND `. It finds more than names, and every
/// name: words that it would find at the start of a word only are left out.
fn found_by_index(sql: &mut Sql, table: &str, typed: &str, backend: DbBackend) -> String {
    let terms = SearchTerms::parse(typed).found_anywhere();
    match terms.fts_query(backend) {
        Some(fts_query) => {
            let (from, condition) = search::hits(sql, table, &fts_query);
            format!(" AND o.id IN (SELECT d.id FROM {from} WHERE {condition})")
        }
        None => terms.like_conditions(sql, "o").into_iter().map(|condition| format!(" AND {condition}")).collect(),
    }
}

/// SQL of the weighted value of a deal `d` in hundredths: its value times its probability, rounded half up. Integers, so exact.
pub(crate) const WEIGHTED: &str = "(d.value * d.probability + 50) / 100";

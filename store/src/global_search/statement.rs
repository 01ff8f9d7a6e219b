//! The statement that reads the best matches of all kinds, and counts them.

use super::{
    HITS_OF_EACH, SEARCH_CAP,
    hit::COLUMNS,
    plan::{NEWEST_SEARCHED, Plan, Plans},
    source::{SOURCES, Source, TEXTS, kind_number},
};
use crate::{
    database::sql::{Sql, indexed_by},
    lists::{
        ranking::{accents_sql, rank_sql},
        search::{SearchTerms, hits, matching_rows_sql},
    },
};
use domain::{
    access::Actor,
    fold::fold,
    page::{PAGE_SIZE, PageNumber, PageSize},
    search::{RecentRecord, SearchKind},
};
use sea_orm::DbBackend;
use uuid::Uuid;

/// The newest matches of a scan that are ranked where a few of each kind are shown.
const RANKED_OF_EACH: u64 = 150;

/// Names that begin with what was typed and are ranked, beside the newest matches: the first by name, so that the very name is among them.
const PREFIXES_RANKED: u64 = 100;

/// Hits of the index that are read, the latest records first: a search that finds more has too few letters to mean one record.
const READ_OF_INDEX: u64 = SEARCH_CAP + 100;

/// What is asked for.
pub(super) struct Asked<'a> {
    pub actor: &'a Actor,
    pub q: &'a str,
    pub recent: &'a [RecentRecord],
    /// Whether the matches of each kind are counted, up to [`SEARCH_CAP`] and one beyond.
    pub counted: bool,
    pub rows: Rows,
}

/// The rows that are asked for.
#[derive(Clone, Copy)]
pub(super) enum Rows {
    /// The best of each kind, and one more, which shows that there are more.
    Best,
    /// A page of one kind.
    Page(SearchKind, PageNumber),
}

impl Rows {
    /// The newest matches that a scan looks for.
    fn scanned(self) -> u64 {
        match self {
            Self::Best => RANKED_OF_EACH,
            Self::Page(..) => SEARCH_CAP + 1,
        }
    }

    /// LIMIT and OFFSET of a kind's rows; `None` without rows.
    fn range(self, kind: SearchKind) -> Option<(u64, u64)> {
        match self {
            Self::Best => Some((HITS_OF_EACH + 1, 0)),
            Self::Page(shown, page) => {
                let offset = page.offset(PageSize::default());
                (shown == kind && offset < SEARCH_CAP).then_some((PAGE_SIZE, offset))
            }
        }
    }
}

/// One row per hit, in the order shown, after a row with place 0 per count; `None` if nothing is asked for. The matches of a kind that is
/// shown are read once, for both.
pub(super) fn statement(backend: DbBackend, plans: &Plans, asked: &Asked<'_>) -> Option<Sql> {
    let mut sql = Sql::with([asked.actor.workspace_id.0.into()]);
    let (mut tables, mut parts) = (Vec::new(), Vec::new());
    for source in &SOURCES {
        let matching = Matching { backend, source, plan: plans.of(source), terms: &plans.terms_of(source), folded: &fold(asked.q) };
        let shown = asked.rows.range(source.kind);
        if let Some(range) = shown {
            let found = matching.found_sql(&mut sql, asked);
            tables.push(format!("{} (id, key, name, touched) AS ({found})", source.found()));
            parts.push(matching.hits_sql(&mut sql, asked, range));
        }
        if asked.counted {
            let has_all = shown.is_some() && (matching.plan != Plan::Scan || asked.rows.scanned() > SEARCH_CAP);
            let ids = if has_all { format!("SELECT id FROM {}", source.found()) } else { matching.ids_sql(&mut sql) };
            parts.push(count_sql(source.kind, &ids));
        }
    }
    let tags = tags_sql(&mut sql, plans.terms());
    parts.extend(asked.rows.range(SearchKind::Tags).map(|range| tag_hits_sql(&mut sql, &tags, asked, range)));
    if asked.counted {
        parts.push(count_sql(SearchKind::Tags, &format!("SELECT x.id FROM {tags} AS x LIMIT {}", SEARCH_CAP + 1)));
    }
    if parts.is_empty() {
        return None;
    }
    tables.push(format!("hits ({COLUMNS}) AS ({})", parts.join(" UNION ALL ")));
    sql.push(&format!("WITH {} SELECT {COLUMNS} FROM hits ORDER BY kind, place", tables.join(", ")));
    Some(sql)
}

/// The row of a kind's count. `ids`: SELECT of what is counted.
fn count_sql(kind: SearchKind, ids: &str) -> String {
    let kind = kind_number(kind);
    let texts = ["CAST(NULL AS text)"; TEXTS + 3].join(", ");
    format!(
        "SELECT {kind}, 0, CAST(NULL AS uuid), '', {texts}, CAST(NULL AS text), (SELECT count(*) FROM ({ids}) AS counted), CAST(NULL AS timestamptz)"
    )
}

/// The matches of one kind.
struct Matching<'a> {
    backend: DbBackend,
    source: &'a Source,
    plan: Plan,
    terms: &'a SearchTerms,
    /// What was typed, folded.
    folded: &'a str,
}

impl Matching<'_> {
    /// SELECT of the hits of a kind, the best of what [`Matching::found_sql`] finds first. `range`: LIMIT and OFFSET. The join is a CROSS JOIN,
    /// or SQLite scans the whole table to look each row up in what was found.
    fn hits_sql(&self, sql: &mut Sql, asked: &Asked<'_>, (limit, offset): (u64, u64)) -> String {
        let Source { table, name, .. } = self.source;
        let (kind, found) = (self.source.kind_number(), self.source.found());
        let rank = rank_sql(sql, "f.key", self.folded);
        let accents = accents_sql(sql, "f.name", asked.q).unwrap_or_else(|| "0".to_owned());
        let opened = recency_sql(sql, "f.id", &recent_of(self.source.kind, asked.recent));
        let columns = self.source.hit_columns();
        let offset = if offset == 0 { String::new() } else { format!(" OFFSET {offset}") };
        format!(
            "SELECT {kind} AS kind, best.place AS place, x.id AS id, x.{name} AS name, {columns}
             FROM (SELECT id, row_number() OVER (ORDER BY rank, accents DESC, opened, touched DESC, id DESC) AS place
                   FROM (SELECT f.id, {rank} AS rank, {accents} AS accents, {opened} AS opened, f.touched FROM {found} f) AS ranked
                   ORDER BY place LIMIT {limit}{offset}) AS best
             CROSS JOIN {table} x WHERE x.workspace_id = $1 AND x.id = best.id"
        )
    }

    /// SELECT of what is ranked: the newest matches, names that begin with what was typed, and recently opened records that match. Its
    /// columns are the id, the folded name, the name, and the time that it was touched.
    fn found_sql(&self, sql: &mut Sql, asked: &Asked<'_>) -> String {
        let Source { table, live, .. } = self.source;
        let columns = self.columns();
        let matches = match self.plan {
            Plan::Index => {
                let found = self.indexed_sql(sql, READ_OF_INDEX);
                format!("SELECT {columns} FROM ({found}) AS found CROSS JOIN {table} x WHERE x.workspace_id = $1 AND x.id = found.id")
            }
            Plan::Scan => {
                let newest = self.scan_sql(sql, &columns, asked.rows.scanned());
                format!("SELECT * FROM ({newest}) AS newest")
            }
            Plan::Newest => self.newest_sql(sql, &columns),
        };
        let mut parts = vec![matches];
        parts.extend(self.prefixes_sql(sql, &columns));
        let recent = recent_of(self.source.kind, asked.recent);
        if !recent.is_empty() {
            let (ids, matching) = (sql.bind_all(recent), self.scan_conditions(sql));
            parts.push(format!("SELECT {columns} FROM {table} x WHERE x.workspace_id = $1 AND {live} AND x.id IN ({ids}) AND {matching}"));
        }
        parts.join(" UNION ")
    }

    /// SELECT of the ids of matches, more than [`SEARCH_CAP`] of them or as many as there are, in any order: what the pages list, up to that
    /// number.
    fn ids_sql(&self, sql: &mut Sql) -> String {
        let limit = SEARCH_CAP + 1;
        match self.plan {
            Plan::Index => self.indexed_sql(sql, limit),
            // SQLite's index gives the first of many hits at once; PostgreSQL's finds all of them first.
            Plan::Scan if self.backend == DbBackend::Sqlite && self.terms.is_all_indexed() => self.indexed_sql(sql, limit),
            Plan::Scan => self.scan_sql(sql, "x.id", limit),
            // The other plans find every name that begins so; this one those of the newest records only.
            Plan::Newest => {
                let newest = self.newest_sql(sql, "x.id");
                [newest].into_iter().chain(self.prefixes_sql(sql, "x.id")).collect::<Vec<_>>().join(" UNION ")
            }
        }
    }

    /// The columns of [`Matching::found_sql`].
    fn columns(&self) -> String {
        let Source { name, touched, .. } = self.source;
        format!("x.id, {}, x.{name}, x.{touched}", self.source.name_key(self.backend))
    }

    /// SQL condition that a row matches all words, compared row by row.
    fn scan_conditions(&self, sql: &mut Sql) -> String {
        self.terms.clone().for_ordered_scan().like_conditions(sql, "x").join(" AND ")
    }

    /// SELECT of the first names that begin with what was typed; `None` without a column for it.
    fn prefixes_sql(&self, sql: &mut Sql, columns: &str) -> Option<String> {
        let Source { table, live, has_name_key, .. } = self.source;
        let (from, to) = has_name_key.then(|| (sql.bind(self.folded), sql.bind(format!("{}\u{10ffff}", self.folded))))?;
        Some(format!(
            "SELECT * FROM (SELECT {columns} FROM {table} x
                            WHERE x.workspace_id = $1 AND {live} AND x.name_key >= {from} AND x.name_key < {to}
                            ORDER BY x.name_key, x.id LIMIT {PREFIXES_RANKED}) AS beginning"
        ))
    }

    /// SELECT of the ids that the search index finds, the latest that were created, at most `limit`. Each row that is read by its id costs
    /// SQLite 10 microseconds, so the index alone decides which.
    fn indexed_sql(&self, sql: &mut Sql, limit: u64) -> String {
        let table = self.source.table;
        let fts_query = self.terms.fts_query(self.backend);
        if let Some(fts_query) = fts_query.as_deref().filter(|_| self.terms.is_all_indexed()) {
            let (from, condition) = hits(sql, table, fts_query);
            return format!("SELECT id FROM (SELECT d.id FROM {from} WHERE {condition} ORDER BY s.rowid DESC LIMIT {limit}) AS hits");
        }
        let (from, conditions) = matching_rows_sql(sql, table, "x", self.terms, fts_query.as_deref());
        let conditions = conditions.join(" AND ");
        // Without the fence PostgreSQL may scan in the order that is asked for, to find a match in every two hundredth row.
        let fence = if self.backend == DbBackend::Postgres { " OFFSET 0" } else { "" };
        format!("SELECT id FROM (SELECT x.id FROM {from} WHERE {conditions}{fence}) AS hits ORDER BY id DESC LIMIT {limit}")
    }

    /// SELECT of the newest matches, at most `limit`.
    fn scan_sql(&self, sql: &mut Sql, columns: &str, limit: u64) -> String {
        let Source { table, touched, index, live, .. } = self.source;
        let (along, matching) = (indexed_by(self.backend, index), self.scan_conditions(sql));
        format!(
            "SELECT {columns} FROM {table} x {along} WHERE x.workspace_id = $1 AND {live} AND {matching}
             ORDER BY x.{touched} DESC, x.id DESC LIMIT {limit}"
        )
    }

    /// SELECT of the matches among the [`NEWEST_SEARCHED`] newest records.
    fn newest_sql(&self, sql: &mut Sql, columns: &str) -> String {
        let Source { table, touched, name, index, live, has_name_key, .. } = self.source;
        let (along, matching) = (indexed_by(self.backend, index), self.scan_conditions(sql));
        let name_key = if *has_name_key { ", x.name_key" } else { "" };
        format!(
            "SELECT {columns} FROM (SELECT x.id, x.search, x.{name}, x.{touched}{name_key} FROM {table} x {along} WHERE x.workspace_id = $1 AND {live}
                                    ORDER BY x.{touched} DESC, x.id DESC LIMIT {NEWEST_SEARCHED}) AS x WHERE {matching}"
        )
    }
}

/// The recently opened records of a kind, the last one first.
fn recent_of(kind: SearchKind, recent: &[RecentRecord]) -> Vec<Uuid> {
    recent.iter().filter(|(of, _)| *of == kind).map(|(_, id)| *id).collect()
}

/// SQL of a row's place among the recently opened ones; others come after them. `id`: SQL of its id.
fn recency_sql(sql: &mut Sql, id: &str, recent: &[Uuid]) -> String {
    if recent.is_empty() {
        return "0".to_owned();
    }
    let places: Vec<String> =
        recent.iter().enumerate().map(|(place, opened)| format!("WHEN {id} = {} THEN {place}", sql.bind(*opened))).collect();
    format!("CASE {} ELSE {} END", places.join(" "), recent.len())
}

/// FROM item of the tags that match. Their names are searched as the search column of other records is, in which a line break comes first.
fn tags_sql(sql: &mut Sql, terms: &SearchTerms) -> String {
    let line = sql.bind("\n");
    let likes = terms.like_conditions(sql, "t").join(" AND ");
    format!(
        "(SELECT t.id, t.name, t.name_key, t.sort_key, t.color
          FROM (SELECT g.*, CAST({line} AS text) || g.name_key AS search FROM tags g WHERE g.workspace_id = $1) AS t WHERE {likes})"
    )
}

/// SELECT of the tags, the best first.
fn tag_hits_sql(sql: &mut Sql, tags: &str, asked: &Asked<'_>, (limit, offset): (u64, u64)) -> String {
    let recent = recent_of(SearchKind::Tags, asked.recent);
    let rank = rank_sql(sql, "x.name_key", &fold(asked.q));
    let accents = accents_sql(sql, "x.name", asked.q).unwrap_or_else(|| "0".to_owned());
    let opened = recency_sql(sql, "x.id", &recent);
    let kind = kind_number(SearchKind::Tags);
    let carriers = ["companies", "contacts", "deals"]
        .map(|column| format!("(SELECT CAST(n.{column} AS text) FROM tag_counters n WHERE n.workspace_id = $1 AND n.tag_id = best.id)"))
        .join(", ");
    let texts = ["CAST(NULL AS text)"; TEXTS - 1].join(", ");
    let offset = if offset == 0 { String::new() } else { format!(" OFFSET {offset}") };
    format!(
        "SELECT {kind} AS kind, best.place AS place, best.id AS id, best.name AS name, {carriers}, best.color, {texts},
           CAST(NULL AS text), CAST(NULL AS bigint), CAST(NULL AS timestamptz)
         FROM (SELECT id, name, color, row_number() OVER (ORDER BY rank, accents DESC, opened, sort_key, id) AS place
               FROM (SELECT x.id, x.name, x.color, x.sort_key, {rank} AS rank, {accents} AS accents, {opened} AS opened FROM {tags} AS x) AS ranked
               ORDER BY place LIMIT {limit}{offset}) AS best"
    )
}

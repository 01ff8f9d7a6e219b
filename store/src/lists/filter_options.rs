//! Options of a list's filter menus: the values of a text column that are in use, and the workspace's tags.

use crate::{
    StoreError,
    database::sql::sql,
    tags::{TAGS_LISTED, Tag},
};
use domain::{collation::sort_key, ids::TagId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// Options of a list's filter menus.
pub(crate) struct FilterOptions {
    /// Values of the column, in Vietnamese order.
    pub values: Vec<String>,
    /// Tags, by name, at most [`TAGS_LISTED`].
    pub tags: Vec<Tag>,
}

/// The values of a filter: at most `limit` of `column`, in the `rows` of `table` that satisfy this condition on the table's columns.
/// `column` has a folded copy `{column}_key` with an index of the live rows.
pub(crate) struct ValuesInUse {
    pub table: &'static str,
    pub column: &'static str,
    pub rows: &'static str,
    pub limit: i64,
}

/// The condition of the rows of a list that has all live rows.
pub(crate) const LIVE: &str = "deleted_at IS NULL";

/// Reads the options in one round trip: the values and the tags.
///
/// Each step of the recursion seeks the next key in that index, so that the cost is one seek per value, not one per row.
pub(crate) async fn filter_options(
    db: &impl ConnectionTrait,
    workspace_id: Uuid,
    values: ValuesInUse,
) -> Result<FilterOptions, StoreError> {
    let ValuesInUse { table, column, rows, limit } = values;
    let text = format!(
        "WITH RECURSIVE keys (value_key, place) AS (
           SELECT (SELECT {column}_key FROM {table} WHERE workspace_id = $1 AND {rows} AND {column}_key > ''
                   ORDER BY {column}_key LIMIT 1), 1
           UNION ALL
           SELECT (SELECT r.{column}_key FROM {table} r
                   WHERE r.workspace_id = $1 AND {rows} AND r.{column}_key > k.value_key
                   ORDER BY r.{column}_key LIMIT 1), k.place + 1
           FROM keys k WHERE k.value_key IS NOT NULL AND k.place < $2
         )
         SELECT NULL AS id,
           (SELECT r.{column} FROM {table} r WHERE r.workspace_id = $1 AND {rows} AND r.{column}_key = k.value_key
            ORDER BY r.{column}_key, r.id LIMIT 1) AS name,
           NULL AS color, '' AS sort_key
         FROM keys k WHERE k.value_key IS NOT NULL
         UNION ALL
         SELECT id, name, color, sort_key
         FROM (SELECT id, name, color, sort_key FROM tags WHERE workspace_id = $1 ORDER BY sort_key LIMIT {TAGS_LISTED}) AS listed
         ORDER BY sort_key"
    );
    let mut options = FilterOptions { values: vec![], tags: vec![] };
    for row in sql(&text, [workspace_id.into(), limit.into()]).all::<OptionRow>(db).await? {
        match (row.id, row.name, row.color) {
            (Some(id), Some(name), Some(color)) => options.tags.push(Tag { id: TagId(id), name, color }),
            (_, name, _) => options.values.extend(name),
        }
    }
    options.values.sort_by_cached_key(|value| sort_key(value));
    Ok(options)
}

#[derive(Debug, FromQueryResult)]
struct OptionRow {
    id: Option<Uuid>,
    name: Option<String>,
    color: Option<String>,
}

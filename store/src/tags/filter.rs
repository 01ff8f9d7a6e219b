//! The filter of a list by tags.

use crate::database::sql::Sql;
use domain::ids::TagId;

/// SQL condition that the record whose id is the expression `record` carries at least one of the tags. `tagged` is its table of
/// tags, `column` the record's column there. `$1` is the workspace.
///
/// `LIMIT 1` changes no answer. It keeps SQLite 3.51 from joining the subquery to the rows (`existsToJoin`), where a row with two
/// of the tags counts twice towards OFFSET: rows stood on two pages, others on none.
pub(crate) fn tag_condition(sql: &mut Sql, tagged: &str, column: &str, record: &str, tags: &[TagId]) -> String {
    let tags = sql.bind_all(tags.iter().map(|tag| tag.0));
    format!("EXISTS (SELECT 1 FROM {tagged} g WHERE g.workspace_id = $1 AND g.{column} = {record} AND g.tag_id IN ({tags}) LIMIT 1)")
}

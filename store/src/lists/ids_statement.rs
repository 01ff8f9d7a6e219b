//! Statements that read the ids of a list in its order.

use crate::database::sql::Sql;

/// A statement that selects `id`, and has a LIMIT.
pub(crate) struct IdsStatement {
    pub sql: Sql,
    /// Whether the ids are sorted here, in descending order: by `sort_text`, which the statement then selects as well.
    pub sorted_here: Option<bool>,
}

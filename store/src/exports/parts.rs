//! What the rows of all lists have in common: their order, and the names of their tags.

use crate::{StoreError, database::sql::Sql, tags::Tagged};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::HashMap;
use uuid::Uuid;

/// Brings rows into the order of their ids. A record that has been deleted since the ids were read has no row.
pub(super) fn ids_in_order<R>(ids: &[Uuid], rows: Vec<R>, id: impl Fn(&R) -> Uuid) -> Vec<R> {
    let mut by_id: HashMap<Uuid, R> = rows.into_iter().map(|row| (id(&row), row)).collect();
    ids.iter().filter_map(|id| by_id.remove(id)).collect()
}

/// The names of the tags of these records, in the order of the names.
pub(super) async fn tag_names(
    db: &impl ConnectionTrait,
    workspace_id: Uuid,
    tagged: Tagged,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<String>>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        name: String,
    }
    let (table, column) = tagged.table();
    let mut sql = Sql::with([workspace_id.into()]);
    let ids = sql.bind_all(ids.iter().copied());
    sql.push(&format!(
        "SELECT c.{column} AS id, t.name FROM {table} c JOIN tags t ON t.workspace_id = $1 AND t.id = c.tag_id
         WHERE c.workspace_id = $1 AND c.{column} IN ({ids}) ORDER BY t.sort_key"
    ));
    let mut names: HashMap<Uuid, Vec<String>> = HashMap::new();
    for Row { id, name } in sql.all(db).await? {
        names.entry(id).or_default().push(name);
    }
    Ok(names)
}

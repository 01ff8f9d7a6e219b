//! Present names of what entries of the log refer to.

use crate::{StoreError, database::sql::Sql};
use domain::access::Actor;
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The name of a record of the actor's workspace.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct RecordName {
    id: Uuid,
    pub name: String,
    /// Whether the record has a page: it is not in the bin.
    pub has_page: bool,
}

/// Tables of records with a page, and the column of the name.
const WITH_PAGE: [(&str, &str); 5] =
    [("companies", "name"), ("contacts", "name"), ("deals", "name"), ("activities", "subject"), ("tasks", "title")];
/// Tables of records without one.
const WITHOUT_PAGE: [&str; 3] = ["tags", "stages", "views"];

/// [`record_names`] without their pages.
pub(crate) async fn names_by_id(db: &impl ConnectionTrait, actor: &Actor, ids: HashSet<Uuid>) -> Result<HashMap<Uuid, String>, StoreError> {
    Ok(record_names(db, actor, ids).await?.into_iter().map(|(id, record)| (id, record.name)).collect())
}

/// Names by id: of records in the bin as well, and of former members. Ids of another workspace have none. Reads nothing for no id.
pub(crate) async fn record_names(
    db: &impl ConnectionTrait,
    actor: &Actor,
    ids: HashSet<Uuid>,
) -> Result<HashMap<Uuid, RecordName>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let ids = sql.bind_all(ids);
    sql.push(&format!(
        "SELECT u.id, u.name, FALSE AS has_page FROM memberships m JOIN users u ON u.id = m.user_id
         WHERE m.workspace_id = $1 AND m.user_id IN ({ids})
         UNION ALL SELECT id, name, FALSE FROM workspaces WHERE id = $1 AND id IN ({ids})"
    ));
    for (table, name) in WITH_PAGE {
        sql.push(&format!(" UNION ALL SELECT id, {name}, deleted_at IS NULL FROM {table} WHERE workspace_id = $1 AND id IN ({ids})"));
    }
    for table in WITHOUT_PAGE {
        sql.push(&format!(" UNION ALL SELECT id, name, FALSE FROM {table} WHERE workspace_id = $1 AND id IN ({ids})"));
    }
    Ok(sql.all::<RecordName>(db).await?.into_iter().map(|row| (row.id, row)).collect())
}

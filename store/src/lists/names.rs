//! How records are called that a page names because its address filters by them.

use crate::{StoreError, database::sql::Sql};
use domain::access::Actor;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// A record and its name.
#[derive(FromQueryResult)]
pub(crate) struct Named {
    pub id: Uuid,
    pub name: String,
}

/// These records of the workspace by name; those that aren't there are left out.
pub(crate) async fn named(db: &impl ConnectionTrait, actor: &Actor, table: &'static str, ids: Vec<Uuid>) -> Result<Vec<Named>, StoreError> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let ids = sql.bind_all(ids);
    sql.push(&format!(
        "SELECT id, name FROM {table} WHERE workspace_id = $1 AND id IN ({ids}) AND deleted_at IS NULL ORDER BY name_key, id"
    ));
    Ok(sql.all(db).await?)
}

//! Names by id, for the filter chips of a list page.

use crate::{StoreError, database::sql::Sql};
use domain::access::Actor;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// Id and name of a record.
#[derive(FromQueryResult)]
pub(crate) struct IdName {
    pub id: Uuid,
    pub name: String,
}

/// Ids and names of these records of `table`, by name. Records in the bin or of another workspace are left out.
pub(crate) async fn names_by_id(
    db: &impl ConnectionTrait,
    actor: &Actor,
    table: &'static str,
    ids: Vec<Uuid>,
) -> Result<Vec<IdName>, StoreError> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let ids = sql.bind_all(ids);
    sql.push(&format!(
        "SELECT id, name FROM {table} WHERE workspace_id = $1 AND id IN ({ids}) AND deleted_at IS NULL ORDER BY sort_key, id"
    ));
    Ok(sql.all(db).await?)
}

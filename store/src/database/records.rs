//! Tables of records that have an owner and a version and can be in the bin: loading a row that is about to be changed.

use crate::{StoreError, database::write::WorkspaceTx};
use domain::{
    access::{Entity, Verb},
    ids::UserId,
};
use sea_orm::{ColumnTrait, EntityTrait, PrimaryKeyTrait, QueryFilter};
use uuid::Uuid;

/// Such a table. Its key is `(workspace_id, id)`.
pub(crate) trait RecordTable: EntityTrait<PrimaryKey: PrimaryKeyTrait<ValueType = (Uuid, Uuid)>> {
    /// What the access rules call its records.
    const ENTITY: Entity;
    /// Its column `deleted_at`.
    const DELETED_AT: Self::Column;

    /// The owner and the version of a row.
    fn owner_and_version(row: &Self::Model) -> (UserId, i64);
}

/// Loads the row of a record that the actor is about to change.
///
/// # Errors
/// [`StoreError::NotFound`] if there is none or it is in the bin, [`StoreError::Denied`] if the actor may not change it,
/// [`StoreError::Conflict`] if its version is not `version`.
pub(crate) async fn load_for_update<T: RecordTable>(tx: &WorkspaceTx, verb: Verb, id: Uuid, version: i64) -> Result<T::Model, StoreError> {
    let row = T::find_by_id((tx.workspace_id(), id)).filter(T::DELETED_AT.is_null()).one(&tx.db).await?.ok_or(StoreError::NotFound)?;
    let (owner, current) = T::owner_and_version(&row);
    if !tx.actor.may_with(verb, T::ENTITY, owner) {
        return Err(StoreError::Denied);
    }
    if current != version { Err(StoreError::Conflict) } else { Ok(row) }
}

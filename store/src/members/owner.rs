//! The owner that a form chooses for a record.

use super::role_of;
use crate::{StoreError, database::write::WorkspaceTx};
use domain::{ids::UserId, members::OWNER_UNKNOWN};
use sea_orm::prelude::Uuid;
use serde_json::Value;

/// The owner of a record that is about to be saved. `current`: the owner of a saved record, who stays without a choice, even if they are
/// no longer a member; a new record is the actor's.
///
/// # Errors
/// [`StoreError::Invalid`] at `owner_id` for another user who is no member, or may not own records.
pub(crate) async fn owner_of_draft(tx: &WorkspaceTx, chosen: Option<UserId>, current: Option<Uuid>) -> Result<Uuid, StoreError> {
    let current = current.unwrap_or(tx.actor.user_id.0);
    let Some(chosen) = chosen.filter(|chosen| chosen.0 != current) else { return Ok(current) };
    match role_of(tx, chosen).await {
        Ok(role) if role.can_own_records() => Ok(chosen.0),
        Ok(_) | Err(StoreError::NotFound) => Err(StoreError::field("owner_id", OWNER_UNKNOWN)),
        Err(error) => Err(error),
    }
}

/// Adds the owner to one side of an audit row.
pub(crate) fn with_owner(mut side: Value, owner: Uuid) -> Value {
    side["owner_id"] = owner.to_string().into();
    side
}

/// The audit row's side of a new record: with the owner if that is not the actor.
pub(crate) fn with_other_owner(tx: &WorkspaceTx, side: Value, owner: Uuid) -> Value {
    if owner == tx.actor.user_id.0 { side } else { with_owner(side, owner) }
}

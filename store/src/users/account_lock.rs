//! The lock of an account: its row.

use crate::{
    database::{sql::sql, transaction::Transaction},
    error::StoreError,
};
use domain::ids::UserId;

/// Locks an account until the transaction ends, so that it is not deleted meanwhile. Whoever takes locks of workspaces, too, takes them
/// first.
///
/// # Errors
/// [`StoreError::NotFound`] if it was deleted.
pub(crate) async fn lock_account(tx: &Transaction, user: UserId) -> Result<(), StoreError> {
    let lock = sql("UPDATE users SET updated_at = updated_at WHERE id = $1 AND deleted_at IS NULL", [user.0.into()]);
    if lock.execute(tx).await? == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

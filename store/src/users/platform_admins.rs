//! Platform admins: the users who manage the install.

use crate::{
    database::{sql::sql, transaction::Transaction},
    error::StoreError,
};
use domain::ids::UserId;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

/// Those who can act, neither deleted nor disabled, by their ids; on PostgreSQL their accounts are locked until the transaction ends.
pub(crate) async fn lock_platform_admins(tx: &Transaction) -> Result<Vec<UserId>, StoreError> {
    let lock = if tx.get_database_backend() == DbBackend::Postgres { " FOR UPDATE" } else { "" };
    let text = format!("SELECT id FROM users WHERE is_platform_admin AND deleted_at IS NULL AND disabled_at IS NULL ORDER BY id{lock}");
    Ok(sql(&text, []).all::<Id>(tx).await?.into_iter().map(|row| UserId(row.id)).collect())
}

/// Checks that a user is a platform admin who can act.
///
/// # Errors
/// [`StoreError::Denied`] if they are not.
pub(crate) async fn authorize_platform_admin(db: &impl ConnectionTrait, user: UserId) -> Result<(), StoreError> {
    let find = "SELECT id FROM users WHERE id = $1 AND is_platform_admin AND deleted_at IS NULL AND disabled_at IS NULL";
    sql(find, [user.0.into()]).one::<Id>(db).await?.map(drop).ok_or(StoreError::Denied)
}

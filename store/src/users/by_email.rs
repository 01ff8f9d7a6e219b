//! Accounts found by their address, as sign-in finds them.

use crate::{
    StoreError,
    database::sql::{Sql, sql},
};
use domain::{
    account_mail::Recipient,
    ids::UserId,
    users::{Email, exact_email_key},
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// An account and where its mail goes.
pub(crate) struct Account {
    /// Its user.
    pub user_id: UserId,
    /// The user by name and stored address.
    pub recipient: Recipient,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    email: String,
}

impl Account {
    /// The account that signs in with this address; `None` without one. Who signs in only by their own spelling comes before who has the
    /// address in another one.
    pub(crate) async fn by_email(db: &impl ConnectionTrait, email: &Email) -> Result<Option<Self>, StoreError> {
        let values = [email.key().into(), exact_email_key(email.as_str()).into()];
        let order = "ORDER BY CASE WHEN email_key = $2 THEN 0 ELSE 1 END LIMIT 1";
        Self::read(db, sql(&format!("SELECT id, name, email FROM users WHERE email_key IN ($1, $2) {order}"), values)).await
    }

    /// The account of a user; `None` without one.
    pub(crate) async fn by_id(db: &impl ConnectionTrait, user_id: UserId) -> Result<Option<Self>, StoreError> {
        Self::read(db, sql("SELECT id, name, email FROM users WHERE id = $1", [user_id.0.into()])).await
    }

    async fn read(db: &impl ConnectionTrait, statement: Sql) -> Result<Option<Self>, StoreError> {
        let Some(Row { id, name, email }) = statement.one(db).await? else { return Ok(None) };
        let email = Email::parse(&email).map_err(|_| StoreError::Internal)?;
        Ok(Some(Self { user_id: UserId(id), recipient: Recipient { name, email } }))
    }
}

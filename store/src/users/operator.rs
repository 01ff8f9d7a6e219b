//! What the operator of the server does to an account.

use crate::{Store, StoreError, database::sql::sql};
use domain::users::{Email, exact_email_key};
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Account {
    id: Uuid,
}

impl Store {
    /// Ends every session of the account with this address and returns their number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if no account has the address.
    pub async fn end_all_sessions(&self, email: &Email) -> Result<u64, StoreError> {
        // As at sign-in: who signs in only by their own spelling comes before who has the address in another one.
        let find = sql(
            "SELECT id FROM users WHERE email_key IN ($1, $2) ORDER BY CASE WHEN email_key = $2 THEN 0 ELSE 1 END LIMIT 1",
            [email.key().into(), exact_email_key(email.as_str()).into()],
        );
        self.transaction(move |tx| {
            Box::pin(async move {
                let account: Account = find.one(tx).await?.ok_or(StoreError::NotFound)?;
                Ok(sql("DELETE FROM sessions WHERE user_id = $1", [account.id.into()]).execute(tx).await?)
            })
        })
        .await
    }
}

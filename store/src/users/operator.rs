//! What the operator of the server does to an account.

use crate::{Store, StoreError, database::sql::sql, users::by_email::Account};
use domain::users::Email;

impl Store {
    /// Ends every session of the account with this address and returns their number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if no account has the address.
    pub async fn end_all_sessions(&self, email: &Email) -> Result<u64, StoreError> {
        let user_id = Account::by_email(self.read(), email).await?.ok_or(StoreError::NotFound)?.user_id;
        let store = self.clone();
        self.transaction(move |tx| {
            Box::pin(async move {
                let ended = sql("DELETE FROM sessions WHERE user_id = $1", [user_id.0.into()]).execute(tx).await?;
                store.log_account_change(tx, None, user_id, "end-sessions").await?;
                Ok(ended)
            })
        })
        .await
    }
}

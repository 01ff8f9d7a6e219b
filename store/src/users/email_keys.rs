//! The keys by which accounts are found, computed again after an upgrade that computes them in another way.

use crate::{
    Store, StoreError,
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    stored_keys::{BATCH, RowId, UniqueKeyBatch},
};
use domain::users::{email_key, exact_email_key};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Any number, the same in every process: see [`Store::recompute_unique_keys`].
const EMAIL_KEYS_LOCK: i64 = 0x4d49_4e49_4352_4d03;

#[derive(FromQueryResult)]
struct Account {
    id: Uuid,
    email: String,
    email_key: String,
}

impl Store {
    /// Computes the key of every account again, the oldest first, in batches, each a transaction; returns how many changed. Can be
    /// stopped and repeated at any time. Where two accounts have one key now, whoever has it keeps it, and the other one gets its
    /// [`exact_email_key`], so that each still signs in by its own spelling.
    pub async fn recompute_email_keys(&self) -> Result<u64, StoreError> {
        self.recompute_unique_keys(EMAIL_KEYS_LOCK, batch).await
    }

    /// The addresses of the accounts that sign in only by the spelling they registered with, at most 1,000.
    pub async fn exact_email_accounts(&self) -> Result<Vec<String>, StoreError> {
        let statement = sql("SELECT id, email, email_key FROM users WHERE email_key LIKE ':%' ORDER BY id LIMIT 1000", []);
        let accounts: Vec<Account> = statement.all(self.read()).await?;
        Ok(accounts.into_iter().map(|account| account.email).collect())
    }
}

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, UniqueKeyBatch> {
    Box::pin(async move {
        let statement = format!("SELECT id, email, email_key FROM users WHERE id > $1 AND deleted_at IS NULL ORDER BY id LIMIT {BATCH}");
        let accounts: Vec<Account> = sql(&statement, [after.1.into()]).all(tx).await?;
        let last = accounts.last().map(|account| (account.id, account.id));
        let mut changed = 0;
        for account in accounts {
            changed += recompute(tx, account).await?;
        }
        Ok(UniqueKeyBatch { changed, last })
    })
}

/// Computes the key of one account; how many changed.
async fn recompute(tx: &Transaction, account: Account) -> Result<u64, StoreError> {
    let (key, exact_key) = (email_key(&account.email), exact_email_key(&account.email));
    if account.email_key == key {
        return Ok(0);
    }
    let unless_taken = "UPDATE users SET email_key = $1 WHERE id = $2 AND NOT EXISTS (SELECT 1 FROM users WHERE email_key = $1)";
    let changed = sql(unless_taken, [key.into(), account.id.into()]).execute(tx).await?;
    if changed > 0 || account.email_key == exact_key {
        return Ok(changed);
    }
    Ok(sql("UPDATE users SET email_key = $1 WHERE id = $2", [exact_key.into(), account.id.into()]).execute(tx).await?)
}

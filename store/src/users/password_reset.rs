//! Choosing a new password by a link, for users who have forgotten theirs.
//!
//! A request takes the same steps whether or not the address has an account: it is counted and enqueued. A job looks the address up.

use crate::{
    Job, JobError, JobHandler, JobResult, NewJob, Store,
    database::{sql::sql, transaction::Transaction},
    error::StoreError,
    users::{
        account_links::{NewLink, is_made, lock_links},
        by_email::Account,
        password_strength::{EASY_TO_GUESS, is_easy_to_guess},
        sign_in_attempts::forget_account,
    },
};
use chrono::TimeDelta;
use domain::{
    account_links::{LinkPurpose, LinkToken},
    client_network::ClientNetwork,
    ids::UserId,
    users::{Email, Password},
};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;

/// The kind of a job that sends a link to the account of an address, if there is one; also the purpose of the seal of the address.
const RESET_JOB: &str = "send-reset-link";
/// How long the address of a job can be opened.
const VALID_FOR: TimeDelta = TimeDelta::hours(24);

#[derive(Deserialize)]
struct Payload {
    sealed: String,
}

impl Store {
    /// Has a link sent to the account with this address, if there is one. Returns before it is looked up.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at no field if the install sends no mail. [`StoreError::Limited`] if too many links were asked for.
    pub async fn request_password_reset(&self, email: &Email) -> Result<(), StoreError> {
        self.require_mail()?;
        let sealed = self.seal(RESET_JOB, email.as_str().as_bytes(), VALID_FOR).await?;
        let (store, key) = (self.clone(), email.key());
        self.transaction(move |tx| {
            Box::pin(async move {
                store.count_link_request(tx, LinkPurpose::ResetPassword, &key).await?;
                store.enqueue(tx, NewJob::new(RESET_JOB, json!({ "sealed": sealed }))).await?;
                Ok(())
            })
        })
        .await
    }

    /// Makes a link by which the user of the account with this address chooses a new password, for an administrator to hand over. The
    /// user is told at the next sign-in, and by mail if the install sends any. `made_by`: the platform admin; `None` for the operator.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if no account has the address.
    pub async fn make_reset_link(&self, email: &Email, made_by: Option<UserId>) -> Result<LinkToken, StoreError> {
        let (store, email) = (self.clone(), email.clone());
        self.transaction(move |tx| {
            Box::pin(async move {
                let account = lock_account(tx, &email).await?.ok_or(StoreError::NotFound)?;
                store.make_link_to_hand_over(tx, account, made_by).await
            })
        })
        .await
    }

    /// Makes the link of [`Store::make_reset_link`] for an account whose links the transaction has locked.
    pub(crate) async fn make_link_to_hand_over(
        &self,
        tx: &Transaction,
        Account { user_id, recipient }: Account,
        made_by: Option<UserId>,
    ) -> Result<LinkToken, StoreError> {
        let (id, purpose) = (self.new_id(), LinkPurpose::ResetPassword);
        let token = self.make_link(tx, NewLink { id, user_id, purpose, new_email: None, is_mailed: false }).await?;
        sql("UPDATE users SET reset_link_untold = true WHERE id = $1", [user_id.0.into()]).execute(tx).await?;
        self.enqueue_mail(tx, &recipient.reset_link_made()).await?;
        self.log_account_change(tx, made_by, user_id, "make-reset-link").await?;
        Ok(token)
    }

    /// Sets the password that was chosen by a link. Ends every session and every open link of the user, and tells the address. A link
    /// that was mailed also confirms the address. `signed_in`: the user of the browser.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at no field for a link that does not work, at `password` for a password that is easy to guess.
    /// [`StoreError::Unavailable`] if too many passwords wait to be hashed.
    pub async fn reset_password(&self, token: LinkToken, password: Password, signed_in: Option<UserId>) -> Result<(), StoreError> {
        let link = self.find_link(LinkPurpose::ResetPassword, &token, signed_in).await?.works()?;
        if is_easy_to_guess(&password, &[&link.name, &link.email]) {
            return Err(StoreError::field("password", EASY_TO_GUESS));
        }
        let permit = self.shared.passwords.turn(self.address.map(ClientNetwork::from), false).await?;
        let password_hash = self.shared.passwords.hash(permit, password).await?;
        let mut auth_stamp = vec![0; 32];
        self.random().fill(&mut auth_stamp);
        let (store, user_id) = (self.clone(), link.user_id());
        self.transaction(move |tx| {
            Box::pin(async move {
                store.use_link(tx, &token, user_id).await?;
                store.end_links(tx, user_id).await?;
                let update = "UPDATE users SET password_hash = $1, auth_stamp = $2, email_verified = (email_verified OR $3), updated_at = $4 WHERE id = $5";
                let values = [
                    password_hash.expose_secret().to_owned().into(),
                    auth_stamp.into(),
                    link.is_mailed.into(),
                    store.now().into(),
                    user_id.0.into(),
                ];
                sql(update, values).execute(tx).await?;
                sql("DELETE FROM sessions WHERE user_id = $1", [user_id.0.into()]).execute(tx).await?;
                // Read under the locks: the address may have changed since the link was looked up.
                let account = Account::by_id(tx, user_id).await?.ok_or(StoreError::NotFound)?;
                // Who failed with the old password may go on with the new one.
                forget_account(tx, &account.recipient.email.key()).await?;
                store.enqueue_mail(tx, &account.recipient.password_was_reset()).await?;
                store.log_account_change(tx, Some(user_id), user_id, "reset-password").await
            })
        })
        .await
    }

    /// Looks the address of a request up and sends its account a link.
    async fn send_reset_link(self, job: Job) -> JobResult {
        let Payload { sealed } = job.payload()?;
        let address = self.unseal(RESET_JOB, &sealed).await?.and_then(|bytes| String::from_utf8(bytes).ok());
        let email = address.and_then(|address| Email::parse(&address).ok());
        let email = email.ok_or_else(|| JobError::Permanent("the request is too old, or its key is gone".to_owned()))?;
        let store = self.clone();
        let (id, purpose) = (job.id.0, LinkPurpose::ResetPassword);
        let done = self.transaction(move |tx| {
            Box::pin(async move {
                // By an earlier attempt, whose process died before it was written down.
                if is_made(tx, id).await? {
                    return Ok(());
                }
                let Some(Account { user_id, recipient }) = lock_account(tx, &email).await? else { return Ok(()) };
                let token = store.make_link(tx, NewLink { id, user_id, purpose, new_email: None, is_mailed: true }).await?;
                store.enqueue_mail(tx, &recipient.reset_password(&token)).await
            })
        });
        Ok(done.await?)
    }
}

/// The account of an address; `None` without one. Its links are locked, and with them the address: a change of it ends them.
async fn lock_account(tx: &Transaction, email: &Email) -> Result<Option<Account>, StoreError> {
    let Some(found) = Account::by_email(tx, email).await? else { return Ok(None) };
    lock_links(tx, found.user_id).await?;
    let locked = Account::by_email(tx, email).await?;
    Ok(locked.filter(|account| account.user_id == found.user_id))
}

/// Sends links to addresses that have an account.
pub(crate) fn reset_requests() -> JobHandler {
    JobHandler::new(RESET_JOB, |store: Store, job| store.send_reset_link(job))
}

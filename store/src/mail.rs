//! The outbox: mail is a job, enqueued in the transaction that causes it.
//!
//! A link in a mail may open an account, so the payload is sealed: who reads the table, or a backup of it without the key, can't use it.
//! It is emptied when the mail is sent, and opens no longer than attempts are made.

use crate::{
    Store, StoreError,
    database::transaction::Transaction,
    jobs::{Job, JobError, NewJob},
};
use chrono::TimeDelta;
use domain::mail::Mail;
use serde::Deserialize;
use serde_json::json;

/// The kind of a job that sends a mail.
pub const MAIL_JOB: &str = "mail";
/// Purpose of the seal of a mail.
const PURPOSE: &str = "mail";
/// How long a mail can be opened: longer than all attempts of a job take together while a server runs.
const VALID_FOR: TimeDelta = TimeDelta::hours(24);

/// The message for what can't be done without mail.
const NO_MAIL: &str = "This server sends no mail. Ask the person who runs it.";

#[derive(Deserialize)]
struct Payload {
    sealed: String,
}

impl Store {
    /// Says that this install sends mail: without it nothing is enqueued, as nobody would ever send it.
    pub fn enable_mail(&self) {
        let _ = self.shared.mail_enabled.set(());
    }

    /// Whether this install sends mail.
    pub fn sends_mail(&self) -> bool {
        self.shared.mail_enabled.get().is_some()
    }

    /// Refuses what can't be done without mail.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at no field if the install sends no mail.
    pub(crate) fn require_mail(&self) -> Result<(), StoreError> {
        if self.sends_mail() { Ok(()) } else { Err(StoreError::field("", NO_MAIL)) }
    }

    /// Enqueues a mail in the transaction that causes it. Does nothing if the install sends no mail.
    pub(crate) async fn enqueue_mail(&self, tx: &Transaction, mail: &Mail) -> Result<(), StoreError> {
        if !self.sends_mail() {
            return Ok(());
        }
        let plain = serde_json::to_vec(mail).map_err(|_| StoreError::Internal)?;
        let sealed = self.seal(PURPOSE, &plain, VALID_FOR).await?;
        self.enqueue(tx, NewJob::new(MAIL_JOB, json!({ "sealed": sealed }))).await?;
        Ok(())
    }

    /// Enqueues a mail that no change causes. Does nothing if the install sends no mail.
    pub async fn send_mail(&self, mail: Mail) -> Result<(), StoreError> {
        let store = self.clone();
        self.transaction(|tx| Box::pin(async move { store.enqueue_mail(tx, &mail).await })).await
    }

    /// The mail of a job.
    ///
    /// # Errors
    /// [`JobError::Permanent`] if it is too old, or was sealed with a key that is gone.
    pub async fn open_mail(&self, job: &Job) -> Result<Mail, JobError> {
        let Payload { sealed } = job.payload()?;
        let plain = self.unseal(PURPOSE, &sealed).await?;
        plain
            .and_then(|plain| serde_json::from_slice(&plain).ok())
            .ok_or_else(|| JobError::Permanent("the mail is too old to be sent, or its key is gone".to_owned()))
    }
}

//! Background jobs and the outbox as platform admins see them: without payloads, so that no mail's content or recipient is read.

use crate::{
    JobSummary, MAIL_JOB, Store,
    audit::chain::Change,
    database::sql::sql,
    error::StoreError,
    users::{by_email::Account, platform_admins::authorize_platform_admin},
};
use domain::ids::{JobId, UserId};
use sea_orm::FromQueryResult;
use serde_json::json;

#[derive(FromQueryResult)]
struct Kind {
    kind: String,
}

impl Store {
    /// The jobs of the whole install but mail, those given up first; at most 500.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin.
    pub async fn install_jobs(&self, admin: UserId) -> Result<Vec<JobSummary>, StoreError> {
        authorize_platform_admin(self.read(), admin).await?;
        self.jobs_where(sql("", [MAIL_JOB.into()]), "kind <> $1").await
    }

    /// The outbox, what was given up first; at most 500.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin.
    pub async fn outbox(&self, admin: UserId) -> Result<Vec<JobSummary>, StoreError> {
        authorize_platform_admin(self.read(), admin).await?;
        self.jobs_where(sql("", [MAIL_JOB.into()]), "kind = $1").await
    }

    /// Has a job that failed tried again at once, with all its attempts. Returns whether it is mail.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin. [`StoreError::NotFound`] for a job that has not failed, is done, or is running.
    pub async fn retry_job(&self, admin: UserId, id: JobId) -> Result<bool, StoreError> {
        let (store, now) = (self.clone(), self.now());
        self.admin_transaction(admin, move |tx| {
            Box::pin(async move {
                let retry = "UPDATE jobs SET failed_at = NULL, attempts = 0, run_at = $1, lease_id = NULL, leased_until = NULL
                   WHERE id = $2 AND done_at IS NULL AND last_error IS NOT NULL AND (leased_until IS NULL OR leased_until <= $1)";
                if sql(retry, [now.into(), id.0.into()]).execute(tx).await? == 0 {
                    return Err(StoreError::NotFound);
                }
                let find = sql("SELECT kind FROM jobs WHERE id = $1", [id.0.into()]);
                let Kind { kind } = find.one(tx).await?.ok_or(StoreError::NotFound)?;
                tx.notify_on_commit(&store.shared.jobs_enqueued).await;
                let after = json!({ "kind": kind });
                let change = Change { action: "retry", entity: "job", id: id.0, before: None, after: Some(after) };
                store.log_install_change(tx, Some(admin), change).await?;
                Ok(kind == MAIL_JOB)
            })
        })
        .await
    }

    /// Sends the admin a mail by the outbox.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin. [`StoreError::Invalid`] at no field if the install sends no mail.
    pub async fn send_test_mail(&self, admin: UserId) -> Result<(), StoreError> {
        let store = self.clone();
        self.admin_transaction(admin, move |tx| {
            Box::pin(async move {
                store.require_mail()?;
                let account = Account::by_id(tx, admin).await?.ok_or(StoreError::NotFound)?;
                store.enqueue_mail(tx, &account.recipient.test_mail()).await?;
                store.log_account_change(tx, Some(admin), admin, "send-test-mail").await
            })
        })
        .await
    }
}

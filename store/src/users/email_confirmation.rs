//! Confirming an address by a link that was sent to it: the account's own, or a new one that then becomes the account's.

use crate::{
    Store,
    database::{sql::sql, transaction::Transaction},
    error::{MapUniqueViolation, StoreError, authorize},
    users::{
        account_links::{AccountLink, NewLink},
        accounts::{AuthStamp, SignInUser},
        by_email::Account,
    },
};
use domain::{
    access::{Actor, Entity, Verb},
    account_links::{LinkPurpose, LinkToken},
    account_mail::Recipient,
    ids::UserId,
    preferences::StartPage,
    users::Email,
};
use sea_orm::FromQueryResult;

/// The message for an address that another account has.
pub(crate) const EMAIL_TAKEN: &str = "There is already an account with this address";

/// Result of a confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmailConfirmed {
    /// The account's address is confirmed.
    Confirmed,
    /// The account has a new address, and every session of the user has ended. The user is as after a sign-in, for a new session.
    Changed(SignInUser),
}

/// The address of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailStatus {
    /// The address.
    pub email: String,
    /// Whether its owner has confirmed it.
    pub is_verified: bool,
    /// The address that becomes the account's once it is confirmed, if a change was asked for.
    pub pending: Option<String>,
}

#[derive(FromQueryResult)]
struct StatusRow {
    email: String,
    email_verified: bool,
    pending: Option<String>,
}

impl Store {
    /// The address of the actor's account.
    pub async fn email_status(&self, actor: &Actor) -> Result<EmailStatus, StoreError> {
        authorize(actor, Verb::Read, Entity::Account)?;
        let select = "SELECT email, email_verified,
               (SELECT new_email FROM account_links l WHERE l.user_id = users.id AND purpose = $2 AND used_at IS NULL AND replaced_at IS NULL AND expires_at > $3 LIMIT 1) AS pending
             FROM users WHERE id = $1";
        let values = [actor.user_id.0.into(), LinkPurpose::ChangeEmail.slug().into(), self.now().into()];
        let row: StatusRow = sql(select, values).one(self.read()).await?.ok_or(StoreError::NotFound)?;
        Ok(EmailStatus { email: row.email, is_verified: row.email_verified, pending: row.pending })
    }

    /// Sends the actor a link that confirms the account's address. Does nothing if it is confirmed.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at no field if the install sends no mail. [`StoreError::Limited`] if too many links were asked for.
    pub async fn send_confirmation(&self, actor: &Actor) -> Result<(), StoreError> {
        authorize(actor, Verb::Update, Entity::Account)?;
        self.require_mail()?;
        if self.email_status(actor).await?.is_verified {
            return Ok(());
        }
        let (store, user_id) = (self.clone(), actor.user_id);
        self.transaction(move |tx| {
            Box::pin(async move {
                store.count_link_request(tx, LinkPurpose::ConfirmEmail, &user_id.to_string()).await?;
                let account = Account::by_id(tx, user_id).await?.ok_or(StoreError::NotFound)?;
                store.mail_confirmation(tx, user_id, &account.recipient).await
            })
        })
        .await
    }

    /// Makes a link that confirms an account's address, and mails it there. Does nothing if the install sends no mail.
    pub(crate) async fn mail_confirmation(&self, tx: &Transaction, user_id: UserId, recipient: &Recipient) -> Result<(), StoreError> {
        if !self.sends_mail() {
            return Ok(());
        }
        let (id, purpose) = (self.new_id(), LinkPurpose::ConfirmEmail);
        let token = self.make_link(tx, NewLink { id, user_id, purpose, new_email: None, is_mailed: true }).await?;
        self.enqueue_mail(tx, &recipient.confirm_email(&token)).await
    }

    /// Confirms the address that a link was sent to. `signed_in`: the user of the browser.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at no field for a link that does not work, or a new address that another account has by now.
    pub async fn confirm_email(&self, token: LinkToken, signed_in: Option<UserId>) -> Result<EmailConfirmed, StoreError> {
        let link = self.find_link(LinkPurpose::ConfirmEmail, &token, signed_in).await?.works()?;
        let store = self.clone();
        self.transaction(move |tx| {
            Box::pin(async move {
                let user_id = link.user_id();
                store.use_link(tx, &token, user_id).await?;
                if let AccountLink { new_email: Some(new), name, email, .. } = link {
                    let (new, old) =
                        (Email::parse(&new).map_err(|_| StoreError::Internal)?, Email::parse(&email).map_err(|_| StoreError::Internal)?);
                    let auth_stamp = store.set_email(tx, user_id, &new, true).await.map_err(at_no_field)?;
                    store.enqueue_mail(tx, &Recipient { name: name.clone(), email: old }.email_was_changed(&new)).await?;
                    store.log_account_change(tx, Some(user_id), user_id, "change-email").await?;
                    return Ok(EmailConfirmed::Changed(SignInUser {
                        id: user_id,
                        name,
                        auth_stamp,
                        workspace_id: None,
                        untold_reset_link: false,
                        start_page: StartPage::default(),
                    }));
                }
                let confirm = "UPDATE users SET email_verified = true, updated_at = $1 WHERE id = $2";
                sql(confirm, [store.now().into(), user_id.0.into()]).execute(tx).await?;
                store.log_account_change(tx, Some(user_id), user_id, "confirm-email").await?;
                Ok(EmailConfirmed::Confirmed)
            })
        })
        .await
    }

    /// Sets the address of an account. Ends every session and every open link of the user; returns the new stamp.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `email` if another account has the address.
    pub(crate) async fn set_email(
        &self,
        tx: &Transaction,
        user_id: UserId,
        new: &Email,
        is_verified: bool,
    ) -> Result<AuthStamp, StoreError> {
        if Account::by_email(tx, new).await?.is_some_and(|account| account.user_id != user_id) {
            return Err(StoreError::field("email", EMAIL_TAKEN));
        }
        self.end_links(tx, user_id).await?;
        let mut auth_stamp = vec![0; 32];
        self.random().fill(&mut auth_stamp);
        let values =
            [new.as_str().into(), new.key().into(), is_verified.into(), auth_stamp.clone().into(), self.now().into(), user_id.0.into()];
        let update = "UPDATE users SET email = $1, email_key = $2, email_verified = $3, auth_stamp = $4, updated_at = $5 WHERE id = $6";
        sql(update, values).execute(tx).await.map_unique_violation("email", EMAIL_TAKEN)?;
        sql("DELETE FROM sessions WHERE user_id = $1", [user_id.0.into()]).execute(tx).await?;
        Ok(AuthStamp::new(auth_stamp))
    }
}

/// The messages of a form without fields.
fn at_no_field(error: StoreError) -> StoreError {
    match error {
        StoreError::Invalid(errors) => StoreError::field("", &errors.to_string()),
        other => other,
    }
}

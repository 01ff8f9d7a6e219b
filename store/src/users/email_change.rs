//! Changing the address of one's own account.

use crate::{
    Store,
    audit::chain::Change,
    database::{transaction::Transaction, write::WorkspaceTx},
    entity::user,
    error::{StoreError, authorize},
    users::{
        account_links::{NewLink, lock_links},
        accounts::{AuthStamp, SignInUser},
        by_email::Account,
        devices::Device,
    },
};
use domain::{
    access::{Actor, Entity, Verb},
    account::EmailChange,
    account_links::LinkPurpose,
    account_mail::Recipient,
    ids::UserId,
    preferences::StartPage,
    users::Email,
};
use sea_orm::EntityTrait;

/// Result of a change of the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmailChanged {
    /// The address becomes the account's once it is confirmed by the link that was sent to it.
    ToBeConfirmed,
    /// The install sends no mail, so the address was changed, and every session of the user has ended. The user is as after a sign-in,
    /// for a new session.
    Changed(SignInUser),
}

impl Store {
    /// Changes the address of the actor's account, at once or when the new one is confirmed. Wrong passwords count as failed sign-ins.
    /// `device`: the device cookie of the browser.
    ///
    /// If mail is sent, the answer is the same for an address that has an account: the mail to it says so.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `password_current` for a wrong one, at `email` for the present address or, without mail, for one that
    /// has an account. [`StoreError::Limited`] if too many attempts failed or too many links were asked for.
    pub async fn change_email(&self, actor: &Actor, change: EmailChange, device: Option<&Device>) -> Result<EmailChanged, StoreError> {
        authorize(actor, Verb::Update, Entity::Account)?;
        let row = user::Entity::find_by_id(actor.user_id.0).one(self.read()).await?.ok_or(StoreError::NotFound)?;
        if row.email == change.new.as_str() {
            return Err(StoreError::field("email", "This is your address already"));
        }
        self.require_current_password(&row, change.current, device).await?;
        if self.sends_mail() {
            self.request_email_change(actor, change.new, row.auth_stamp).await?;
            return Ok(EmailChanged::ToBeConfirmed);
        }
        let (new, stamp) = (change.new, row.auth_stamp);
        let auth_stamp = self.write(actor, Verb::Update, Entity::Account, move |tx| Box::pin(save(tx, new, stamp))).await?;
        let user = SignInUser {
            id: actor.user_id,
            name: row.name,
            auth_stamp,
            workspace_id: Some(actor.workspace_id),
            untold_reset_link: false,
            start_page: StartPage::default(),
        };
        Ok(EmailChanged::Changed(user))
    }

    /// Mails a link to the new address, and tells the present one. The link to an address that has an account is never sent, but made:
    /// so the change is pending alike.
    async fn request_email_change(&self, actor: &Actor, new: Email, stamp: Vec<u8>) -> Result<(), StoreError> {
        let (store, user_id) = (self.clone(), actor.user_id);
        self.transaction(move |tx| {
            Box::pin(async move {
                store.count_link_request(tx, LinkPurpose::ChangeEmail, &user_id.to_string()).await?;
                require_stamp(tx, user_id, &stamp).await?;
                let present = Account::by_id(tx, user_id).await?.ok_or(StoreError::NotFound)?.recipient;
                let other = Account::by_email(tx, &new).await?.filter(|account| account.user_id != user_id);
                let (id, purpose) = (store.new_id(), LinkPurpose::ChangeEmail);
                let token = store.make_link(tx, NewLink { id, user_id, purpose, new_email: Some(new.clone()), is_mailed: true }).await?;
                let to_new = match &other {
                    Some(other) => other.recipient.email_has_an_account(),
                    None => Recipient { name: present.name.clone(), email: new.clone() }.confirm_new_email(&token),
                };
                store.enqueue_mail(tx, &to_new).await?;
                store.enqueue_mail(tx, &present.email_change_requested(&new)).await
            })
        })
        .await
    }
}

/// Locks the user's links, as every change of a password does, and compares the stamp of the compared password.
///
/// # Errors
/// [`StoreError::Conflict`] if the password was changed since.
async fn require_stamp(tx: &Transaction, user_id: UserId, stamp: &[u8]) -> Result<(), StoreError> {
    lock_links(tx, user_id).await?;
    let row = user::Entity::find_by_id(user_id.0).one(tx).await?;
    row.filter(|row| row.auth_stamp == stamp).map(drop).ok_or(StoreError::Conflict)
}

async fn save(tx: &mut WorkspaceTx, new: Email, stamp: Vec<u8>) -> Result<AuthStamp, StoreError> {
    let user_id = tx.actor.user_id;
    require_stamp(&tx.db, user_id, &stamp).await?;
    let stamp = tx.store().clone().set_email(&tx.db, user_id, &new, false).await?;
    tx.audit(Change { action: "change-email", entity: Entity::Account.noun(), id: user_id.0, before: None, after: None }).await?;
    Ok(stamp)
}

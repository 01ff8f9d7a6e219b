//! A workspace that a platform admin makes for somebody.
//!
//! The owner's account is there from the first moment, for a workspace always has exactly one owner, and an invitation needs an inviter who
//! is a member: who administers the install is in no workspace of others. An address without an account gets one with a password that
//! nobody knows, and a link that chooses another: by mail, which confirms the address, or for the admin to hand over.

use super::users::is_disabled;
use crate::{
    Store,
    audit::chain::{Chain, Change},
    database::{sql::sql, transaction::Transaction},
    error::StoreError,
    users::{
        account_links::NewLink,
        account_lock::lock_account,
        accounts::{AccountOrigin, insert_workspace},
        by_email::Account,
        platform_admins::authorize_platform_admin,
    },
    workspaces::id_of_form,
};
use domain::{
    access::Entity,
    account_links::{LinkPurpose, LinkToken},
    account_mail::Recipient,
    administration::OwnedWorkspaceDraft,
    ids::{UserId, WorkspaceId},
    stages::StageSet,
    users::Password,
};
use sea_orm::FromQueryResult;
use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

/// Random bytes of the password that nobody knows.
const PASSWORD_BYTES: usize = 32;

/// The owner of a workspace that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewOwner {
    /// They had an account.
    Known,
    /// An account was made, and a link was mailed to its address.
    Mailed,
    /// An account was made, whose link the admin hands over.
    ToHandOver(UserId, LinkToken),
}

#[derive(FromQueryResult)]
struct Existing {
    #[expect(dead_code, reason = "whether there is one is all that is asked")]
    id: Uuid,
}

impl Store {
    /// Creates a workspace, which the account of an address owns, and the account if there is none. A form that is sent twice, with the same
    /// `form_key`, makes one.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin. [`StoreError::Invalid`] at `owner_name` if there is neither an account nor a name
    /// for one, at `email` for a disabled account. [`StoreError::Unavailable`] if too many passwords wait to be hashed.
    pub async fn create_workspace_for(&self, admin: UserId, draft: OwnedWorkspaceDraft, form_key: &str) -> Result<NewOwner, StoreError> {
        authorize_platform_admin(self.read(), admin).await?;
        let id = if form_key.is_empty() { WorkspaceId(self.new_id()) } else { id_of_form(admin, form_key) };
        let unknown = match (Account::by_email(self.read(), &draft.email).await?, &draft.owner_name) {
            (Some(_), _) => None,
            (None, Some(_)) => Some(self.unknown_password().await?),
            (None, None) => {
                let asks = "This address has no account yet. Write the person's name, and one is made";
                return Err(StoreError::field("owner_name", asks));
            }
        };
        let store = self.clone();
        self.admin_transaction(admin, move |tx| Box::pin(async move { create(&store, tx, admin, id, draft, unknown).await })).await
    }

    /// The hash of a random password.
    async fn unknown_password(&self) -> Result<SecretString, StoreError> {
        let mut bytes = [0; PASSWORD_BYTES];
        self.random().fill(&mut bytes);
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let permit = self.shared.passwords.turn(None, false).await?;
        self.shared.passwords.hash(permit, Password::to_compare(&text)).await
    }
}

async fn create(
    store: &Store,
    tx: &Transaction,
    admin: UserId,
    id: WorkspaceId,
    draft: OwnedWorkspaceDraft,
    password_hash: Option<SecretString>,
) -> Result<NewOwner, StoreError> {
    if sql("SELECT id FROM workspaces WHERE id = $1", [id.0.into()]).one::<Existing>(tx).await?.is_some() {
        return Ok(NewOwner::Known);
    }
    let (owner, outcome) = match Account::by_email(tx, &draft.email).await? {
        Some(account) => {
            lock_account(tx, account.user_id).await?;
            if is_disabled(tx, account.user_id).await? {
                return Err(StoreError::field("email", "The account of this address is disabled. Enable it first"));
            }
            store.enqueue_mail(tx, &account.recipient.workspace_made()).await?;
            (account.user_id, NewOwner::Known)
        }
        None => {
            // Both were there when the address was looked up without an account.
            let (name, hash) = draft.owner_name.zip(password_hash).ok_or(StoreError::Conflict)?;
            create_account(store, tx, admin, Recipient { name, email: draft.email }, hash).await?
        }
    };
    insert_workspace(store, tx, id, owner, &draft.name, StageSet::default(), store.now()).await?;
    let mut chain = Chain::start(tx, id).await?;
    let after = json!({ "name": draft.name, "owner": owner });
    let change = Change { action: "create", entity: Entity::Workspace.noun(), id: id.0, before: None, after: Some(after) };
    chain.append(tx, store.random(), Some(admin), store.address, store.now(), change.clone()).await?;
    chain.save(tx).await?;
    store.log_install_change(tx, Some(admin), Change { after: Some(json!({ "name": draft.name })), ..change }).await?;
    Ok(outcome)
}

async fn create_account(
    store: &Store,
    tx: &Transaction,
    admin: UserId,
    recipient: Recipient,
    hash: SecretString,
) -> Result<(UserId, NewOwner), StoreError> {
    let user = store.insert_user(tx, recipient.name.clone(), recipient.email.clone(), hash, &AccountOrigin::PlatformAdmin).await?;
    let (purpose, is_mailed) = (LinkPurpose::ResetPassword, store.sends_mail());
    let token = store.make_link(tx, NewLink { id: store.new_id(), user_id: user.id, purpose, new_email: None, is_mailed }).await?;
    store.log_account_change(tx, Some(admin), user.id, "create").await?;
    if !is_mailed {
        return Ok((user.id, NewOwner::ToHandOver(user.id, token)));
    }
    store.enqueue_mail(tx, &recipient.account_made(&token)).await?;
    Ok((user.id, NewOwner::Mailed))
}

//! Accepting an invitation: once, by the invited address, never to a lower role than one has.

use super::Row;
use crate::{
    Store,
    audit::chain::{Chain, Change},
    database::{sql::sql, transaction::Transaction},
    error::StoreError,
    users::account_lock::lock_account,
};
use domain::{
    access::{Entity, Role},
    ids::{UserId, WorkspaceId},
    invitations::InvitationState,
    users::{Email, email_key},
};
use sea_orm::{FromQueryResult, prelude::DateTimeUtc};
use serde_json::json;

/// An invitation as its link shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundInvitation {
    /// The name of the workspace.
    pub workspace_name: String,
    /// The name of the user who sent it.
    pub inviter_name: String,
    /// Who may accept it.
    pub email: Email,
    /// The role that it gives.
    pub role: Role,
    /// Whether it can be accepted.
    pub state: InvitationState,
}

impl FoundInvitation {
    /// Whether a user with this address may accept it.
    pub fn is_for(&self, email: &str) -> bool {
        self.email.key() == email_key(email)
    }
}

/// A workspace that was joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedWorkspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Whether the link was the mailed one, by which the user has shown that the address is theirs.
    pub proves_address: bool,
}

impl Store {
    /// The invitation of a link; `None` for a token that was never given out, or of a workspace that has ended. Writes nothing.
    pub async fn find_invitation(&self, token: &str) -> Result<Option<FoundInvitation>, StoreError> {
        let Some(row) = Row::by_token(self.read(), token).await? else { return Ok(None) };
        Ok(Some(FoundInvitation {
            role: row.role()?,
            state: row.state(self.now())?,
            email: Email::parse(&row.email).map_err(|_| StoreError::Internal)?,
            workspace_name: row.workspace_name,
            inviter_name: row.inviter_name,
        }))
    }

    /// Accepts an invitation as a user who has an account.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a token that was never given out, or a user who was deleted. [`StoreError::Invalid`] at no field for an
    /// invitation that can't be accepted any more, or is for another address.
    pub async fn accept_invitation(&self, user: UserId, token: String) -> Result<JoinedWorkspace, StoreError> {
        let store = self.clone();
        self.transaction(move |tx| Box::pin(async move { accept(&store, tx, user, &token).await })).await
    }
}

#[derive(FromQueryResult)]
struct Account {
    email: String,
}

#[derive(FromQueryResult)]
struct Membership {
    role: String,
    removed_at: Option<DateTimeUtc>,
}

/// Accepts an invitation in a transaction.
///
/// # Errors
/// As [`Store::accept_invitation`].
pub(crate) async fn accept(store: &Store, tx: &Transaction, user: UserId, token: &str) -> Result<JoinedWorkspace, StoreError> {
    let found = Row::by_token(tx, token).await?.ok_or(StoreError::NotFound)?;
    let (id, now) = (found.workspace_id(), store.now());
    let mut chain = Chain::lock(tx, id).await?.ok_or(StoreError::NotFound)?;
    // As it is under the lock.
    let invitation = Row::by_token(tx, token).await?.ok_or(StoreError::NotFound)?;
    if let Some(refusal) = invitation.state(now)?.refusal() {
        return Err(StoreError::field("", refusal));
    }
    lock_account(tx, user).await?;
    let account: Account = sql("SELECT email FROM users WHERE id = $1", [user.0.into()]).one(tx).await?.ok_or(StoreError::NotFound)?;
    if email_key(&account.email) != invitation.email_key {
        return Err(StoreError::field("", "This invitation is for another address"));
    }
    let role = join(tx, &invitation, user, now).await?;
    let used = "UPDATE invitations SET accepted_at = $1, updated_at = $1 WHERE workspace_id = $2 AND id = $3";
    sql(used, [now.into(), id.0.into(), invitation.id().0.into()]).execute(tx).await?;
    let proves_address = invitation.was_mailed(token);
    if proves_address {
        sql("UPDATE users SET email_verified = true, updated_at = $1 WHERE id = $2", [now.into(), user.0.into()]).execute(tx).await?;
    }
    let after = json!({ "role": role.slug(), "invited_by": invitation.inviter() });
    let change = Change { action: "join", entity: Entity::Member.noun(), id: user.0, before: None, after: Some(after) };
    chain.append(tx, store.random(), Some(user), store.address, now, change).await?;
    chain.save(tx).await?;
    Ok(JoinedWorkspace { id, name: invitation.workspace_name, proves_address })
}

/// Makes the user a member in the invited role, or in their own if that is higher. Returns the role.
async fn join(tx: &Transaction, invitation: &Row, user: UserId, now: DateTimeUtc) -> Result<Role, StoreError> {
    let (id, invited) = (invitation.workspace_id(), invitation.role()?);
    let find = "SELECT role, removed_at FROM memberships WHERE workspace_id = $1 AND user_id = $2";
    let membership: Option<Membership> = sql(find, [id.0.into(), user.0.into()]).one(tx).await?;
    let present = membership.filter(|membership| membership.removed_at.is_none()).and_then(|row| Role::from_slug(&row.role));
    let role = present.map_or(invited, |present| present.max(invited));
    // A former member still has a row, for the records that they own. Accepting enters the workspace: the next sign-in leads there.
    let upsert = "INSERT INTO memberships (workspace_id, user_id, role, created_at, updated_at, last_entered_at)
       VALUES ($1, $2, $3, $4, $4, $4)
       ON CONFLICT (workspace_id, user_id) DO UPDATE SET role = excluded.role, removed_at = NULL, updated_at = excluded.updated_at,
         last_entered_at = excluded.last_entered_at";
    sql(upsert, [id.0.into(), user.0.into(), role.slug().into(), now.into()]).execute(tx).await?;
    Ok(role)
}

//! Invitations as the workspace's admins see them: sending, sending again, revoking, listing.

use super::new_token;
use crate::{
    JobHandler, Store,
    audit::chain::Change,
    database::{
        idempotency::{find_created, record_created},
        rows::decode_enum,
        sql::sql,
        write::WorkspaceTx,
    },
    error::{StoreError, authorize},
    users::rate_limits::{CountedTable, Windows},
};
use chrono::TimeDelta;
use domain::{
    access::{Actor, Entity, Role, Verb},
    ids::{InvitationId, UserId},
    invitations::{self, INVITATION_DAYS, INVITATIONS_PER_WORKSPACE, InvitationDraft},
    members::assignable_roles,
    sign_in_limits::LimitReached,
    users::{Email, email_key, exact_email_key},
};
use sea_orm::{
    FromQueryResult,
    prelude::{DateTimeUtc, Uuid},
};
use serde_json::json;

/// Days for which an invitation is kept after its end, so that its link can say why it doesn't work.
const KEPT_DAYS: i64 = 30;
const INVITATIONS: CountedTable = CountedTable { name: "invitations", at: "created_at" };
/// Most invitations listed.
const LISTED_MAX: u32 = 500;

/// An invitation that was just sent.
#[derive(Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// Its id.
    pub id: InvitationId,
    /// The token of the link that the inviter may copy. The database has only its hash.
    pub token: String,
}

/// Omits the token.
impl std::fmt::Debug for NewInvitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewInvitation").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An invitation that was neither accepted nor revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The invited address.
    pub email: String,
    /// The role that it gives.
    pub role: Role,
    /// Name of the user who sent it.
    pub inviter_name: String,
    /// When it can no longer be accepted.
    pub expires_at: DateTimeUtc,
}

#[derive(FromQueryResult)]
struct ListRow {
    id: Uuid,
    email: String,
    role: String,
    inviter_name: String,
    expires_at: DateTimeUtc,
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

impl Store {
    /// Invites an address, by mail if the install sends any. Earlier invitations to the address are revoked. A form that is sent twice
    /// ([`Store::with_idempotency`]) sends one invitation; the second answer has another link to copy, in place of the first one's.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for a role that the actor may not give. [`StoreError::Invalid`] at `email` for the address of a member.
    /// [`StoreError::Limited`] if [`INVITATIONS_PER_WORKSPACE`] or a limit of the inviter or their network is reached.
    pub async fn invite(&self, actor: &Actor, draft: InvitationDraft) -> Result<NewInvitation, StoreError> {
        let digest = self.form_digest(actor, Entity::Member);
        self.write(actor, Verb::Create, Entity::Member, move |tx| {
            Box::pin(async move {
                let Some(digest) = digest else { return invite(tx, draft).await };
                if let Some(id) = find_created(tx, &digest).await? {
                    return renew_link(tx, InvitationId(id)).await;
                }
                let sent = invite(tx, draft).await?;
                record_created(tx, digest, sent.id.0).await?;
                Ok(sent)
            })
        })
        .await
    }

    /// Sends an invitation again, under a new link and for another seven days.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for one that was accepted or revoked, and as [`Store::invite`].
    pub async fn resend_invitation(&self, actor: &Actor, id: InvitationId) -> Result<NewInvitation, StoreError> {
        self.write(actor, Verb::Create, Entity::Member, move |tx| {
            Box::pin(async move {
                let row = open_one(tx, id).await?;
                let role = decode_enum(Role::from_slug(&row.role), "invitations.role")?;
                let email = Email::parse(&row.email).map_err(|_| StoreError::Internal)?;
                invite(tx, InvitationDraft { email, role }).await
            })
        })
        .await
    }

    /// Revokes an invitation.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for one that was accepted or revoked.
    pub async fn revoke_invitation(&self, actor: &Actor, id: InvitationId) -> Result<(), StoreError> {
        self.write(actor, Verb::Delete, Entity::Member, move |tx| {
            Box::pin(async move {
                let row = open_one(tx, id).await?;
                revoke(tx, "id", row.id.into()).await?;
                let before = json!({ "email": row.email, "role": row.role });
                tx.audit(Change { action: "revoke-invitation", entity: Entity::Member.noun(), id: id.0, before: Some(before), after: None })
                    .await
            })
        })
        .await
    }

    /// The invitations of the actor's workspace that were neither accepted nor revoked, the newest first, at most 500.
    pub async fn invitations(&self, actor: &Actor) -> Result<Vec<Invitation>, StoreError> {
        authorize(actor, Verb::Create, Entity::Member)?;
        let text = format!(
            "SELECT i.id, i.email, i.role, u.name AS inviter_name, i.expires_at FROM invitations i JOIN users u ON u.id = i.owner_id
             WHERE i.workspace_id = $1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL ORDER BY i.id DESC LIMIT {LISTED_MAX}"
        );
        let rows: Vec<ListRow> = sql(&text, [actor.workspace_id.0.into()]).all(self.read()).await?;
        rows.into_iter()
            .map(|row| {
                Ok(Invitation {
                    id: InvitationId(row.id),
                    email: row.email,
                    role: decode_enum(Role::from_slug(&row.role), "invitations.role")?,
                    inviter_name: row.inviter_name,
                    expires_at: row.expires_at,
                })
            })
            .collect()
    }

    /// Deletes invitations that ended 30 days ago and returns their number.
    pub async fn delete_old_invitations(&self) -> Result<u64, StoreError> {
        let delete = sql("DELETE FROM invitations WHERE expires_at <= $1", [(self.now() - TimeDelta::days(KEPT_DAYS)).into()]);
        self.transaction(move |tx| Box::pin(async move { Ok(delete.execute(tx).await?) })).await
    }
}

/// Deletes old invitations once a day.
pub(crate) fn old_invitations() -> JobHandler {
    JobHandler::deleting("delete-old-invitations", TimeDelta::days(1), |store| async move { store.delete_old_invitations().await })
}

#[derive(FromQueryResult)]
struct OpenRow {
    id: Uuid,
    email: String,
    role: String,
}

async fn open_one(tx: &WorkspaceTx, id: InvitationId) -> Result<OpenRow, StoreError> {
    let find = "SELECT id, email, role FROM invitations WHERE workspace_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL";
    sql(find, [tx.workspace_id().into(), id.0.into()]).one(&tx.db).await?.ok_or(StoreError::NotFound)
}

async fn revoke(tx: &WorkspaceTx, column: &'static str, value: sea_orm::Value) -> Result<(), StoreError> {
    let text = format!(
        "UPDATE invitations SET revoked_at = $1, updated_at = $1 WHERE workspace_id = $2 AND {column} = $3 AND accepted_at IS NULL AND revoked_at IS NULL"
    );
    sql(&text, [tx.now.into(), tx.workspace_id().into(), value]).execute(&tx.db).await?;
    Ok(())
}

/// Revokes what is still open for the address of a user who is no longer a member: an invitation from before must not let them back in.
pub(crate) async fn revoke_invitations_of(tx: &WorkspaceTx, user: UserId) -> Result<(), StoreError> {
    #[derive(FromQueryResult)]
    struct Address {
        email: String,
    }
    let address: Option<Address> = sql("SELECT email FROM users WHERE id = $1", [user.0.into()]).one(&tx.db).await?;
    match address {
        Some(Address { email }) => revoke(tx, "email_key", email_key(&email).into()).await,
        None => Ok(()),
    }
}

async fn invite(tx: &mut WorkspaceTx, draft: InvitationDraft) -> Result<NewInvitation, StoreError> {
    if !assignable_roles(tx.actor.role).contains(&draft.role) {
        return Err(StoreError::Denied);
    }
    let (workspace_id, key) = (tx.workspace_id(), draft.email.key());
    let member = "SELECT count(*) AS count FROM users u JOIN memberships m ON m.user_id = u.id
       WHERE u.email_key IN ($2, $3) AND m.workspace_id = $1 AND m.removed_at IS NULL";
    let values = [workspace_id.into(), key.clone().into(), exact_email_key(draft.email.as_str()).into()];
    if count(tx, member, values).await? > 0 {
        return Err(StoreError::field("email", "Whoever has this address is a member already"));
    }
    count_invitation(tx).await?;
    revoke(tx, "email_key", key.clone().into()).await?;
    let id = InvitationId(tx.new_id());
    let (token, token_hash) = new_token(tx.store());
    let (mailed_token, mailed_token_hash) = new_token(tx.store());
    let insert = "INSERT INTO invitations (workspace_id, id, owner_id, version, created_at, updated_at, email, email_key, role, token_hash,
         mailed_token_hash, expires_at)
       VALUES ($1, $2, $3, 1, $4, $4, $5, $6, $7, $8, $9, $10)";
    let values = [
        workspace_id.into(),
        id.0.into(),
        tx.actor.user_id.0.into(),
        tx.now.into(),
        draft.email.as_str().into(),
        key.into(),
        draft.role.slug().into(),
        token_hash.into(),
        mailed_token_hash.into(),
        (tx.now + TimeDelta::days(INVITATION_DAYS)).into(),
    ];
    sql(insert, values).execute(&tx.db).await?;
    let names = Names::read(tx).await?;
    let mail = invitations::mail(&draft, &names.inviter, &names.workspace, &mailed_token);
    tx.store().enqueue_mail(&tx.db, &mail).await?;
    let after = json!({ "email": draft.email.as_str(), "role": draft.role.slug() });
    tx.audit(Change { action: "invite", entity: Entity::Member.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(NewInvitation { id, token })
}

/// Counts an invitation, if there still is room. The workspace's are counted under its lock.
async fn count_invitation(tx: &WorkspaceTx) -> Result<(), StoreError> {
    let mut windows = Windows::new(INVITATIONS, tx.now);
    let workspace = windows.bind(tx.workspace_id());
    windows.push(INVITATIONS_PER_WORKSPACE, &format!("workspace_id = {workspace}"));
    if let Some(retry_at) = windows.limited_until(&tx.db).await? {
        return Err(StoreError::Limited(LimitReached::invitations(retry_at - tx.now)));
    }
    tx.store().count_invitation(&tx.db, tx.actor.user_id).await
}

/// Another link to copy for an invitation that was sent, as the token of the earlier one is not kept.
async fn renew_link(tx: &WorkspaceTx, id: InvitationId) -> Result<NewInvitation, StoreError> {
    let (token, token_hash) = new_token(tx.store());
    let renew = "UPDATE invitations SET token_hash = $1, updated_at = $2 WHERE workspace_id = $3 AND id = $4";
    sql(renew, [token_hash.into(), tx.now.into(), tx.workspace_id().into(), id.0.into()]).execute(&tx.db).await?;
    Ok(NewInvitation { id, token })
}

async fn count(tx: &WorkspaceTx, text: &str, values: impl IntoIterator<Item = sea_orm::Value>) -> Result<u64, StoreError> {
    let counted: Option<Count> = sql(text, values).one(&tx.db).await?;
    Ok(counted.map_or(0, |row| u64::try_from(row.count).unwrap_or_default()))
}

/// The names in the mail.
#[derive(FromQueryResult)]
struct Names {
    inviter: String,
    workspace: String,
}

impl Names {
    async fn read(tx: &WorkspaceTx) -> Result<Self, StoreError> {
        let names = "SELECT u.name AS inviter, w.name AS workspace FROM users u, workspaces w WHERE u.id = $1 AND w.id = $2";
        sql(names, [tx.actor.user_id.0.into(), tx.workspace_id().into()]).one(&tx.db).await?.ok_or(StoreError::NotFound)
    }
}

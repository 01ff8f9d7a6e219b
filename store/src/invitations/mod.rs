//! Invitations to a workspace.
//!
//! A link has a random token, of which the table keeps the hash. The mailed link and the one that the inviter may copy have different
//! tokens: accepting by the mailed one shows that the user reads mail at the address. Sending an invitation again, or another one to the
//! same address, revokes the earlier ones.

mod accept;
mod manage;

pub use accept::{FoundInvitation, JoinedWorkspace};
pub use manage::{Invitation, NewInvitation};

pub(crate) use accept::accept;
pub(crate) use manage::{old_invitations, revoke_invitations_of};

use crate::{Store, database::sql::sql, error::StoreError};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    access::Role,
    ids::{InvitationId, UserId, WorkspaceId},
    invitations::InvitationState,
    members::assignable_roles,
};
use sea_orm::{
    ConnectionTrait, FromQueryResult,
    prelude::{DateTimeUtc, Uuid},
};
use sha2::{Digest, Sha256};

/// Random bytes of a token.
const TOKEN_BYTES: usize = 32;

/// A new token, as it stands in the link, and its hash.
fn new_token(store: &Store) -> (String, Vec<u8>) {
    let mut bytes = [0; TOKEN_BYTES];
    store.random().fill(&mut bytes);
    let token = URL_SAFE_NO_PAD.encode(bytes);
    let hash = hash_of(&token);
    (token, hash)
}

fn hash_of(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

/// An invitation with what decides whether it can be accepted.
#[derive(FromQueryResult)]
struct Row {
    workspace_id: Uuid,
    id: Uuid,
    owner_id: Uuid,
    email: String,
    email_key: String,
    role: String,
    mailed_token_hash: Option<Vec<u8>>,
    expires_at: DateTimeUtc,
    accepted_at: Option<DateTimeUtc>,
    revoked_at: Option<DateTimeUtc>,
    suspended_at: Option<DateTimeUtc>,
    workspace_name: String,
    inviter_name: String,
    /// The inviter's role now; `None` if they are no longer a member, or their account is disabled.
    inviter_role: Option<String>,
}

impl Row {
    /// The invitation of a token whose workspace has not ended.
    async fn by_token(db: &impl ConnectionTrait, token: &str) -> Result<Option<Self>, StoreError> {
        let find = sql(
            "SELECT i.workspace_id, i.id, i.owner_id, i.email, i.email_key, i.role, i.mailed_token_hash, i.expires_at, i.accepted_at, i.revoked_at,
               w.suspended_at, w.name AS workspace_name, u.name AS inviter_name, m.role AS inviter_role
             FROM invitations i
             JOIN workspaces w ON w.id = i.workspace_id AND w.ended_at IS NULL
             JOIN users u ON u.id = i.owner_id
             LEFT JOIN memberships m ON m.workspace_id = i.workspace_id AND m.user_id = i.owner_id AND m.removed_at IS NULL
               AND u.disabled_at IS NULL
             WHERE i.token_hash = $1 OR i.mailed_token_hash = $1",
            [hash_of(token).into()],
        );
        Ok(find.one(db).await?)
    }

    fn role(&self) -> Result<Role, StoreError> {
        crate::database::rows::decode_enum(Role::from_slug(&self.role), "invitations.role")
    }

    fn state(&self, now: DateTimeUtc) -> Result<InvitationState, StoreError> {
        let inviter = self.inviter_role.as_deref().and_then(Role::from_slug);
        let role = self.role()?;
        Ok(if self.accepted_at.is_some() {
            InvitationState::Used
        } else if self.revoked_at.is_some() {
            InvitationState::Revoked
        } else if self.expires_at <= now {
            InvitationState::Expired
        } else if !inviter.is_some_and(|inviter| assignable_roles(inviter).contains(&role)) {
            InvitationState::InviterGone
        } else if self.suspended_at.is_some() {
            InvitationState::Suspended
        } else {
            InvitationState::Open
        })
    }

    /// Whether this is the token of the mailed link.
    fn was_mailed(&self, token: &str) -> bool {
        self.mailed_token_hash.as_deref() == Some(&hash_of(token))
    }

    fn workspace_id(&self) -> WorkspaceId {
        WorkspaceId(self.workspace_id)
    }

    fn id(&self) -> InvitationId {
        InvitationId(self.id)
    }

    fn inviter(&self) -> UserId {
        UserId(self.owner_id)
    }
}

//! The workspaces of one user: listing, creating and switching. They need a session, not a workspace, so these functions take the user.

use crate::{
    Store,
    audit::chain::{Chain, Change},
    database::{rows::decode_enum, sql::sql, transaction::Transaction},
    error::StoreError,
    users::{
        account_lock::lock_account,
        accounts::insert_workspace,
        own_sessions::token_of,
        sessions::{WorkspaceName, alive},
    },
};
use domain::{
    access::{Entity, Role},
    collation::sort_key,
    ids::{SessionId, UserId, WorkspaceId},
    sign_in_limits::LimitReached,
    workspaces::{NEW_WORKSPACES, NewWorkspaceDraft, OWNED_WORKSPACES_MAX},
};
use sea_orm::{
    FromQueryResult,
    prelude::{DateTimeUtc, Uuid},
};
use serde_json::json;
use sha2::{Digest, Sha256};

/// Most workspaces listed.
const LISTED_MAX: u32 = 1_000;

/// Kinds of records with an address of their own: the first segment of its path, and the name of the table.
const RECORD_KINDS: [&str; 5] = ["companies", "contacts", "deals", "activities", "tasks"];

/// A workspace that the user belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnWorkspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// The user's role there.
    pub role: Role,
    /// When it ended. Of ended ones only those are listed that the user owns and can take back.
    pub ended_at: Option<DateTimeUtc>,
    /// Whether it is suspended: nobody can open it.
    pub is_suspended: bool,
}

#[derive(FromQueryResult)]
struct OwnRow {
    id: Uuid,
    name: String,
    role: String,
    ended_at: Option<DateTimeUtc>,
    suspended_at: Option<DateTimeUtc>,
}

#[derive(FromQueryResult)]
struct NameRow {
    id: Uuid,
    name: String,
}

impl Store {
    /// The workspaces that the user belongs to, by name, and the ended ones that they can take back; at most 1,000.
    pub async fn own_workspaces(&self, user: UserId) -> Result<Vec<OwnWorkspace>, StoreError> {
        let text = format!(
            "SELECT w.id, w.name, m.role, w.ended_at, w.suspended_at FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
             WHERE m.user_id = $1 AND m.removed_at IS NULL
               AND (w.ended_at IS NULL OR (m.role = 'owner' AND w.ended_at > $2 AND w.deleting_since IS NULL))
             ORDER BY w.id LIMIT {LISTED_MAX}"
        );
        let rows: Vec<OwnRow> = sql(&text, [user.0.into(), self.takeable_since().into()]).all(self.read()).await?;
        let own: Result<Vec<OwnWorkspace>, StoreError> = rows
            .into_iter()
            .map(|row| {
                Ok(OwnWorkspace {
                    id: WorkspaceId(row.id),
                    name: row.name,
                    role: decode_enum(Role::from_slug(&row.role), "memberships.role")?,
                    ended_at: row.ended_at,
                    is_suspended: row.suspended_at.is_some(),
                })
            })
            .collect();
        let mut own = own?;
        own.sort_by_cached_key(|workspace| sort_key(&workspace.name));
        Ok(own)
    }

    /// Creates a workspace that the user owns, with its stages. A form that is sent twice, with the same `form_key`, makes one.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at no field if the user owns [`OWNED_WORKSPACES_MAX`] that have not ended. [`StoreError::Limited`] if they
    /// own [`NEW_WORKSPACES`] that were made lately, ended or not. [`StoreError::NotFound`] if their account was deleted.
    pub async fn create_workspace(&self, user: UserId, draft: NewWorkspaceDraft, form_key: &str) -> Result<WorkspaceId, StoreError> {
        let id = if form_key.is_empty() { WorkspaceId(self.new_id()) } else { id_of_form(user, form_key) };
        let store = self.clone();
        self.transaction(move |tx| Box::pin(async move { create(&store, tx, user, id, draft).await })).await?;
        Ok(id)
    }

    /// Sets the workspace of one of the user's sessions. Other requests of the session that are under way don't undo it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the user has no such session, is not a member of the workspace, or the workspace has ended or is suspended.
    pub async fn switch_workspace(&self, user: UserId, session: SessionId, workspace: WorkspaceId) -> Result<(), StoreError> {
        let (now, alive) = (self.now(), alive(self.now(), self.session_lifetime()));
        self.transaction(move |tx| {
            Box::pin(async move {
                let enter = "UPDATE memberships SET last_entered_at = $1 WHERE user_id = $2 AND workspace_id = $3 AND removed_at IS NULL
                   AND EXISTS (SELECT 1 FROM workspaces w WHERE w.id = memberships.workspace_id AND w.ended_at IS NULL
                     AND w.suspended_at IS NULL)";
                let entered = sql(enter, [now.into(), user.0.into(), workspace.0.into()]).execute(tx).await?;
                let token = token_of(tx, user, alive, session).await?.filter(|_| entered == 1).ok_or(StoreError::NotFound)?;
                sql("UPDATE sessions SET workspace_id = $1 WHERE token_hash = $2", [workspace.0.into(), token.bytes().into()])
                    .execute(tx)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// The workspace other than `current` that has the record with the address `/{kind}/{id}`, if the user is a member of it. Looks in
    /// the user's own workspaces only.
    pub async fn own_workspace_with(
        &self,
        user: UserId,
        current: WorkspaceId,
        kind: &str,
        id: Uuid,
    ) -> Result<Option<WorkspaceName>, StoreError> {
        let Some(table) = RECORD_KINDS.into_iter().find(|table| *table == kind) else { return Ok(None) };
        let text = format!(
            "SELECT w.id, w.name FROM memberships m JOIN workspaces w ON w.id = m.workspace_id AND w.ended_at IS NULL AND w.suspended_at IS NULL
             WHERE m.user_id = $1 AND m.removed_at IS NULL AND m.workspace_id <> $2
               AND EXISTS (SELECT 1 FROM {table} r WHERE r.workspace_id = m.workspace_id AND r.id = $3 AND r.deleted_at IS NULL) LIMIT 1"
        );
        let found: Option<NameRow> = sql(&text, [user.0.into(), current.0.into(), id.into()]).one(self.read()).await?;
        Ok(found.map(|row| WorkspaceName { id: WorkspaceId(row.id), name: row.name }))
    }
}

/// The id of the workspace that a user's form makes: the same however often it is sent, and no other user's.
pub(crate) fn id_of_form(user: UserId, form_key: &str) -> WorkspaceId {
    let digest = Sha256::new().chain_update("workspace").chain_update(user.0.as_bytes()).chain_update(form_key).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    WorkspaceId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

#[derive(FromQueryResult)]
struct Owned {
    owned: i64,
    lately: i64,
    is_made: i64,
    oldest: Option<DateTimeUtc>,
}

async fn create(store: &Store, tx: &Transaction, user: UserId, id: WorkspaceId, draft: NewWorkspaceDraft) -> Result<(), StoreError> {
    // One user's forms queue here.
    lock_account(tx, user).await?;
    let now = store.now();
    let count = "SELECT COALESCE(SUM(CASE WHEN w.ended_at IS NULL THEN 1 ELSE 0 END), 0) AS owned,
         COALESCE(SUM(CASE WHEN w.created_at > $3 THEN 1 ELSE 0 END), 0) AS lately,
         COALESCE(SUM(CASE WHEN w.id = $2 THEN 1 ELSE 0 END), 0) AS is_made,
         MIN(CASE WHEN w.created_at > $3 THEN w.created_at END) AS oldest
       FROM memberships m JOIN workspaces w ON w.id = m.workspace_id WHERE m.user_id = $1 AND m.role = 'owner'";
    let values = [user.0.into(), id.0.into(), (now - NEW_WORKSPACES.window()).into()];
    let counted: Owned = sql(count, values).one(tx).await?.ok_or(StoreError::Internal)?;
    if counted.is_made > 0 {
        return Ok(());
    }
    if u64::try_from(counted.owned).unwrap_or_default() >= OWNED_WORKSPACES_MAX {
        return Err(StoreError::field("", "You own as many workspaces as anybody may. End one, or hand it over, before you make another"));
    }
    if u64::try_from(counted.lately).unwrap_or_default() >= NEW_WORKSPACES.max.into() {
        let room_at = counted.oldest.unwrap_or(now) + NEW_WORKSPACES.window();
        return Err(StoreError::Limited(LimitReached::workspaces(room_at - now)));
    }
    let NewWorkspaceDraft { name, stages } = draft;
    insert_workspace(store, tx, id, user, &name, stages, now).await?;
    let mut chain = Chain::start(tx, id).await?;
    let after = json!({ "name": name, "owner": user });
    let change = Change { action: "create", entity: Entity::Workspace.noun(), id: id.0, before: None, after: Some(after) };
    chain.append(tx, store.random(), Some(user), store.address, now, change).await?;
    chain.save(tx).await
}

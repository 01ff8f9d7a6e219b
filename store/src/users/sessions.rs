//! Sessions of browsers: data of the server's session layer, and the signed-in user.
//!
//! A session ends some time after it was last used and after it began, by the store's clock and the install's
//! [`SessionLifetime`]. Saving only updates, so a request in flight can't revive a session that was signed out.

use crate::{
    JobHandler, Store,
    database::sql::sql,
    entity::session,
    error::StoreError,
    users::{accounts::AuthStamp, user_agents::stored_user_agent},
};
use chrono::TimeDelta;
use domain::{
    access::{Actor, Role},
    ids::{SessionId, UserId, WorkspaceId},
    preferences::{CsvSeparator, Preferences, StartPage, Theme},
    sessions::SessionLifetime,
    time_zones::TimeZone,
    workspaces::SWITCHER_MAX,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, DbBackend, EntityTrait, FromQueryResult, QueryFilter,
    prelude::{DateTimeUtc, Json, Uuid},
    sea_query::Expr,
};
use serde::Deserialize;
use std::fmt;

/// Least minutes between two renewals of a session, so that most page views write nothing.
pub const SESSION_RENEWAL_MINUTES: i64 = 10;

/// SHA-256 of a session's token. The database never sees the token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of a token.
    pub fn of(token: &[u8]) -> Self {
        use sha2::{Digest, Sha256};
        Self(Sha256::digest(token).into())
    }

    /// The hash as stored; `None` for bytes of another length.
    pub(crate) fn from_stored(bytes: Vec<u8>) -> Option<Self> {
        bytes.try_into().map(Self).ok()
    }

    /// The bytes to store.
    pub(crate) fn bytes(self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// The id by which pages name the session. It is derived, so that nothing by which a session is found leaves the server.
    pub fn session_id(self) -> SessionId {
        use sha2::{Digest, Sha256};
        let digest = Sha256::new().chain_update("session id").chain_update(self.0).finalize();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        SessionId(Uuid::from_bytes(id))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// Content of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionContent {
    /// The session layer's own data: flashes and the like.
    pub data: Json,
    /// Id of the signed-in user.
    pub user_id: Option<UserId>,
    /// Id of their workspace.
    pub workspace_id: Option<WorkspaceId>,
}

/// A session as loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionRow {
    /// The session layer's own data.
    pub data: Json,
    /// When it ends, unless it is renewed.
    pub expires_at: DateTimeUtc,
    /// When it began.
    pub created_at: DateTimeUtc,
    /// When it was last renewed.
    pub last_seen_at: DateTimeUtc,
    /// The session's workspace, whether or not its user is still a member.
    pub workspace_id: Option<WorkspaceId>,
    /// The session's user; `None` for an anonymous visitor.
    pub user: Option<SessionUser>,
    /// The user in their workspace; `None` if they are no longer a member of it, or it has ended or is suspended.
    pub signed_in: Option<SignedIn>,
}

/// The user of a session, in a workspace or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionUser {
    /// The session.
    pub session_id: SessionId,
    /// Who.
    pub user_id: UserId,
    /// Their name.
    pub user_name: String,
    /// Their email address.
    pub email: String,
    /// The stamp that their sessions are bound to.
    pub auth_stamp: AuthStamp,
    /// Whether they manage the whole install.
    pub is_platform_admin: bool,
    /// Their preferences.
    pub preferences: Preferences,
}

/// The signed-in user, with present name, role and settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The session.
    pub session_id: SessionId,
    /// Who.
    pub user_id: UserId,
    /// Their name.
    pub user_name: String,
    /// Their email address.
    pub email: String,
    /// The stamp that their sessions are bound to.
    pub auth_stamp: AuthStamp,
    /// Whether they manage the whole install.
    pub is_platform_admin: bool,
    /// Their preferences.
    pub preferences: Preferences,
    /// Whether their sidebar is folded to its icons.
    pub sidebar_folded: bool,
    /// The workspace they are in.
    pub workspace_id: WorkspaceId,
    /// Its name.
    pub workspace_name: String,
    /// Its currency, an ISO 4217 code.
    pub currency: String,
    /// Its time zone, an IANA name.
    pub time_zone: String,
    /// Their role there.
    pub role: Role,
    /// The workspace's switch "Only owners edit their records".
    pub owners_only_edit: bool,
    /// The workspace's switch "Lock activities once logged".
    pub lock_activities: bool,
    /// Whether the workspace's first steps are shown: nobody dismissed them.
    pub shows_first_steps: bool,
    /// Whether records of the workspace are marked as demo data.
    pub has_demo_data: bool,
    /// The number of the workspace's newest change: see [`Store::with_cache_version`].
    pub seq: i64,
    /// The user's other workspaces, the last entered first: one more than [`SWITCHER_MAX`] at most.
    pub other_workspaces: Vec<WorkspaceName>,
}

/// A workspace to switch to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WorkspaceName {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
}

impl SignedIn {
    /// The user as actor of store functions.
    pub fn actor(&self) -> Actor {
        Actor { user_id: self.user_id, workspace_id: self.workspace_id, role: self.role, owners_only_edit: self.owners_only_edit }
    }
}

impl Store {
    /// Sets the operator's lifetime of sessions. Later calls have no effect.
    pub fn configure_session_lifetime(&self, lifetime: SessionLifetime) {
        let _ = self.shared.session_lifetime.set(lifetime);
    }

    /// How long sessions last.
    pub fn session_lifetime(&self) -> SessionLifetime {
        self.shared.session_lifetime.get().copied().unwrap_or(SessionLifetime::DEFAULT)
    }

    /// Inserts a new session. Returns `false` if the token is in use; retry with another one.
    pub async fn create_session(&self, token: TokenHash, content: SessionContent, user_agent: Option<&str>) -> Result<bool, StoreError> {
        let now = self.now();
        let row = session::ActiveModel {
            token_hash: Set(token.bytes()),
            user_id: Set(content.user_id.map(|id| id.0)),
            workspace_id: Set(content.workspace_id.map(|id| id.0)),
            data: Set(content.data),
            created_at: Set(now),
            expires_at: Set(now + self.session_lifetime().idle()),
            last_seen_at: Set(now),
            ip_address: Set(self.address.map(|address| address.to_string())),
            user_agent: Set(user_agent.map(stored_user_agent)),
        };
        let inserted = self.transaction(move |tx| {
            Box::pin(async move {
                session::Entity::insert(row).exec_without_returning(tx).await?;
                Ok(())
            })
        });
        match inserted.await {
            Ok(()) => Ok(true),
            // The one thing unique in the table is the token.
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Updates the data and user of a session and renews it. Returns `false` if it has ended. Its workspace stays: a request that began
    /// before [`Store::switch_workspace`] must not undo it.
    pub async fn save_session(&self, token: TokenHash, content: SessionContent) -> Result<bool, StoreError> {
        let (now, lifetime) = (self.now(), self.session_lifetime());
        self.transaction(move |tx| {
            Box::pin(async move {
                let saved = session::Entity::update_many()
                    .col_expr(session::Column::Data, Expr::value(content.data))
                    .col_expr(session::Column::UserId, Expr::value(content.user_id.map(|id| id.0)))
                    .col_expr(session::Column::LastSeenAt, Expr::value(now))
                    .col_expr(session::Column::ExpiresAt, Expr::value(now + lifetime.idle()))
                    .filter(session::Column::TokenHash.eq(token.bytes()))
                    .filter(alive(now, lifetime))
                    .exec(tx)
                    .await?;
                Ok(saved.rows_affected > 0)
            })
        })
        .await
    }

    /// Renews a session that was used, at most once in [`SESSION_RENEWAL_MINUTES`]. Returns whether it did.
    pub async fn renew_session(&self, token: TokenHash) -> Result<bool, StoreError> {
        let (now, lifetime) = (self.now(), self.session_lifetime());
        self.transaction(move |tx| {
            Box::pin(async move {
                let renewed = session::Entity::update_many()
                    .col_expr(session::Column::LastSeenAt, Expr::value(now))
                    .col_expr(session::Column::ExpiresAt, Expr::value(now + lifetime.idle()))
                    .filter(session::Column::TokenHash.eq(token.bytes()))
                    .filter(session::Column::LastSeenAt.lte(now - TimeDelta::minutes(SESSION_RENEWAL_MINUTES)))
                    .filter(alive(now, lifetime))
                    .exec(tx)
                    .await?;
                Ok(renewed.rows_affected > 0)
            })
        })
        .await
    }

    /// Loads a session that has not ended, with the signed-in user, their present role and their other workspaces, in one query.
    pub async fn load_session(&self, token: TokenHash) -> Result<Option<SessionRow>, StoreError> {
        let (now, lifetime) = (self.now(), self.session_lifetime());
        let text = format!(
            "SELECT s.data, s.created_at, s.expires_at, s.last_seen_at, s.user_id, s.workspace_id,
               u.name AS user_name, u.email, u.auth_stamp, u.is_platform_admin,
               u.theme, u.sidebar_folded, u.shortcuts, u.csv_separator, u.start_page, u.time_zone AS user_time_zone, m.role,
               w.name AS workspace_name, w.currency, w.time_zone, w.owners_only_edit, w.lock_activities, h.seq,
               w.first_steps_dismissed_at, w.has_demo_data,
               {} AS other_workspaces
             FROM sessions s
             LEFT JOIN users u ON u.id = s.user_id AND u.disabled_at IS NULL
             LEFT JOIN memberships m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id AND m.removed_at IS NULL
             LEFT JOIN workspaces w ON w.id = s.workspace_id AND w.ended_at IS NULL AND w.suspended_at IS NULL
             LEFT JOIN audit_heads h ON h.workspace_id = s.workspace_id
             WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.last_seen_at > $3 AND s.created_at > $4",
            other_workspaces(self.backend())
        );
        let statement = sql(&text, [token.bytes().into(), now.into(), (now - lifetime.idle()).into(), (now - lifetime.max()).into()]);
        let found: Option<Loaded> = statement.one(self.read()).await?;
        Ok(found.map(|row| session_row(row, token, lifetime)))
    }

    /// Ends a session.
    pub async fn delete_session(&self, token: TokenHash) -> Result<(), StoreError> {
        self.transaction(move |tx| {
            Box::pin(async move {
                session::Entity::delete_by_id(token.bytes()).exec(tx).await?;
                Ok(())
            })
        })
        .await
    }

    /// Deletes sessions that have ended and returns their number.
    pub async fn delete_expired_sessions(&self) -> Result<u64, StoreError> {
        let (now, lifetime) = (self.now(), self.session_lifetime());
        self.transaction(move |tx| {
            Box::pin(async move {
                let gone = session::Entity::delete_many().filter(alive(now, lifetime).not()).exec(tx).await?;
                Ok(gone.rows_affected)
            })
        })
        .await
    }
}

/// Deletes ended sessions every hour.
pub(crate) fn expired_sessions() -> JobHandler {
    JobHandler::deleting("delete-expired-sessions", TimeDelta::hours(1), |store| async move { store.delete_expired_sessions().await })
}

/// Condition of a session that has ended by no limit. `expires_at` counts too: it was set by the limit of its time.
pub(crate) fn alive(now: DateTimeUtc, lifetime: SessionLifetime) -> Condition {
    Condition::all()
        .add(session::Column::ExpiresAt.gt(now))
        .add(session::Column::LastSeenAt.gt(now - lifetime.idle()))
        .add(session::Column::CreatedAt.gt(now - lifetime.max()))
}

/// The subquery for [`SignedIn::other_workspaces`], as JSON text.
fn other_workspaces(backend: DbBackend) -> String {
    let json = match backend {
        DbBackend::Postgres => "CAST(json_agg(json_build_object('id', o.id, 'name', o.name)) AS text)",
        _ => "json_group_array(json_object('id', lower(hex(o.id)), 'name', o.name))",
    };
    let listed = SWITCHER_MAX + 1;
    format!(
        "(SELECT {json} FROM (
           SELECT ow.id, ow.name FROM memberships om
           JOIN workspaces ow ON ow.id = om.workspace_id AND ow.ended_at IS NULL AND ow.suspended_at IS NULL
           WHERE om.user_id = s.user_id AND om.removed_at IS NULL AND om.workspace_id <> s.workspace_id
           ORDER BY CASE WHEN om.last_entered_at IS NULL THEN 1 ELSE 0 END, om.last_entered_at DESC, om.created_at, ow.id LIMIT {listed}
         ) o)"
    )
}

#[derive(FromQueryResult)]
struct Loaded {
    data: Json,
    created_at: DateTimeUtc,
    expires_at: DateTimeUtc,
    last_seen_at: DateTimeUtc,
    user_id: Option<Uuid>,
    workspace_id: Option<Uuid>,
    user_name: Option<String>,
    email: Option<String>,
    auth_stamp: Option<Vec<u8>>,
    is_platform_admin: Option<bool>,
    theme: Option<String>,
    sidebar_folded: Option<bool>,
    shortcuts: Option<bool>,
    csv_separator: Option<String>,
    start_page: Option<String>,
    user_time_zone: Option<String>,
    role: Option<String>,
    workspace_name: Option<String>,
    currency: Option<String>,
    time_zone: Option<String>,
    owners_only_edit: Option<bool>,
    lock_activities: Option<bool>,
    first_steps_dismissed_at: Option<DateTimeUtc>,
    has_demo_data: Option<bool>,
    seq: Option<i64>,
    other_workspaces: Option<String>,
}

fn session_row(mut row: Loaded, token: TokenHash, lifetime: SessionLifetime) -> SessionRow {
    let ends_at = [row.expires_at, row.last_seen_at + lifetime.idle(), row.created_at + lifetime.max()];
    SessionRow {
        data: std::mem::take(&mut row.data),
        expires_at: ends_at.into_iter().min().unwrap_or(row.expires_at),
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        workspace_id: row.workspace_id.map(WorkspaceId),
        user: session_user(&row, token),
        signed_in: signed_in(row, token),
    }
}

/// The user of a session; `None` if nobody is signed in.
fn session_user(row: &Loaded, token: TokenHash) -> Option<SessionUser> {
    Some(SessionUser {
        session_id: token.session_id(),
        user_id: UserId(row.user_id?),
        user_name: row.user_name.clone()?,
        email: row.email.clone()?,
        auth_stamp: AuthStamp::new(row.auth_stamp.clone()?),
        is_platform_admin: row.is_platform_admin?,
        preferences: preferences(row)?,
    })
}

fn preferences(row: &Loaded) -> Option<Preferences> {
    Some(Preferences {
        theme: Theme::from_slug(row.theme.as_ref()?)?,
        shortcuts: row.shortcuts?,
        csv_separator: CsvSeparator::from_slug(row.csv_separator.as_ref()?)?,
        time_zone: row.user_time_zone.as_deref().and_then(TimeZone::from_name),
        start_page: StartPage::from_slug(row.start_page.as_ref()?)?,
    })
}

/// The user of a session in its workspace; `None` if nobody is signed in, or the user no longer belongs to the workspace.
fn signed_in(row: Loaded, token: TokenHash) -> Option<SignedIn> {
    let preferences = preferences(&row)?;
    Some(SignedIn {
        session_id: token.session_id(),
        user_id: UserId(row.user_id?),
        user_name: row.user_name?,
        email: row.email?,
        auth_stamp: AuthStamp::new(row.auth_stamp?),
        is_platform_admin: row.is_platform_admin?,
        preferences,
        sidebar_folded: row.sidebar_folded?,
        workspace_id: WorkspaceId(row.workspace_id?),
        workspace_name: row.workspace_name?,
        currency: row.currency?,
        time_zone: row.time_zone?,
        role: Role::from_slug(&row.role?)?,
        owners_only_edit: row.owners_only_edit?,
        lock_activities: row.lock_activities?,
        shows_first_steps: row.first_steps_dismissed_at.is_none(),
        has_demo_data: row.has_demo_data?,
        seq: row.seq.unwrap_or_default(),
        other_workspaces: row.other_workspaces.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
    })
}

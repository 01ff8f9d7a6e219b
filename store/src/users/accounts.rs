//! Users and their registration.

use crate::{
    Store,
    audit::chain::{Chain, Change},
    database::transaction::Transaction,
    entity::{membership, user, workspace, workspace_counter},
    error::{MapUniqueViolation, StoreError},
    invitations::accept,
    stages::insert_set,
    users::{
        password_strength::{EASY_TO_GUESS, is_easy_to_guess},
        sign_in_log::LogEntry,
    },
};
use domain::{
    access::{Entity, Role},
    account_mail::Recipient,
    client_network::ClientNetwork,
    collation::{NameOrder, person_sort_key},
    deal_lists::DealLists,
    ids::{UserId, WorkspaceId},
    preferences::StartPage,
    stages::StageSet,
    users::{Email, RegisterDraft},
    workspaces::{DEFAULT_CURRENCY, DEFAULT_TIME_ZONE, first_name_for},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QuerySelect, prelude::DateTimeUtc};
use secrecy::SecretString;
use serde_json::json;
use std::fmt;

/// Any number, the same in every process: on PostgreSQL the very first registrations queue at this advisory lock.
const FIRST_USER_LOCK: i64 = 0x4d49_4e49_4352_4d02;

/// Random bytes that change with the password. A session with another stamp has ended. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthStamp(Vec<u8>);

impl AuthStamp {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, to compare or to store in a session.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for AuthStamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthStamp(…)")
    }
}

/// A user, and the workspace they sign in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInUser {
    /// Id of the user.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// The stamp that their sessions are bound to.
    pub auth_stamp: AuthStamp,
    /// The workspace they entered last, else the one they have been a member of longest; `None` if they are in none.
    pub workspace_id: Option<WorkspaceId>,
    /// Whether an administrator made a reset link since the last sign-in, of which the user is to be told now.
    pub untold_reset_link: bool,
    /// Where signing in leads them, unless they were on the way to another page.
    pub start_page: StartPage,
}

/// Who creates an account.
#[derive(PartialEq, Eq)]
pub(crate) enum AccountOrigin {
    /// Its user, by the form. They are signed in afterwards.
    Registration { user_agent: Option<String> },
    /// An invited person, by the link. They get a workspace of their own where registering is open.
    Invitation { token: String, user_agent: Option<String>, with_workspace: bool },
    /// The operator, by the command line.
    Operator,
    /// A platform admin, for somebody who gets a workspace of the admin's making.
    PlatformAdmin,
}

impl Store {
    /// Creates a user and a workspace that they own, with its stages. The first user of the install is the platform admin. The
    /// registration is the first entry of the account's sign-in log. If the install sends mail, a link to confirm the address goes there.
    /// `user_agent`: the browser's header.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `email` for an address that has an account, at `password` for one that is easy to guess.
    /// [`StoreError::Limited`] if too many accounts were created from the network. [`StoreError::Unavailable`] if too many passwords wait to
    /// be hashed.
    pub async fn register(&self, draft: RegisterDraft, user_agent: Option<&str>) -> Result<SignInUser, StoreError> {
        self.create_account(draft, AccountOrigin::Registration { user_agent: user_agent.map(str::to_owned) }).await
    }

    /// As [`Store::register`], for the operator: the user is a platform admin, whether or not they are the first, and has not signed in.
    ///
    /// # Errors
    /// As [`Store::register`].
    pub async fn create_admin(&self, draft: RegisterDraft) -> Result<SignInUser, StoreError> {
        self.create_account(draft, AccountOrigin::Operator).await
    }

    /// As [`Store::register`], for the invited person, who joins the workspace of the invitation. `with_workspace`: whether they get one of
    /// their own, too. The user enters the workspace of the invitation.
    ///
    /// # Errors
    /// As [`Store::register`] and [`Store::accept_invitation`]. Without the invitation there is no account.
    pub async fn register_invited(
        &self,
        draft: RegisterDraft,
        token: String,
        with_workspace: bool,
        user_agent: Option<&str>,
    ) -> Result<SignInUser, StoreError> {
        let user_agent = user_agent.map(str::to_owned);
        self.create_account(draft, AccountOrigin::Invitation { token, user_agent, with_workspace }).await
    }

    async fn create_account(&self, draft: RegisterDraft, origin: AccountOrigin) -> Result<SignInUser, StoreError> {
        let RegisterDraft { name, email, password } = draft;
        if is_easy_to_guess(&password, &[&name, email.as_str()]) {
            return Err(StoreError::field("password", EASY_TO_GUESS));
        }
        let network = self.address.map(ClientNetwork::from);
        self.check_registrations(network).await?;
        let permit = self.shared.passwords.turn(network, false).await?;
        let password_hash = self.shared.passwords.hash(permit, password).await?;
        let store = self.clone();
        let recipient = Recipient { name: name.clone(), email: email.clone() };
        self.transaction(move |db| {
            Box::pin(async move {
                store.count_registration(db, network).await?;
                let mut user = store.insert_user(db, name, email, password_hash, &origin).await?;
                let mut proves_address = false;
                if let AccountOrigin::Invitation { token, .. } = &origin {
                    let joined = accept(&store, db, user.id, token).await?;
                    (user.workspace_id, proves_address) = (Some(joined.id), joined.proves_address);
                }
                if origin != AccountOrigin::Operator && !proves_address {
                    store.mail_confirmation(db, user.id, &recipient).await?;
                }
                if let AccountOrigin::Registration { user_agent } | AccountOrigin::Invitation { user_agent, .. } = origin {
                    store.log_sign_in(db, LogEntry::new(Some(user.id), user_agent.as_deref(), true), true).await?;
                }
                Ok(user)
            })
        })
        .await
    }

    /// Inserts a user. Whoever joins a workspace, or is given one, gets none of their own here.
    pub(crate) async fn insert_user(
        &self,
        db: &Transaction,
        name: String,
        email: Email,
        password_hash: SecretString,
        origin: &AccountOrigin,
    ) -> Result<SignInUser, StoreError> {
        use secrecy::ExposeSecret;
        let now = self.now();
        let (user_id, workspace_id) = (UserId(self.new_id()), WorkspaceId(self.new_id()));
        let mut stamp = vec![0; 32];
        self.shared.random.fill(&mut stamp);
        let is_platform_admin = *origin == AccountOrigin::Operator || is_first_user(db).await?;
        let user = user::ActiveModel {
            id: Set(user_id.0),
            name: Set(name.clone()),
            sort_key: Set(person_sort_key(&name)),
            email: Set(email.as_str().to_owned()),
            email_key: Set(email.key()),
            email_verified: Set(false),
            password_hash: Set(password_hash.expose_secret().to_owned()),
            auth_stamp: Set(stamp.clone()),
            is_platform_admin: Set(is_platform_admin),
            created_at: Set(now),
            updated_at: Set(now),
            // Settings have the defaults of their columns.
            ..Default::default()
        };
        user::Entity::insert(user)
            .exec_without_returning(db)
            .await
            .map_unique_violation("email", "There is already an account with this address. Sign in instead")?;
        if let AccountOrigin::Invitation { with_workspace: false, .. } | AccountOrigin::PlatformAdmin = origin {
            return Ok(SignInUser {
                id: user_id,
                name,
                auth_stamp: AuthStamp::new(stamp),
                workspace_id: None,
                untold_reset_link: false,
                start_page: StartPage::default(),
            });
        }
        let workspace_name = first_name_for(&name);
        insert_workspace(self, db, workspace_id, user_id, &workspace_name, StageSet::default(), now).await?;

        let mut chain = Chain::start(db, workspace_id).await?;
        let change = Change {
            action: "register",
            entity: Entity::Workspace.noun(),
            id: workspace_id.0,
            before: None,
            after: Some(json!({ "name": workspace_name, "owner": user_id, "is_platform_admin": is_platform_admin })),
        };
        chain.append(db, self.random(), Some(user_id), self.address, now, change).await?;
        chain.save(db).await?;
        Ok(SignInUser {
            id: user_id,
            name,
            auth_stamp: AuthStamp::new(stamp),
            workspace_id: Some(workspace_id),
            untold_reset_link: false,
            start_page: StartPage::default(),
        })
    }
}

/// Whether the table is still empty. On SQLite the transaction already holds the one write lock. On PostgreSQL transactions that
/// find it empty check again one at a time, so exactly one of them is first.
async fn is_first_user(db: &Transaction) -> Result<bool, StoreError> {
    if user::Entity::find().limit(1).count(db).await? > 0 {
        return Ok(false);
    }
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({FIRST_USER_LOCK})")).await?;
    }
    Ok(user::Entity::find().limit(1).count(db).await? == 0)
}

/// Inserts a workspace with its owner, counters and stages. Its audit chain is the caller's.
pub(crate) async fn insert_workspace(
    store: &Store,
    db: &Transaction,
    workspace_id: WorkspaceId,
    owner_id: UserId,
    name: &str,
    stages: StageSet,
    now: DateTimeUtc,
) -> Result<(), StoreError> {
    let lists = DealLists::of_new_workspace();
    let workspace = workspace::ActiveModel {
        id: Set(workspace_id.0),
        name: Set(name.to_owned()),
        currency: Set(DEFAULT_CURRENCY.code().to_owned()),
        time_zone: Set(DEFAULT_TIME_ZONE.to_owned()),
        owners_only_edit: Set(false),
        name_order: Set(NameOrder::default().slug().to_owned()),
        lock_activities: Set(false),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ended_at: Set(None),
        suspended_at: Set(None),
        deal_sources: Set(lists.sources.join("\n")),
        lost_reasons: Set(lists.lost_reasons.join("\n")),
    };
    workspace::Entity::insert(workspace).exec_without_returning(db).await?;
    let counters = workspace_counter::ActiveModel { workspace_id: Set(workspace_id.0), ..Default::default() };
    workspace_counter::Entity::insert(counters).exec_without_returning(db).await?;
    let owner = membership::ActiveModel {
        workspace_id: Set(workspace_id.0),
        user_id: Set(owner_id.0),
        role: Set(Role::Owner.slug().to_owned()),
        removed_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
        last_entered_at: Set(None),
    };
    membership::Entity::insert(owner).exec_without_returning(db).await?;

    insert_set(store, db, workspace_id, owner_id, stages, now).await
}

#[cfg(test)]
mod tests;

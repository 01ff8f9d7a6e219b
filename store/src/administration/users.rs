//! All accounts of the install, and what a platform admin does to one.

use super::page_of;
use crate::{
    Store, Total,
    database::{
        rows::to_u64,
        sql::{Sql, sql},
        transaction::Transaction,
        write::TxFuture,
    },
    error::StoreError,
    users::{
        account_links::lock_links,
        by_email::Account,
        platform_admins::{authorize_platform_admin, lock_platform_admins},
    },
};
use domain::{
    account_links::LinkToken,
    administration::{UserState, UsersQuery, matches_search},
    ids::UserId,
};
use sea_orm::{
    FromQueryResult,
    prelude::{DateTimeUtc, Uuid},
};

/// An account as platform admins see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminUser {
    /// Its id.
    pub id: UserId,
    /// The user's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they have shown that it is theirs.
    pub email_verified: bool,
    /// Whether they manage the install.
    pub is_platform_admin: bool,
    /// When the account was disabled.
    pub disabled_at: Option<DateTimeUtc>,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// When the user was last seen, of the last 60 days.
    pub seen_at: Option<DateTimeUtc>,
    /// Number of workspaces that they belong to.
    pub workspaces: u64,
    /// Number of their sessions.
    pub sessions: u64,
}

/// A page of accounts, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserList {
    /// The accounts of the page.
    pub rows: Vec<AdminUser>,
    /// Number of all that match.
    pub total: Total,
}

#[derive(FromQueryResult)]
struct Found {
    id: Uuid,
    name: String,
    email: String,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    email: String,
    email_verified: bool,
    is_platform_admin: bool,
    disabled_at: Option<DateTimeUtc>,
    created_at: DateTimeUtc,
    session_at: Option<DateTimeUtc>,
    sign_in_at: Option<DateTimeUtc>,
    workspaces: i64,
    sessions: i64,
}

impl From<Row> for AdminUser {
    fn from(row: Row) -> Self {
        Self {
            id: UserId(row.id),
            name: row.name,
            email: row.email,
            email_verified: row.email_verified,
            is_platform_admin: row.is_platform_admin,
            disabled_at: row.disabled_at,
            created_at: row.created_at,
            seen_at: row.session_at.max(row.sign_in_at),
            workspaces: to_u64(row.workspaces),
            sessions: to_u64(row.sessions),
        }
    }
}

impl Store {
    /// A page of the accounts of the install. All names and addresses are read: the search ignores accents, and there is no folded copy.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin.
    pub async fn install_users(&self, admin: UserId, query: &UsersQuery) -> Result<UserList, StoreError> {
        authorize_platform_admin(self.read(), admin).await?;
        let state = match query.state {
            None => "",
            Some(UserState::Active) => " AND disabled_at IS NULL",
            Some(UserState::Disabled) => " AND disabled_at IS NOT NULL",
            Some(UserState::Admin) => " AND is_platform_admin",
        };
        let find = format!("SELECT id, name, email FROM users WHERE deleted_at IS NULL{state} ORDER BY sort_key, id");
        let mut found: Vec<Found> = sql(&find, []).all(self.read()).await?;
        found.retain(|user| matches_search(&query.q, &[&user.name, &user.email]));
        let (page, total) = page_of(found, query.page);
        let rows = self.accounts(page.iter().map(|user| user.id)).await?;
        Ok(UserList { rows, total: Total { count: total, capped: false } })
    }

    /// One account of the install.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin. [`StoreError::NotFound`] for an id that no account has.
    pub async fn install_user(&self, admin: UserId, id: UserId) -> Result<AdminUser, StoreError> {
        authorize_platform_admin(self.read(), admin).await?;
        self.accounts([id.0]).await?.pop().ok_or(StoreError::NotFound)
    }

    async fn accounts(&self, ids: impl IntoIterator<Item = Uuid>) -> Result<Vec<AdminUser>, StoreError> {
        let mut statement = Sql::default();
        let ids = statement.bind_all(ids);
        let now = statement.bind(self.now());
        statement.push(&format!(
            "SELECT u.id, u.name, u.email, u.email_verified, u.is_platform_admin, u.disabled_at, u.created_at,
               (SELECT max(s.last_seen_at) FROM sessions s WHERE s.user_id = u.id) AS session_at,
               (SELECT max(l.at) FROM sign_in_log l WHERE l.user_id = u.id AND l.succeeded) AS sign_in_at,
               (SELECT count(*) FROM memberships m JOIN workspaces w ON w.id = m.workspace_id AND w.ended_at IS NULL
                  WHERE m.user_id = u.id AND m.removed_at IS NULL) AS workspaces,
               (SELECT count(*) FROM sessions s WHERE s.user_id = u.id AND s.expires_at > {now}) AS sessions
             FROM users u WHERE u.id IN ({ids}) AND u.deleted_at IS NULL ORDER BY u.sort_key, u.id"
        ));
        Ok(statement.all::<Row>(self.read()).await?.into_iter().map(AdminUser::from).collect())
    }

    /// Disables an account: its sessions and open links end at once, and nobody signs in to it. One that is disabled stays so.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin. [`StoreError::NotFound`] for an account that isn't there. [`StoreError::Invalid`]
    /// at no field for the admin's own.
    pub async fn disable_user(&self, admin: UserId, user: UserId) -> Result<(), StoreError> {
        let mut stamp = vec![0; 32];
        self.random().fill(&mut stamp);
        let (store, now) = (self.clone(), self.now());
        self.change_admins(admin, user, move |tx| {
            Box::pin(async move {
                let disable = "UPDATE users SET disabled_at = $1, auth_stamp = $2, updated_at = $1 WHERE id = $3 AND disabled_at IS NULL";
                if sql(disable, [now.into(), stamp.into(), user.0.into()]).execute(tx).await? == 0 {
                    return Ok(());
                }
                sql("DELETE FROM sessions WHERE user_id = $1", [user.0.into()]).execute(tx).await?;
                store.end_links(tx, user).await?;
                store.log_account_change(tx, Some(admin), user, "disable").await
            })
        })
        .await
    }

    /// Enables a disabled account. One that is not disabled stays so.
    ///
    /// # Errors
    /// As [`Store::disable_user`].
    pub async fn enable_user(&self, admin: UserId, user: UserId) -> Result<(), StoreError> {
        let (store, now) = (self.clone(), self.now());
        self.change_admins(admin, user, move |tx| {
            Box::pin(async move {
                let enable = "UPDATE users SET disabled_at = NULL, updated_at = $1 WHERE id = $2 AND disabled_at IS NOT NULL";
                if sql(enable, [now.into(), user.0.into()]).execute(tx).await? == 0 {
                    return Ok(());
                }
                store.log_account_change(tx, Some(admin), user, "enable").await
            })
        })
        .await
    }

    /// Makes a user a platform admin. Who is one stays so.
    ///
    /// # Errors
    /// As [`Store::disable_user`].
    pub async fn make_platform_admin(&self, admin: UserId, user: UserId) -> Result<(), StoreError> {
        let (store, now) = (self.clone(), self.now());
        self.change_admins(admin, user, move |tx| {
            Box::pin(async move {
                let make = "UPDATE users SET is_platform_admin = true, updated_at = $1 WHERE id = $2 AND NOT is_platform_admin";
                if sql(make, [now.into(), user.0.into()]).execute(tx).await? == 0 {
                    return Ok(());
                }
                store.log_account_change(tx, Some(admin), user, "make-admin").await
            })
        })
        .await
    }

    /// Takes platform admin away from a user. As nobody does that to themselves, one who can act is left.
    ///
    /// # Errors
    /// As [`Store::disable_user`].
    pub async fn revoke_platform_admin(&self, admin: UserId, user: UserId) -> Result<(), StoreError> {
        let (store, now) = (self.clone(), self.now());
        self.change_admins(admin, user, move |tx| {
            Box::pin(async move {
                let revoke = "UPDATE users SET is_platform_admin = false, updated_at = $1 WHERE id = $2 AND is_platform_admin";
                if sql(revoke, [now.into(), user.0.into()]).execute(tx).await? == 0 {
                    return Ok(());
                }
                store.log_account_change(tx, Some(admin), user, "revoke-admin").await
            })
        })
        .await
    }

    /// Ends every session of an account and returns their number.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin. [`StoreError::NotFound`] for an account that isn't there.
    pub async fn end_user_sessions(&self, admin: UserId, user: UserId) -> Result<u64, StoreError> {
        let store = self.clone();
        self.admin_transaction(admin, move |tx| {
            Box::pin(async move {
                is_disabled(tx, user).await?;
                let ended = sql("DELETE FROM sessions WHERE user_id = $1", [user.0.into()]).execute(tx).await?;
                store.log_account_change(tx, Some(admin), user, "end-sessions").await?;
                Ok(ended)
            })
        })
        .await
    }

    /// As [`Store::make_reset_link`], by the id of the account.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin. [`StoreError::NotFound`] for an account that isn't there. [`StoreError::Invalid`]
    /// at no field for a disabled one.
    pub async fn make_user_reset_link(&self, admin: UserId, user: UserId) -> Result<LinkToken, StoreError> {
        let store = self.clone();
        self.admin_transaction(admin, move |tx| {
            Box::pin(async move {
                lock_links(tx, user).await?;
                if is_disabled(tx, user).await? {
                    return Err(StoreError::field("", "The account is disabled. Enable it first"));
                }
                let account = Account::by_id(tx, user).await?.ok_or(StoreError::NotFound)?;
                store.make_link_to_hand_over(tx, account, Some(admin)).await
            })
        })
        .await
    }

    /// Runs a change by which another account may stop being a platform admin who can act, or become one, under the lock of all admins:
    /// two who do it to each other come one after the other, and the second one may no longer.
    async fn change_admins<F>(&self, admin: UserId, user: UserId, work: F) -> Result<(), StoreError>
    where
        F: for<'t> FnOnce(&'t Transaction) -> TxFuture<'t, ()> + Send + 'static,
    {
        self.admin_transaction(admin, move |tx| {
            Box::pin(async move {
                // Before any row, as everybody takes it.
                lock_links(tx, user).await?;
                if !lock_platform_admins(tx).await?.contains(&admin) {
                    return Err(StoreError::Denied);
                }
                if user == admin {
                    return Err(StoreError::field("", "Ask another platform admin to do this to your account"));
                }
                is_disabled(tx, user).await?;
                work(tx).await
            })
        })
        .await
    }
}

#[derive(FromQueryResult)]
struct Disabled {
    disabled_at: Option<DateTimeUtc>,
}

/// Whether an account is disabled.
///
/// # Errors
/// [`StoreError::NotFound`] if it isn't there, or was deleted.
pub(super) async fn is_disabled(tx: &Transaction, user: UserId) -> Result<bool, StoreError> {
    let find = sql("SELECT disabled_at FROM users WHERE id = $1 AND deleted_at IS NULL", [user.0.into()]);
    Ok(find.one::<Disabled>(tx).await?.ok_or(StoreError::NotFound)?.disabled_at.is_some())
}

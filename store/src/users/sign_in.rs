//! Signing in by email address and password.

use crate::{
    Store,
    database::{
        sql::{Sql, sql},
        write::detached,
    },
    error::StoreError,
    users::{
        accounts::{AuthStamp, SignInUser},
        devices::Device,
        passwords::HashPermit,
        sign_in_attempts::{Attempt, Reservation, forget_attempt},
        sign_in_log::LogEntry,
    },
};
use domain::{
    client_network::ClientNetwork,
    ids::{UserId, WorkspaceId},
    preferences::StartPage,
    users::{Email, Password, exact_email_key},
};
use sea_orm::{
    FromQueryResult,
    prelude::{DateTimeUtc, Uuid},
};
use secrecy::SecretString;

/// Result of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// Address and password match.
    Accepted(SignInUser),
    /// Unknown address or wrong password.
    Mismatch,
    /// Address and password match, but a platform admin disabled the account.
    Disabled,
    /// Too many attempts failed before. The password was not compared.
    Limited {
        /// Time at which the next attempt is accepted.
        retry_at: DateTimeUtc,
    },
}

/// Result of a comparison that is counted against the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compared {
    /// The password is right.
    Matches,
    /// The password is wrong, or there is no account.
    Mismatch,
    /// A limit was reached before the password was compared.
    Limited { retry_at: DateTimeUtc },
}

impl Store {
    /// Signs in by email address and password, and logs the attempt. `device`: the device cookie of the browser. `user_agent`: its
    /// header. An unknown address takes the same steps and time as a wrong password, and so does that of a disabled account: only who knows its
    /// password learns of it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if too many passwords wait to be compared, or the attempt can't be counted or logged.
    pub async fn sign_in(
        &self,
        email: &str,
        password: Password,
        device: Option<&Device>,
        user_agent: Option<&str>,
    ) -> Result<SignIn, StoreError> {
        // An invalid address is looked up as empty keys, so that it takes the same time.
        let (key, exact_key) = Email::parse(email).map_or_else(|_| Default::default(), |parsed| (parsed.key(), exact_email_key(email)));
        let found = sign_in_row(&key, &exact_key).one::<SignInRow>(self.read()).await?;
        let device = found.as_ref().and_then(|row| device?.hash_for(UserId(row.id)));
        let network = self.address.map(ClientNetwork::from);

        let attempt = Attempt::new(&key, network, device.clone());
        if let Some(retry_at) = self.sign_in_limited_until(&attempt).await? {
            return Ok(SignIn::Limited { retry_at });
        }
        // Only the caller whose turn it is writes, so that many guesses don't delay other writes.
        let permit = self.shared.passwords.turn(network, device.is_some()).await?;
        let (user_id, hash) = found.as_ref().map(|row| (UserId(row.id), SecretString::from(row.password_hash.clone()))).unzip();
        let is_disabled = found.as_ref().is_some_and(|row| row.disabled_at.is_some());
        let entry = LogEntry::new(user_id, user_agent, device.is_some());
        let entry = if is_disabled { entry.refused() } else { entry };
        // Continues if the client disconnects, as its attempt may turn out not to have failed.
        let store = self.clone();
        let compared = detached(async move { store.compare(permit, attempt, hash, password, Some(entry)).await }).await?;
        if let (Compared::Matches, Some(row)) = (&compared, &found)
            && row.reset_link_untold
            && !is_disabled
        {
            self.mark_reset_link_told(row.id).await?;
        }
        Ok(match (compared, found) {
            (Compared::Matches, Some(_)) if is_disabled => SignIn::Disabled,
            (Compared::Matches, Some(row)) => SignIn::Accepted(row.into()),
            (Compared::Limited { retry_at }, _) => SignIn::Limited { retry_at },
            (Compared::Matches | Compared::Mismatch, _) => SignIn::Mismatch,
        })
    }

    /// Marks that the user is told of a reset link that an administrator made.
    async fn mark_reset_link_told(&self, user_id: Uuid) -> Result<(), StoreError> {
        let told = sql("UPDATE users SET reset_link_untold = false WHERE id = $1", [user_id.into()]);
        self.transaction(move |tx| Box::pin(async move { Ok(told.execute(tx).await.map(drop)?) })).await
    }

    /// Compares the password with the hash, and logs the outcome as `entry`. The attempt is counted before, so that attempts at the
    /// same time can't exceed a limit, and is forgotten if it did not fail.
    pub(crate) async fn compare(
        &self,
        permit: HashPermit,
        attempt: Attempt,
        hash: Option<SecretString>,
        password: Password,
        entry: Option<LogEntry>,
    ) -> Result<Compared, StoreError> {
        let attempt_id = match self.reserve_sign_in(attempt).await? {
            Reservation::Counted(id) => id,
            Reservation::Limited { retry_at } => return Ok(Compared::Limited { retry_at }),
        };
        let matches = self.shared.passwords.matches(permit, password, hash).await;
        let forgotten = (matches != Ok(false)).then_some(attempt_id);
        let logged = matches.as_ref().ok().copied().zip(entry);
        self.end_attempt(forgotten, logged).await?;
        Ok(if matches? { Compared::Matches } else { Compared::Mismatch })
    }

    /// Forgets an attempt, and logs an outcome: whether the sign-in succeeded.
    async fn end_attempt(&self, forgotten: Option<Uuid>, logged: Option<(bool, LogEntry)>) -> Result<(), StoreError> {
        if forgotten.is_none() && logged.is_none() {
            return Ok(());
        }
        let store = self.clone();
        self.transaction(move |tx| {
            Box::pin(async move {
                if let Some(id) = forgotten {
                    forget_attempt(tx, id).await?;
                }
                match logged {
                    Some((succeeded, entry)) => store.log_sign_in(tx, entry, succeeded).await,
                    None => Ok(()),
                }
            })
        })
        .await
    }
}

#[derive(FromQueryResult)]
struct SignInRow {
    id: Uuid,
    name: String,
    password_hash: String,
    auth_stamp: Vec<u8>,
    workspace_id: Option<Uuid>,
    reset_link_untold: bool,
    disabled_at: Option<DateTimeUtc>,
    start_page: String,
}

impl From<SignInRow> for SignInUser {
    fn from(row: SignInRow) -> Self {
        let SignInRow { id, name, auth_stamp, workspace_id, reset_link_untold, start_page, .. } = row;
        Self {
            id: UserId(id),
            name,
            auth_stamp: AuthStamp::new(auth_stamp),
            workspace_id: workspace_id.map(WorkspaceId),
            untold_reset_link: reset_link_untold,
            start_page: StartPage::from_slug(&start_page).unwrap_or_default(),
        }
    }
}

/// The account that has `exact_key`, else the one that has `key` ([`recompute_email_keys`](Store::recompute_email_keys)), with the
/// workspace that it entered last, else the one it has been a member of longest.
fn sign_in_row(key: &str, exact_key: &str) -> Sql {
    sql(
        "SELECT u.id, u.name, u.password_hash, u.auth_stamp, u.reset_link_untold, u.disabled_at, u.start_page, w.id AS workspace_id
         FROM users u
         LEFT JOIN memberships m ON m.user_id = u.id AND m.removed_at IS NULL
         LEFT JOIN workspaces w ON w.id = m.workspace_id AND w.ended_at IS NULL AND w.suspended_at IS NULL
         WHERE u.email_key IN ($1, $2)
         ORDER BY CASE WHEN u.email_key = $2 THEN 0 ELSE 1 END, CASE WHEN w.id IS NULL THEN 1 ELSE 0 END,
           CASE WHEN m.last_entered_at IS NULL THEN 1 ELSE 0 END, m.last_entered_at DESC, m.created_at
         LIMIT 1",
        [key.into(), exact_key.into()],
    )
}

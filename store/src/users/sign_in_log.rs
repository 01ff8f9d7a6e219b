//! The log of sign-ins, by which users see who tried to get into their account.
//!
//! A failure at an address without an account is written too, so that it takes as long as one at an account's. It belongs to
//! nobody, is never shown, and is deleted by the next clean-up.

use crate::{
    JobHandler, Store,
    database::{sql::sql, transaction::Transaction},
    error::{StoreError, authorize},
    users::{by_email::Account, user_agents::stored_user_agent},
};
use chrono::TimeDelta;
use domain::{
    access::{Actor, Entity, Verb},
    audit_log::SignInQuery,
    client_network::ClientNetwork,
    ids::UserId,
    page::PAGE_SIZE,
    time_zones::TimeZone,
    user_agents::Device,
};
use sea_orm::{
    FromQueryResult,
    prelude::{DateTimeUtc, Uuid},
};

/// Days that a sign-in is kept.
pub const SIGN_IN_LOG_DAYS: i64 = 60;
/// Most sign-ins listed.
pub const SIGN_INS_LISTED: usize = 50;

/// A sign-in as it is written to the log.
#[derive(Debug, Clone)]
pub(crate) struct LogEntry {
    /// The account; `None` for an address without one.
    pub user_id: Option<UserId>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// Whether the account is new, or the browser's device cookie names the user.
    pub is_known_device: bool,
    /// Whether the account is disabled, so that the right password signs nobody in.
    pub is_refused: bool,
}

impl LogEntry {
    /// An entry with a header as the client sent it.
    pub fn new(user_id: Option<UserId>, user_agent: Option<&str>, is_known_device: bool) -> Self {
        Self { user_id, user_agent: user_agent.map(stored_user_agent), is_known_device, is_refused: false }
    }

    /// The entry at a disabled account.
    pub fn refused(self) -> Self {
        Self { is_refused: true, ..self }
    }
}

/// A sign-in in the log.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct LoggedSignIn {
    /// Whether the password was right.
    pub succeeded: bool,
    /// Whether the account was never signed in to from such a device before. Always false for a failure.
    pub is_new_device: bool,
    /// The client's address.
    pub ip_address: Option<String>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// The time.
    pub at: DateTimeUtc,
}

/// A sign-in of a member.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct MemberSignIn {
    /// Id of the sign-in.
    pub id: Uuid,
    /// The member's name.
    pub user_name: String,
    /// The sign-in.
    #[sea_orm(nested)]
    pub sign_in: LoggedSignIn,
}

/// A page of the sign-ins of members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberSignIns {
    /// The sign-ins, newest first, at most [`PAGE_SIZE`].
    pub rows: Vec<MemberSignIn>,
    /// Whether there are older ones.
    pub has_older: bool,
}

#[derive(FromQueryResult)]
struct Earlier {
    #[expect(dead_code, reason = "whether there is one is all that is asked")]
    id: Uuid,
}

#[derive(FromQueryResult)]
struct Zone {
    time_zone: Option<String>,
}

impl Store {
    /// The sign-ins to the actor's own account of the last [`SIGN_IN_LOG_DAYS`], the newest first: at most [`SIGN_INS_LISTED`] that
    /// succeeded and as many that failed, so that failures push no success off the list.
    pub async fn sign_ins(&self, actor: &Actor) -> Result<Vec<LoggedSignIn>, StoreError> {
        authorize(actor, Verb::Read, Entity::Account)?;
        let newest = |condition: &str| {
            format!(
                "SELECT * FROM (SELECT id, succeeded, is_new_device, ip_address, user_agent, at FROM sign_in_log
                 WHERE user_id = $1 AND at > $2 AND {condition} ORDER BY at DESC, id DESC LIMIT {SIGN_INS_LISTED}) AS newest"
            )
        };
        let text = format!("{} UNION ALL {} ORDER BY at DESC, id DESC", newest("succeeded"), newest("NOT succeeded"));
        Ok(sql(&text, [actor.user_id.0.into(), self.oldest_sign_in().into()]).all(self.read()).await?)
    }

    /// A page of the sign-ins of the workspace's members since they joined, of the last [`SIGN_IN_LOG_DAYS`]. A `before` that is no
    /// sign-in of a member shows the newest.
    pub async fn member_sign_ins(&self, actor: &Actor, query: &SignInQuery) -> Result<MemberSignIns, StoreError> {
        authorize(actor, Verb::Read, Entity::AuditLog)?;
        let mut statement = sql("", [actor.workspace_id.0.into(), self.oldest_sign_in().into()]);
        let mut conditions = String::new();
        if let Some(person) = query.person {
            conditions = format!(" AND m.user_id = {}", statement.bind(person.0));
        }
        if let Some(before) = query.before {
            let before = statement.bind(before);
            // The comparison with no time at all is unknown, and then every sign-in is shown.
            conditions.push_str(&format!(
                " AND COALESCE((s.at, s.id) < ((SELECT c.at FROM sign_in_log c JOIN memberships n ON n.user_id = c.user_id
                   WHERE c.id = {before} AND n.workspace_id = $1), {before}), TRUE)"
            ));
        }
        statement.push(&format!(
            "SELECT s.id, u.name AS user_name, s.succeeded, s.is_new_device, s.ip_address, s.user_agent, s.at
             FROM memberships m JOIN users u ON u.id = m.user_id JOIN sign_in_log s ON s.user_id = m.user_id
             WHERE m.workspace_id = $1 AND m.removed_at IS NULL AND s.at > $2 AND s.at >= m.created_at{conditions}
             ORDER BY s.at DESC, s.id DESC LIMIT {}",
            PAGE_SIZE + 1
        ));
        let mut rows: Vec<MemberSignIn> = statement.all(self.read()).await?;
        let has_older = rows.len() as u64 > PAGE_SIZE;
        rows.truncate(PAGE_SIZE as usize);
        Ok(MemberSignIns { rows, has_older })
    }

    /// Writes a sign-in to the log, whose password was right if `succeeded`. The user is told of a new device by mail.
    pub(crate) async fn log_sign_in(&self, tx: &Transaction, entry: LogEntry, succeeded: bool) -> Result<(), StoreError> {
        let succeeded = succeeded && !entry.is_refused;
        let is_new_device = succeeded && !entry.is_known_device && !self.was_device_seen(tx, &entry).await?;
        let values = [
            self.new_id().into(),
            entry.user_id.map(|id| id.0).into(),
            succeeded.into(),
            is_new_device.into(),
            self.address.map(|address| address.to_string()).into(),
            entry.user_agent.clone().into(),
            self.now().into(),
        ];
        let insert = "INSERT INTO sign_in_log (id, user_id, succeeded, is_new_device, ip_address, user_agent, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)";
        sql(insert, values).execute(tx).await?;
        match entry.user_id {
            Some(user_id) if is_new_device => self.mail_new_device(tx, user_id, entry.user_agent.as_deref()).await,
            _ => Ok(()),
        }
    }

    /// Tells a user by mail of a sign-in from a device that their account was never signed in to from before. The time is in the zone of
    /// what is sent to them.
    async fn mail_new_device(&self, tx: &Transaction, user_id: UserId, user_agent: Option<&str>) -> Result<(), StoreError> {
        if !self.sends_mail() {
            return Ok(());
        }
        let select = "SELECT COALESCE(u.time_zone, w.time_zone) AS time_zone FROM users u
             LEFT JOIN memberships m ON m.user_id = u.id AND m.removed_at IS NULL LEFT JOIN workspaces w ON w.id = m.workspace_id
             WHERE u.id = $1 ORDER BY m.created_at LIMIT 1";
        let zone: Option<Zone> = sql(select, [user_id.0.into()]).one(tx).await?;
        let zone = zone.and_then(|zone| TimeZone::from_name(&zone.time_zone?)).unwrap_or(TimeZone::DEFAULT);
        let Some(account) = Account::by_id(tx, user_id).await? else { return Ok(()) };
        let device = Device::of_user_agent(user_agent.unwrap_or_default());
        let network = self.address.map(|address| ClientNetwork::from(address).to_string());
        self.enqueue_mail(tx, &account.recipient.new_device(device, network.as_deref(), self.now(), zone)).await
    }

    /// Whether the log has a sign-in to the account from the same address by the same browser. For a browser that has lost its
    /// device cookie.
    async fn was_device_seen(&self, tx: &Transaction, entry: &LogEntry) -> Result<bool, StoreError> {
        let values = [
            entry.user_id.map(|id| id.0).into(),
            self.address.map(|address| address.to_string()).into(),
            entry.user_agent.clone().into(),
            self.oldest_sign_in().into(),
        ];
        let select = "SELECT id FROM sign_in_log
             WHERE user_id = $1 AND succeeded AND ip_address = $2 AND user_agent = $3 AND at > $4 LIMIT 1";
        Ok(sql(select, values).one::<Earlier>(tx).await?.is_some())
    }

    /// Deletes sign-ins older than [`SIGN_IN_LOG_DAYS`] and those of nobody. Returns how many.
    pub async fn delete_old_sign_ins(&self) -> Result<u64, StoreError> {
        let delete = sql("DELETE FROM sign_in_log WHERE at <= $1 OR user_id IS NULL", [self.oldest_sign_in().into()]);
        self.transaction(move |tx| Box::pin(async move { Ok(delete.execute(tx).await?) })).await
    }

    fn oldest_sign_in(&self) -> DateTimeUtc {
        self.now() - TimeDelta::days(SIGN_IN_LOG_DAYS)
    }
}

/// Deletes old sign-ins every hour.
pub(crate) fn old_sign_ins() -> JobHandler {
    JobHandler::deleting("delete-old-sign-ins", TimeDelta::hours(1), |store| async move { store.delete_old_sign_ins().await })
}

//! Links that act for an account without a sign-in: made, looked up, used once, ended.
//!
//! Every change of a user's links first takes the user's lock ([`lock_links`]), after that of the audit log if the transaction has one.

use crate::{
    JobHandler, Store, StoreError,
    database::{sql::sql, transaction::Transaction},
    users::rate_limits::lock_count,
};
use chrono::TimeDelta;
use domain::{
    account_links::{ENDED_LINK_DAYS, LinkFault, LinkPurpose, LinkTimes, LinkToken, TOKEN_BYTES},
    ids::UserId,
    users::Email,
};
use sea_orm::{ConnectionTrait, FromQueryResult, prelude::DateTimeUtc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The first key of the advisory locks by which PostgreSQL changes one user's links one by one.
const USER_LOCK: i32 = 0x4d43_4e06;

/// A link to make.
pub(crate) struct NewLink {
    /// Its id.
    pub id: Uuid,
    /// The user of the account.
    pub user_id: UserId,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Of a change of the address, the new one.
    pub new_email: Option<Email>,
    /// Whether it is sent to the account's address, which its use then confirms.
    pub is_mailed: bool,
}

/// A link that works, and its account.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct AccountLink {
    user_id: Uuid,
    purpose: String,
    /// Of a change of the address, the new one.
    pub new_email: Option<String>,
    /// The account's address.
    pub email: String,
    pub(crate) name: String,
    pub(crate) is_mailed: bool,
    expires_at: DateTimeUtc,
    used_at: Option<DateTimeUtc>,
    replaced_at: Option<DateTimeUtc>,
}

/// A link that was looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundLink {
    /// It works.
    Works(AccountLink),
    /// It does not work.
    Fault(LinkFault),
}

impl FoundLink {
    /// The link.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at no field, with the fault in words.
    pub(crate) fn works(self) -> Result<AccountLink, StoreError> {
        match self {
            Self::Works(link) => Ok(link),
            Self::Fault(fault) => Err(refused(fault)),
        }
    }
}

impl AccountLink {
    /// The user of the account.
    pub(crate) fn user_id(&self) -> UserId {
        UserId(self.user_id)
    }

    /// What the link is for; `None` for a purpose of another version of the program.
    pub fn purpose(&self) -> Option<LinkPurpose> {
        LinkPurpose::from_slug(&self.purpose)
    }

    fn fault(&self, page: LinkPurpose, signed_in: Option<UserId>, now: DateTimeUtc) -> Option<LinkFault> {
        if self.purpose().is_none_or(|purpose| purpose.page() != page.page()) {
            return Some(LinkFault::Unknown);
        }
        let times = LinkTimes { expires_at: self.expires_at, used_at: self.used_at, replaced_at: self.replaced_at };
        let other_user = signed_in.filter(|user| user.0 != self.user_id).map(|_| LinkFault::OtherUser);
        LinkFault::at(times, now).or(other_user)
    }
}

impl Store {
    /// Looks a link up. Changes nothing, as mail scanners open links, too.
    ///
    /// - `page`: a purpose whose page asks. A link of another page is unknown there.
    /// - `signed_in`: the user of the browser, whose account alone the link may be of.
    pub async fn find_link(&self, page: LinkPurpose, token: &LinkToken, signed_in: Option<UserId>) -> Result<FoundLink, StoreError> {
        let select = "SELECT l.user_id, l.purpose, l.new_email, l.is_mailed, l.expires_at, l.used_at, l.replaced_at, u.name, u.email
             FROM account_links l JOIN users u ON u.id = l.user_id WHERE l.token_hash = $1";
        let found: Option<AccountLink> = sql(select, [hash(token).into()]).one(self.read()).await?;
        let Some(link) = found else { return Ok(FoundLink::Fault(LinkFault::Unknown)) };
        Ok(link.fault(page, signed_in, self.now()).map_or(FoundLink::Works(link), FoundLink::Fault))
    }

    /// Makes a link, which takes the place of the user's earlier ones of this purpose.
    pub(crate) async fn make_link(&self, tx: &Transaction, link: NewLink) -> Result<LinkToken, StoreError> {
        let NewLink { id, user_id, purpose, new_email, is_mailed } = link;
        let mut random = [0; TOKEN_BYTES];
        self.random().fill(&mut random);
        let (token, now) = (LinkToken::new(random), self.now());
        lock_links(tx, user_id).await?;
        let replace =
            "UPDATE account_links SET replaced_at = $1 WHERE user_id = $2 AND purpose = $3 AND used_at IS NULL AND replaced_at IS NULL";
        sql(replace, [now.into(), user_id.0.into(), purpose.slug().into()]).execute(tx).await?;
        let values = [
            id.into(),
            user_id.0.into(),
            purpose.slug().into(),
            hash(&token).into(),
            new_email.map(|email| email.as_str().to_owned()).into(),
            is_mailed.into(),
            now.into(),
            (now + purpose.lifetime()).into(),
        ];
        let insert = "INSERT INTO account_links (id, user_id, purpose, token_hash, new_email, is_mailed, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        sql(insert, values).execute(tx).await?;
        Ok(token)
    }

    /// Marks a link as used. Of several uses at once one succeeds.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at no field if it no longer works.
    pub(crate) async fn use_link(&self, tx: &Transaction, token: &LinkToken, user_id: UserId) -> Result<(), StoreError> {
        lock_links(tx, user_id).await?;
        let mark = "UPDATE account_links SET used_at = $1
             WHERE token_hash = $2 AND user_id = $3 AND used_at IS NULL AND replaced_at IS NULL AND expires_at > $1";
        match sql(mark, [self.now().into(), hash(token).into(), user_id.0.into()]).execute(tx).await? {
            0 => Err(refused(LinkFault::Used)),
            _ => Ok(()),
        }
    }

    /// Ends every open link of a user, after a change that makes them stale.
    pub(crate) async fn end_links(&self, tx: &Transaction, user_id: UserId) -> Result<(), StoreError> {
        lock_links(tx, user_id).await?;
        let end = "UPDATE account_links SET replaced_at = $1 WHERE user_id = $2 AND used_at IS NULL AND replaced_at IS NULL";
        sql(end, [self.now().into(), user_id.0.into()]).execute(tx).await?;
        Ok(())
    }

    /// Deletes links that ended [`ENDED_LINK_DAYS`] ago, and returns their number.
    pub async fn delete_old_links(&self) -> Result<u64, StoreError> {
        let delete = sql("DELETE FROM account_links WHERE expires_at <= $1", [(self.now() - TimeDelta::days(ENDED_LINK_DAYS)).into()]);
        self.transaction(move |tx| Box::pin(async move { Ok(delete.execute(tx).await?) })).await
    }
}

/// Deletes links that ended long ago, once a day.
pub(crate) fn old_links() -> JobHandler {
    JobHandler::deleting("delete-old-links", TimeDelta::days(1), |store| async move { store.delete_old_links().await })
}

#[derive(FromQueryResult)]
struct Existing {
    #[expect(dead_code, reason = "whether there is one is all that is asked")]
    id: Uuid,
}

/// Whether a link with this id was made.
pub(crate) async fn is_made(db: &impl ConnectionTrait, id: Uuid) -> Result<bool, StoreError> {
    Ok(sql("SELECT id FROM account_links WHERE id = $1", [id.into()]).one::<Existing>(db).await?.is_some())
}

/// Locks the links of a user until the transaction ends.
pub(crate) async fn lock_links(tx: &Transaction, user_id: UserId) -> Result<(), StoreError> {
    lock_count(tx, USER_LOCK, user_id.0.as_bytes()).await
}

fn hash(token: &LinkToken) -> Vec<u8> {
    Sha256::digest(token.expose()).to_vec()
}

fn refused(fault: LinkFault) -> StoreError {
    StoreError::field("", fault.sentence())
}

//! Limits of links sent by mail, per account and per network. Shared by all processes, as the requests are counted in the database.

use crate::{
    JobHandler, Store, StoreError,
    database::{
        sql::{Sql, sql},
        transaction::Transaction,
    },
    users::rate_limits::{CountedTable, Windows, lock_count},
};
use chrono::TimeDelta;
use domain::{
    account_links::LinkPurpose,
    client_network::ClientNetwork,
    ids::UserId,
    invitations::{INVITATIONS_PER_INVITER, INVITATIONS_PER_NETWORK},
    sign_in_limits::{LINKS_PER_ACCOUNT, LINKS_PER_NETWORK, Limit, LimitReached},
};
use sha2::{Digest, Sha256};

/// The first keys of the advisory locks by which PostgreSQL counts one network's, and one account's, requests one by one.
const NETWORK_LOCK: i32 = 0x4d43_4e04;
const ACCOUNT_LOCK: i32 = 0x4d43_4e05;
/// The purpose of an invitation, beside those of [`LinkPurpose`].
const INVITATION: &str = "invitation";
const REQUESTS: CountedTable = CountedTable { name: "link_requests", at: "requested_at" };

/// Limits of requests of one kind, and what is said when one is reached.
struct Limits {
    per_account: Limit,
    per_network: Limit,
    reached: fn(TimeDelta) -> LimitReached,
}

impl Store {
    /// Counts a request for a link in its transaction, if there still is room. `account`: the key of an address, or the id of a user. An
    /// address without an account is counted alike. The loopback address has no limit as a network.
    ///
    /// # Errors
    /// [`StoreError::Limited`] if a limit is reached.
    pub(crate) async fn count_link_request(&self, tx: &Transaction, purpose: LinkPurpose, account: &str) -> Result<(), StoreError> {
        let limits = Limits { per_account: LINKS_PER_ACCOUNT, per_network: LINKS_PER_NETWORK, reached: LimitReached::links };
        self.count_request(tx, hash(purpose.slug(), account), "", limits).await
    }

    /// Counts an invitation by its inviter and their network, apart from other links. The loopback address has no limit as a network.
    ///
    /// # Errors
    /// [`StoreError::Limited`] if a limit is reached.
    pub(crate) async fn count_invitation(&self, tx: &Transaction, inviter: UserId) -> Result<(), StoreError> {
        let limits =
            Limits { per_account: INVITATIONS_PER_INVITER, per_network: INVITATIONS_PER_NETWORK, reached: LimitReached::invitations };
        self.count_request(tx, hash(INVITATION, &inviter.to_string()), "invitation ", limits).await
    }

    /// `network_prefix`: in front of the network, so that its requests of another kind are not counted.
    async fn count_request(&self, tx: &Transaction, account_hash: Vec<u8>, network_prefix: &str, limits: Limits) -> Result<(), StoreError> {
        let network = self.address.map(ClientNetwork::from);
        let network_text = network.map(|network| format!("{network_prefix}{network}")).unwrap_or_default();
        // Always in this order, so that two can't wait for each other.
        lock_count(tx, NETWORK_LOCK, network_text.as_bytes()).await?;
        lock_count(tx, ACCOUNT_LOCK, &account_hash).await?;
        let now = self.now();
        let mut windows = Windows::new(REQUESTS, now);
        let placeholder = windows.bind(account_hash.clone());
        windows.push(limits.per_account, &format!("account_hash = {placeholder}"));
        if network.is_some_and(|network| !network.is_loopback()) {
            let placeholder = windows.bind(network_text.clone());
            windows.push(limits.per_network, &format!("network = {placeholder}"));
        }
        if let Some(retry_at) = windows.limited_until(tx).await? {
            return Err(StoreError::Limited((limits.reached)(retry_at - now)));
        }
        let values = [self.new_id().into(), account_hash.into(), network_text.into(), now.into()];
        sql("INSERT INTO link_requests (id, account_hash, network, requested_at) VALUES ($1, $2, $3, $4)", values).execute(tx).await?;
        Ok(())
    }

    /// Deletes requests that no longer count and returns their number.
    pub async fn delete_old_link_requests(&self) -> Result<u64, StoreError> {
        let limits = [LINKS_PER_ACCOUNT, LINKS_PER_NETWORK, INVITATIONS_PER_INVITER, INVITATIONS_PER_NETWORK];
        let longest = limits.into_iter().map(Limit::window).max().unwrap_or_default();
        let oldest = self.now() - longest;
        let delete = sql("DELETE FROM link_requests WHERE requested_at <= $1", [oldest.into()]);
        self.transaction(move |tx| Box::pin(async move { Ok(delete.execute(tx).await?) })).await
    }
}

/// Deletes the requests of an account that is deleted. `account_key`: the key of its address.
pub(crate) async fn forget_link_requests(tx: &Transaction, user_id: UserId, account_key: &str) -> Result<(), StoreError> {
    let user_id = user_id.to_string();
    let hashes = LinkPurpose::ALL.into_iter().flat_map(|purpose| [hash(purpose.slug(), account_key), hash(purpose.slug(), &user_id)]);
    let hashes = hashes.chain([hash(INVITATION, &user_id)]);
    let mut delete = Sql::default();
    let hashes = delete.bind_all(hashes);
    delete.push(&format!("DELETE FROM link_requests WHERE account_hash IN ({hashes})"));
    delete.execute(tx).await?;
    Ok(())
}

fn hash(purpose: &str, account: &str) -> Vec<u8> {
    Sha256::digest(format!("{purpose}:{account}")).to_vec()
}

/// Deletes requests that no longer count, every hour.
pub(crate) fn old_requests() -> JobHandler {
    JobHandler::deleting("delete-old-link-requests", TimeDelta::hours(1), |store| async move { store.delete_old_link_requests().await })
}

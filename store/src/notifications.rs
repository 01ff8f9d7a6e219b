//! Change notifications for open boards.
//!
//! A notification is one number: the last sequence number of a workspace's audit log. A subscriber is woken when it grows and then
//! queries the changes, so nothing is lost when several changes come at once or a connection was down, and nothing of another
//! workspace reaches it.
//!
//! On SQLite there is one process, and a commit notifies its subscribers. On PostgreSQL the writing transaction sends a NOTIFY, and
//! each process listens on a connection of its own, so that a change made by one process reaches the boards of another.

use crate::{
    Store, StoreError,
    audit::chain::Change,
    database::{
        read_pool::ReadPool,
        sql::{Sql, sql},
        transaction::Transaction,
        write::WorkspaceTx,
    },
    error::authorize,
};
use domain::access::{Actor, Entity, Verb};
use sea_orm::{
    DbBackend, FromQueryResult,
    sqlx::{self, postgres::PgListener},
};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OnceCell, watch},
    task::AbortHandle,
    time,
};
use uuid::Uuid;

/// The channel on which PostgreSQL carries `workspace seq`.
const CHANNEL: &str = "minicrm_news";
/// Timeout of connecting the listener.
const CONNECT: Duration = Duration::from_secs(5);
/// Pause before each attempt to reconnect the listener.
const RETRY: Duration = Duration::from_millis(500);
/// Boards that one user may have open at once.
pub const SUBSCRIPTIONS_PER_USER: usize = 12;

/// A board's subscription to the changes of its workspace.
#[derive(Debug)]
pub struct BoardSubscription {
    newest_seq: watch::Receiver<i64>,
    open: watch::Receiver<bool>,
    _slot: SubscriptionSlot,
}

impl BoardSubscription {
    /// The newest sequence number that this process was notified of.
    pub fn seq(&mut self) -> i64 {
        *self.newest_seq.borrow_and_update()
    }

    /// Waits until the log has grown and returns its newest sequence number; `None` when the server stops.
    pub async fn next(&mut self) -> Option<i64> {
        if !*self.open.borrow_and_update() {
            return None;
        }
        tokio::select! {
            grown = self.newest_seq.changed() => grown.ok().map(|()| self.seq()),
            _ = self.open.changed() => None,
        }
    }
}

/// One of a user's [`SUBSCRIPTIONS_PER_USER`], freed when dropped.
#[derive(Debug)]
struct SubscriptionSlot {
    subscribers: Arc<Subscribers>,
    user: Uuid,
}

impl Drop for SubscriptionSlot {
    fn drop(&mut self) {
        let mut slots_by_user = lock(&self.subscribers.slots_by_user);
        if let Some(slots) = slots_by_user.get_mut(&self.user) {
            *slots -= 1;
            if *slots == 0 {
                slots_by_user.remove(&self.user);
            }
        }
    }
}

/// Subscribers by workspace, and the number of subscriptions by user.
#[derive(Debug, Default)]
struct Subscribers {
    workspaces: Mutex<HashMap<Uuid, watch::Sender<i64>>>,
    slots_by_user: Mutex<HashMap<Uuid, usize>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Subscribers {
    /// Wakes the subscribers of a workspace, if `seq` is newer than what they were notified of.
    fn notify(&self, workspace: Uuid, seq: i64) {
        let mut workspaces = lock(&self.workspaces);
        let Some(sender) = workspaces.get(&workspace) else { return };
        if sender.receiver_count() == 0 {
            workspaces.remove(&workspace);
            return;
        }
        sender.send_if_modified(|newest| {
            let grown = seq > *newest;
            *newest = seq.max(*newest);
            grown
        });
    }

    fn subscribe(&self, workspace: Uuid) -> watch::Receiver<i64> {
        let mut workspaces = lock(&self.workspaces);
        workspaces.retain(|id, sender| *id == workspace || sender.receiver_count() > 0);
        workspaces.entry(workspace).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    /// A subscription slot of this user; `None` if all are in use.
    fn slot(self: &Arc<Self>, user: Uuid) -> Option<SubscriptionSlot> {
        let mut slots_by_user = lock(&self.slots_by_user);
        let slots = slots_by_user.entry(user).or_default();
        if *slots >= SUBSCRIPTIONS_PER_USER {
            return None;
        }
        *slots += 1;
        Some(SubscriptionSlot { subscribers: Arc::clone(self), user })
    }

    fn workspaces(&self) -> Vec<Uuid> {
        lock(&self.workspaces).keys().copied().collect()
    }
}

/// The notifier of one store: its subscribers, and on PostgreSQL the connection that listens for them.
pub(crate) struct ChangeNotifier {
    is_relevant: fn(&Change<'_>) -> bool,
    subscribers: Arc<Subscribers>,
    open: watch::Sender<bool>,
    listener: OnceCell<Listener>,
}

impl fmt::Debug for ChangeNotifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChangeNotifier")
    }
}

impl ChangeNotifier {
    /// Notifies of the changes for which `is_relevant` returns true.
    pub fn new(is_relevant: fn(&Change<'_>) -> bool) -> Self {
        Self { is_relevant, subscribers: Arc::default(), open: watch::Sender::new(true), listener: OnceCell::new() }
    }

    /// Whether subscribers are notified of this change.
    pub fn is_relevant(&self, change: &Change<'_>) -> bool {
        (self.is_relevant)(change)
    }
}

/// The task that listens; it ends with the store.
struct Listener(AbortHandle);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Store {
    /// Subscribes to changes of the actor's deals.
    ///
    /// # Errors
    /// `Unavailable` if the user has [`SUBSCRIPTIONS_PER_USER`] subscriptions, or the listener can't connect.
    pub async fn subscribe_to_board(&self, actor: &Actor) -> Result<BoardSubscription, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let slot = self.shared.notifier.subscribers.slot(actor.user_id.0).ok_or(StoreError::Unavailable)?;
        if self.backend() == DbBackend::Postgres {
            self.shared.notifier.listener.get_or_try_init(|| self.listen()).await?;
        }
        // Subscribe before reading, so that a change in between is not missed.
        let newest_seq = self.shared.notifier.subscribers.subscribe(actor.workspace_id.0);
        notify_current_seqs(self.read(), &self.shared.notifier.subscribers, &[actor.workspace_id.0]).await?;
        Ok(BoardSubscription { newest_seq, open: self.shared.notifier.open.subscribe(), _slot: slot })
    }

    /// Reads the newest sequence number of the actor's workspace and notifies its subscribers. For changes that sent no
    /// notification: by another program on the same SQLite file, or while the listener's connection was dead.
    pub async fn poll_changes(&self, actor: &Actor) -> Result<(), StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        notify_current_seqs(self.read(), &self.shared.notifier.subscribers, &[actor.workspace_id.0]).await
    }

    /// Ends every subscription, because the server stops.
    pub fn close_subscriptions(&self) {
        self.shared.notifier.open.send_replace(false);
    }

    async fn listen(&self) -> Result<Listener, StoreError> {
        let url = self.url().to_owned();
        let first = match time::timeout(CONNECT, connect(&url)).await {
            Ok(Ok(listener)) => listener,
            Ok(Err(error)) => {
                tracing::warn!(%error, "can't listen for changes");
                return Err(StoreError::Unavailable);
            }
            Err(_) => return Err(StoreError::Unavailable),
        };
        let (read_pool, subscribers) = (self.read().clone(), Arc::clone(&self.shared.notifier.subscribers));
        Ok(Listener(tokio::spawn(forward_notifications(first, url, read_pool, subscribers)).abort_handle()))
    }
}

async fn connect(url: &str) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect(url).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Forwards PostgreSQL's notifications to the subscribers while the store lives. After a reconnect it notifies all of them of their
/// newest sequence number.
async fn forward_notifications(mut listener: PgListener, url: String, reader: ReadPool, subscribers: Arc<Subscribers>) {
    loop {
        while let Ok(Some(notification)) = listener.try_recv().await {
            if let Some((workspace, seq)) = read_payload(notification.payload()) {
                subscribers.notify(workspace, seq);
            }
        }
        tracing::warn!("the connection that listens for changes was lost");
        listener = loop {
            time::sleep(RETRY).await;
            if let Ok(Ok(again)) = time::timeout(CONNECT, connect(&url)).await {
                break again;
            }
        };
        if notify_current_seqs(&reader, &subscribers, &subscribers.workspaces()).await.is_ok() {
            tracing::info!("listening for changes again");
        }
    }
}

fn payload(workspace: Uuid, seq: i64) -> String {
    format!("{workspace} {seq}")
}

fn read_payload(text: &str) -> Option<(Uuid, i64)> {
    let (workspace, seq) = text.split_once(' ')?;
    Some((workspace.parse().ok()?, seq.parse().ok()?))
}

#[derive(FromQueryResult)]
struct Head {
    workspace_id: Uuid,
    seq: i64,
}

/// Reads the newest sequence numbers of these workspaces and notifies their subscribers.
async fn notify_current_seqs(reader: &ReadPool, subscribers: &Subscribers, workspaces: &[Uuid]) -> Result<(), StoreError> {
    let mut sql = Sql::default();
    let ids = sql.bind_all(workspaces.iter().copied());
    sql.push(&format!("SELECT workspace_id, seq FROM audit_heads WHERE workspace_id IN ({ids})"));
    for head in sql.all::<Head>(reader).await? {
        subscribers.notify(head.workspace_id, head.seq);
    }
    Ok(())
}

impl WorkspaceTx {
    /// Notifies of what this transaction has written: see [`Store::notify_in_tx`].
    pub(crate) async fn notify_in_tx(&self) -> Result<(), StoreError> {
        self.store().notify_in_tx(&self.db, self.workspace_id(), self.seq()).await
    }
}

impl Store {
    /// On PostgreSQL, inside the writing transaction: its commit notifies every process.
    pub(crate) async fn notify_in_tx(&self, tx: &Transaction, workspace: Uuid, seq: i64) -> Result<(), StoreError> {
        if self.backend() == DbBackend::Postgres {
            let payload = payload(workspace, seq);
            sql("SELECT pg_notify($1, $2)", [CHANNEL.into(), payload.into()]).execute(tx).await?;
        }
        Ok(())
    }

    /// On SQLite, after the commit, as there is no other process.
    pub(crate) fn notify_after_commit(&self, workspace: Uuid, seq: i64) {
        if self.backend() == DbBackend::Sqlite {
            self.shared.notifier.subscribers.notify(workspace, seq);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_newer_seq_of_the_same_workspace_wakes_a_subscriber() {
        let subscribers = Subscribers::default();
        let (mine, theirs) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut news = subscribers.subscribe(mine);
        news.mark_unchanged();
        subscribers.notify(theirs, 9);
        assert!(!news.has_changed().expect("open"));
        subscribers.notify(mine, 3);
        assert_eq!(*news.borrow_and_update(), 3);
        subscribers.notify(mine, 2);
        assert!(!news.has_changed().expect("open"), "an older number wakes nobody");
        drop(news);
        subscribers.notify(mine, 4);
        assert!(subscribers.workspaces().is_empty(), "nobody waits any more");
    }

    #[test]
    fn subscriptions_per_user_are_limited() {
        let subscribers = Arc::new(Subscribers::default());
        let mut slots: Vec<_> = (0..SUBSCRIPTIONS_PER_USER).map(|_| subscribers.slot(Uuid::from_u128(1)).expect("a slot")).collect();
        assert!(subscribers.slot(Uuid::from_u128(1)).is_none());
        assert!(subscribers.slot(Uuid::from_u128(2)).is_some());
        slots.pop();
        assert!(subscribers.slot(Uuid::from_u128(1)).is_some());
        slots.clear();
        assert!(lock(&subscribers.slots_by_user).is_empty());
    }

    #[test]
    fn payload_round_trips() {
        let workspace = Uuid::from_u128(7);
        assert_eq!(read_payload(&payload(workspace, 42)), Some((workspace, 42)));
        for bad in ["", "x 1", "00000000-0000-0000-0000-000000000007", "00000000-0000-0000-0000-000000000007 x"] {
            assert_eq!(read_payload(bad), None, "{bad}");
        }
    }
}

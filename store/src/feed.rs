//! Telling open boards that there is news.
//!
//! A workspace's news is one number: where its audit log ends. Whoever waits is woken when it grows and then asks for what
//! is new, so nothing is lost when several changes come at once or a connection was away for a while, and nothing of
//! another workspace can reach them.
//!
//! On SQLite there is one process, and a commit tells its feed. On PostgreSQL the writing transaction sends a NOTIFY, and a
//! connection of each process's own listens: so a change made by one process reaches the boards of another.

use crate::{
    Store, StoreError,
    error::authorize,
    reader::Reader,
    sql::{Sql, sql},
    write::Write,
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
/// How long the listener's connection may take to come up.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a listener that lost its connection waits before each try to get it back.
const RETRY: Duration = Duration::from_millis(500);
/// Boards that one person may have open at once.
pub const FEEDS_PER_USER: usize = 12;

/// Where a board waits for news of its workspace.
#[derive(Debug)]
pub struct BoardFeed {
    news: watch::Receiver<i64>,
    open: watch::Receiver<bool>,
    _place: Place,
}

impl BoardFeed {
    /// Where the workspace's audit log ends, as far as is known.
    pub fn seq(&mut self) -> i64 {
        *self.news.borrow_and_update()
    }

    /// Waits until the log has grown and tells where it ends; `None` when the server stops.
    pub async fn next(&mut self) -> Option<i64> {
        if !*self.open.borrow_and_update() {
            return None;
        }
        tokio::select! {
            grown = self.news.changed() => grown.ok().map(|()| self.seq()),
            _ = self.open.changed() => None,
        }
    }
}

/// A person's place among those who wait; given back when dropped.
#[derive(Debug)]
struct Place {
    waiting: Arc<Waiting>,
    user: Uuid,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut people = lock(&self.waiting.people);
        if let Some(places) = people.get_mut(&self.user) {
            *places -= 1;
            if *places == 0 {
                people.remove(&self.user);
            }
        }
    }
}

/// Who waits, by workspace and by person.
#[derive(Debug, Default)]
struct Waiting {
    workspaces: Mutex<HashMap<Uuid, watch::Sender<i64>>>,
    people: Mutex<HashMap<Uuid, usize>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Waiting {
    /// Wakes those who wait for this workspace, if any do and it is news to them.
    fn tell(&self, workspace: Uuid, seq: i64) {
        let mut workspaces = lock(&self.workspaces);
        let Some(news) = workspaces.get(&workspace) else { return };
        if news.receiver_count() == 0 {
            workspaces.remove(&workspace);
            return;
        }
        news.send_if_modified(|known| {
            let grown = seq > *known;
            *known = seq.max(*known);
            grown
        });
    }

    fn subscribe(&self, workspace: Uuid) -> watch::Receiver<i64> {
        let mut workspaces = lock(&self.workspaces);
        workspaces.retain(|id, news| *id == workspace || news.receiver_count() > 0);
        workspaces.entry(workspace).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    /// A place for this person, unless they have all they may.
    fn place(self: &Arc<Self>, user: Uuid) -> Option<Place> {
        let mut people = lock(&self.people);
        let places = people.entry(user).or_default();
        if *places >= FEEDS_PER_USER {
            return None;
        }
        *places += 1;
        Some(Place { waiting: Arc::clone(self), user })
    }

    fn workspaces(&self) -> Vec<Uuid> {
        lock(&self.workspaces).keys().copied().collect()
    }
}

/// The feed of one store: who waits, and on PostgreSQL the connection that listens for them.
pub(crate) struct Feed {
    waiting: Arc<Waiting>,
    open: watch::Sender<bool>,
    listener: OnceCell<Listener>,
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Feed")
    }
}

impl Default for Feed {
    fn default() -> Self {
        Self { waiting: Arc::default(), open: watch::Sender::new(true), listener: OnceCell::new() }
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
    /// Waits for news of the actor's deals. One more than [`FEEDS_PER_USER`] at once is [`StoreError::Unavailable`].
    pub async fn board_feed(&self, actor: &Actor) -> Result<BoardFeed, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let place = self.shared.feed.waiting.place(actor.user_id.0).ok_or(StoreError::Unavailable)?;
        if self.backend() == DbBackend::Postgres {
            self.shared.feed.listener.get_or_try_init(|| self.listen()).await?;
        }
        // Subscribed first, looked second: what is written in between is not missed.
        let news = self.shared.feed.waiting.subscribe(actor.workspace_id.0);
        tell_heads(self.read(), &self.shared.feed.waiting, &[actor.workspace_id.0]).await?;
        Ok(BoardFeed { news, open: self.shared.feed.open.subscribe(), _place: place })
    }

    /// Looks where the log of the actor's workspace ends, and tells those who wait. For news that came no other way: of
    /// another program on the same file, or past a connection that died without a word.
    pub async fn look_for_news(&self, actor: &Actor) -> Result<(), StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        tell_heads(self.read(), &self.shared.feed.waiting, &[actor.workspace_id.0]).await
    }

    /// Ends every wait for news: the server stops.
    pub fn stop_feeds(&self) {
        self.shared.feed.open.send_replace(false);
    }

    async fn listen(&self) -> Result<Listener, StoreError> {
        let url = self.url().to_owned();
        let first = match time::timeout(CONNECT, connect(&url)).await {
            Ok(Ok(listener)) => listener,
            Ok(Err(error)) => {
                tracing::warn!(%error, "can't listen for news");
                return Err(StoreError::Unavailable);
            }
            Err(_) => return Err(StoreError::Unavailable),
        };
        let (reader, waiting) = (self.read().clone(), Arc::clone(&self.shared.feed.waiting));
        Ok(Listener(tokio::spawn(pass_on(first, url, reader, waiting)).abort_handle()))
    }
}

async fn connect(url: &str) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect(url).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Hands on what PostgreSQL tells, for as long as the store lives. After a break everybody is told where their log ends.
async fn pass_on(mut listener: PgListener, url: String, reader: Reader, waiting: Arc<Waiting>) {
    loop {
        while let Ok(Some(told)) = listener.try_recv().await {
            if let Some((workspace, seq)) = read_payload(told.payload()) {
                waiting.tell(workspace, seq);
            }
        }
        tracing::warn!("the connection that listens for news was lost");
        listener = loop {
            time::sleep(RETRY).await;
            if let Ok(Ok(again)) = time::timeout(CONNECT, connect(&url)).await {
                break again;
            }
        };
        if tell_heads(&reader, &waiting, &waiting.workspaces()).await.is_ok() {
            tracing::info!("listening for news again");
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

/// Reads where these workspaces' logs end and tells those who wait for them.
async fn tell_heads(reader: &Reader, waiting: &Waiting, workspaces: &[Uuid]) -> Result<(), StoreError> {
    let mut sql = Sql::default();
    let ids = sql.bind_all(workspaces.iter().copied());
    sql.push(&format!("SELECT workspace_id, seq FROM audit_heads WHERE workspace_id IN ({ids})"));
    for head in sql.all::<Head>(reader).await? {
        waiting.tell(head.workspace_id, head.seq);
    }
    Ok(())
}

impl Write {
    /// On PostgreSQL, inside the writing transaction: its commit tells every process.
    pub(crate) async fn announce(&self) -> Result<(), StoreError> {
        if self.store().backend() == DbBackend::Postgres {
            let told = payload(self.workspace_id(), self.seq());
            sql("SELECT pg_notify($1, $2)", [CHANNEL.into(), told.into()]).execute(&self.db).await?;
        }
        Ok(())
    }
}

impl Store {
    /// On SQLite, after the commit: there is no other process to tell.
    pub(crate) fn announced(&self, workspace: Uuid, seq: i64) {
        if self.backend() == DbBackend::Sqlite {
            self.shared.feed.waiting.tell(workspace, seq);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_workspaces_own_news_wakes_and_only_what_is_new() {
        let waiting = Waiting::default();
        let (mine, theirs) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut news = waiting.subscribe(mine);
        news.mark_unchanged();
        waiting.tell(theirs, 9);
        assert!(!news.has_changed().expect("open"));
        waiting.tell(mine, 3);
        assert_eq!(*news.borrow_and_update(), 3);
        waiting.tell(mine, 2);
        assert!(!news.has_changed().expect("open"), "an older number is no news");
        drop(news);
        waiting.tell(mine, 4);
        assert!(waiting.workspaces().is_empty(), "nobody waits any more");
    }

    #[test]
    fn a_person_has_so_many_places_and_no_more() {
        let waiting = Arc::new(Waiting::default());
        let mut places: Vec<_> = (0..FEEDS_PER_USER).map(|_| waiting.place(Uuid::from_u128(1)).expect("a place")).collect();
        assert!(waiting.place(Uuid::from_u128(1)).is_none());
        assert!(waiting.place(Uuid::from_u128(2)).is_some());
        places.pop();
        assert!(waiting.place(Uuid::from_u128(1)).is_some());
        places.clear();
        assert!(lock(&waiting.people).is_empty());
    }

    #[test]
    fn what_is_sent_is_read() {
        let workspace = Uuid::from_u128(7);
        assert_eq!(read_payload(&payload(workspace, 42)), Some((workspace, 42)));
        for bad in ["", "x 1", "00000000-0000-0000-0000-000000000007", "00000000-0000-0000-0000-000000000007 x"] {
            assert_eq!(read_payload(bad), None, "{bad}");
        }
    }
}

//! In-memory cache of filter options and row counts per workspace. An entry is valid for one audit sequence number.
//!
//! Every change of a workspace has an audit row with the next sequence number. A request reads the newest number with its
//! session, in the same query. An entry read at that number is still right, whichever process wrote the changes before it. An
//! entry may be newer than its number, never older.
//!
//! Requests for one entry that come at once are one query: the first of them reads, the others wait for its entry. 64 dashboards of a large
//! workspace, each read for itself, were too much for the database to answer in time.

use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::{access::Actor, ids::WorkspaceId};
use std::{
    any::{Any, TypeId},
    collections::HashMap,
    hash::{BuildHasher, Hash, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

type Turn = tokio::sync::Mutex<()>;

/// A type whose values are cached; each type has a cache of its own. What it is read from must append to the workspace's audit log at every
/// change: a user's name does so in one workspace of theirs only.
pub(crate) trait Cached: Clone + Send + Sync + 'static {
    /// Which of a workspace's values; `()` if there is one.
    type Key: Copy + Eq + Hash + Send + Sync + 'static;
    /// Entries kept at most. Filter options of a workspace are usually some 10 kB, with the most tags and the longest names some
    /// 300 kB.
    const CAPACITY: usize = 64;

    /// Whether the value is still right at this time, if nothing was written since it was read.
    fn holds_at(&self, _now: DateTime<Utc>) -> bool {
        true
    }
}

/// Locks of a cache. Entries that share one by chance wait for each other.
const TURNS: usize = 64;
/// How often a request waits for an entry that another one reads, which may be read at another sequence number, or in vain. More would hold
/// up requests one after the other while the database is away.
const WAITS: usize = 2;

/// Every cache of a store, by the type of its values.
#[derive(Debug, Default)]
pub(crate) struct Caches {
    by_type: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Caches {
    fn of<T: Cached>(&self) -> Arc<VersionedCache<T>> {
        let mut by_type = lock(&self.by_type);
        let cache = by_type.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(VersionedCache::<T>::default()));
        Arc::clone(cache).downcast().unwrap_or_default()
    }
}

/// A bounded cache by workspace and key. Each entry has the audit sequence number at which it was read.
struct VersionedCache<T: Cached> {
    entries: Mutex<Entries<T>>,
    /// Held by the request that reads an entry, each for a share of the keys.
    turns: [Turn; TURNS],
    /// Distributes the keys over the locks.
    hasher: RandomState,
}

/// By workspace and key: the audit sequence number at which a value was read, and the value.
type Entries<T> = HashMap<(WorkspaceId, <T as Cached>::Key), (i64, T)>;

impl<T: Cached> Default for VersionedCache<T> {
    fn default() -> Self {
        Self { entries: Mutex::default(), turns: [const { Turn::const_new(()) }; TURNS], hasher: RandomState::new() }
    }
}

impl<T: Cached> VersionedCache<T> {
    /// The entry of this key, if it was read at `seq`.
    fn get(&self, workspace: WorkspaceId, key: T::Key, seq: i64) -> Option<T> {
        lock(&self.entries).get(&(workspace, key)).filter(|(read_at, _)| *read_at == seq).map(|(_, value)| value.clone())
    }

    /// The lock of whoever reads the entry of this key.
    fn turn(&self, workspace: WorkspaceId, key: T::Key) -> &Turn {
        let hash = usize::try_from(self.hasher.hash_one((workspace, key)) % TURNS as u64).unwrap_or_default();
        &self.turns[hash]
    }

    /// Inserts a value that was read at `seq` or later. A full cache drops any other entry.
    fn put(&self, workspace: WorkspaceId, key: T::Key, seq: i64, value: T) {
        let mut entries = lock(&self.entries);
        let key = (workspace, key);
        if entries.len() >= T::CAPACITY
            && !entries.contains_key(&key)
            && let Some(any) = entries.keys().next().copied()
        {
            entries.remove(&any);
        }
        entries.insert(key, (seq, value));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Audit sequence number of the actor's workspace at the start of the request; `None` for a request that may write.
    fn seq_of(&self, actor: &Actor) -> Option<i64> {
        self.cache_version.filter(|(workspace, _)| *workspace == actor.workspace_id).map(|(_, seq)| seq)
    }

    /// The cached value of this key, if it still holds.
    pub(crate) fn cached<T: Cached>(&self, actor: &Actor, key: T::Key) -> Option<T> {
        self.shared.caches.of::<T>().get(actor.workspace_id, key, self.seq_of(actor)?).filter(|value| value.holds_at(self.now()))
    }

    /// Caches a value that this request read.
    pub(crate) fn cache<T: Cached>(&self, actor: &Actor, key: T::Key, value: T) {
        if let Some(seq) = self.seq_of(actor) {
            self.shared.caches.of::<T>().put(actor.workspace_id, key, seq, value);
        }
    }

    /// The cached value of this key, or the result of `load`, which is then cached. While another request loads it, waits for that.
    pub(crate) async fn get_or_load<T: Cached>(
        &self,
        actor: &Actor,
        key: T::Key,
        load: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        if self.seq_of(actor).is_none() {
            return load.await;
        }
        let cache = self.shared.caches.of::<T>();
        let turn = cache.turn(actor.workspace_id, key);
        for _ in 0..=WAITS {
            if let Some(value) = self.cached(actor, key) {
                return Ok(value);
            }
            let Ok(_reading) = turn.try_lock() else {
                drop(turn.lock().await);
                continue;
            };
            let value = load.await?;
            self.cache(actor, key, value.clone());
            return Ok(value);
        }
        // What it waited for failed, or was older.
        load.await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Word(&'static str);

    impl Cached for Word {
        type Key = u8;
        const CAPACITY: usize = 2;
    }

    #[test]
    fn cache_is_bounded_and_hits_only_at_the_same_seq() {
        let caches = Caches::default();
        let words = caches.of::<Word>();
        let [ours, theirs] = [1, 2].map(|id| WorkspaceId(Uuid::from_u128(id)));
        words.put(ours, 1, 7, Word("a"));
        assert_eq!((words.get(ours, 1, 7), words.get(ours, 1, 8), words.get(ours, 1, 6)), (Some(Word("a")), None, None));
        assert_eq!((words.get(ours, 2, 7), words.get(theirs, 1, 7)), (None, None));
        assert_eq!(caches.of::<Word>().get(ours, 1, 7), Some(Word("a")), "one cache for each type");
        words.put(ours, 1, 8, Word("b"));
        assert_eq!((words.get(ours, 1, 7), words.get(ours, 1, 8)), (None, Some(Word("b"))));
        for key in 2..50 {
            words.put(theirs, key, 1, Word("c"));
            assert_eq!((words.get(theirs, key, 1), lock(&words.entries).len()), (Some(Word("c")), 2));
        }
    }
}

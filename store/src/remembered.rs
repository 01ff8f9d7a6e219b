//! What was read of a workspace, kept in memory for as long as nothing changes there: what menus offer, and how many rows a
//! filter or search matches, which somebody who turns its pages asks for again and again.
//!
//! Every change of a workspace has a number, its audit row's. A request learns the newest one with its session, in the same
//! query; what was read at that number still holds, whichever process wrote what was before it. What is kept under a number may
//! be newer than it, never older.

use crate::{Store, StoreError, companies::CompanyFilters, contacts::ContactFilters, stages::Stage, tags::Tag};
use domain::{access::Actor, ids::WorkspaceId, page::ListQuery};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Workspaces whose menus are kept at most: usually some 10 kB each, with the most tags and the longest names some 300 kB.
const MENUS_MAX: usize = 64;
/// Counts kept at most: some 100 bytes each.
const COUNTS_MAX: usize = 4_096;

/// All that is remembered: nothing but what is written under a workspace's audit log. Names of people are not.
#[derive(Debug)]
pub(crate) struct Memory {
    pub company_filters: Remembered<(), Arc<CompanyFilters>>,
    pub contact_filters: Remembered<(), Arc<ContactFilters>>,
    pub stages: Remembered<(), Vec<Stage>>,
    pub tags: Remembered<(), Vec<Tag>>,
    pub counts: Remembered<CountKey, u64>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            company_filters: Remembered::of(MENUS_MAX),
            contact_filters: Remembered::of(MENUS_MAX),
            stages: Remembered::of(MENUS_MAX),
            tags: Remembered::of(MENUS_MAX),
            counts: Remembered::of(COUNTS_MAX),
        }
    }
}

/// One kind of it, by workspace and key, each with the number of the change it was read at.
#[derive(Debug)]
pub(crate) struct Remembered<K, T> {
    kept: Mutex<HashMap<(WorkspaceId, K), (i64, T)>>,
    most: usize,
}

impl<K: Copy + Eq + Hash, T: Clone> Remembered<K, T> {
    fn of(most: usize) -> Self {
        Self { kept: Mutex::default(), most }
    }

    /// What was read for this key at this change.
    pub fn get(&self, workspace: WorkspaceId, key: K, seq: i64) -> Option<T> {
        self.kept().get(&(workspace, key)).filter(|(then, _)| *then == seq).map(|(_, known)| known.clone())
    }

    /// Keeps what was read for this key at this change, or after it.
    pub fn put(&self, workspace: WorkspaceId, key: K, seq: i64, known: T) {
        let mut kept = self.kept();
        let key = (workspace, key);
        if kept.len() >= self.most
            && !kept.contains_key(&key)
            && let Some(any) = kept.keys().next().copied()
        {
            kept.remove(&any);
        }
        kept.insert(key, (seq, known));
    }

    /// What is remembered, or else read.
    pub(crate) async fn or_read(
        &self,
        store: &Store,
        actor: &Actor,
        key: K,
        read: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let Some(seq) = store.seq_of(actor) else { return read.await };
        if let Some(known) = self.get(actor.workspace_id, key, seq) {
            return Ok(known);
        }
        let known = read.await?;
        self.put(actor.workspace_id, key, seq, known.clone());
        Ok(known)
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<(WorkspaceId, K), (i64, T)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// The newest change of the actor's workspace when the request came, if it only reads.
    fn seq_of(&self, actor: &Actor) -> Option<i64> {
        self.known.filter(|(workspace, _)| *workspace == actor.workspace_id).map(|(_, seq)| seq)
    }

    /// How many they are, if they were counted at this request's change.
    pub(crate) fn counted_before(&self, actor: &Actor, what: CountKey) -> Option<u64> {
        self.shared.memory.counts.get(actor.workspace_id, what, self.seq_of(actor)?)
    }

    /// Remembers how many they are.
    pub(crate) fn remember_count(&self, actor: &Actor, what: CountKey, count: u64) {
        if let Some(seq) = self.seq_of(actor) {
            self.shared.memory.counts.put(actor.workspace_id, what, seq, count);
        }
    }
}

/// What was counted: SHA-256 of its words, as an address may be long and anybody writes as many as they like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CountKey([u8; 32]);

impl CountKey {
    /// The rows that a list's filters match, whatever their order and page.
    pub fn rows_of<Q: ListQuery>(query: &Q) -> Self {
        let narrowing: Vec<_> = query.pairs().into_iter().filter(|(name, _)| !["sort", "page"].contains(name)).collect();
        Self::of(&format!("{}{narrowing:?}", Q::PATH))
    }

    /// What SQLite's search index finds of these phrases in a table.
    pub fn hits_of(table: &str, phrases: &str) -> Self {
        Self::of(&format!("{table} {phrases}"))
    }

    fn of(words: &str) -> Self {
        Self(Sha256::digest(words).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::WorkspaceId;
    use uuid::Uuid;

    #[test]
    fn what_is_kept_is_bounded_and_holds_at_its_own_change_alone() {
        let kept: Remembered<u8, &str> = Remembered::of(2);
        let [mine, theirs] = [1, 2].map(|id| WorkspaceId(Uuid::from_u128(id)));
        kept.put(mine, 1, 7, "a");
        assert_eq!((kept.get(mine, 1, 7), kept.get(mine, 1, 8), kept.get(mine, 1, 6)), (Some("a"), None, None));
        assert_eq!((kept.get(mine, 2, 7), kept.get(theirs, 1, 7)), (None, None));
        kept.put(mine, 1, 8, "b");
        assert_eq!((kept.get(mine, 1, 7), kept.get(mine, 1, 8)), (None, Some("b")));
        for key in 2..50 {
            kept.put(theirs, key, 1, "c");
            assert_eq!((kept.get(theirs, key, 1), kept.kept().len()), (Some("c"), 2));
        }
    }
}

//! The ledger of a trial: which versions of which companies were sent, and which were acknowledged.

use crate::common::Raw;
use std::{collections::HashMap, sync::Mutex};
use tokio::sync::watch;

/// Versions of one company. A company's `notes` hold its version, so each stored row shows which write it comes from.
#[derive(Debug, Clone, Copy, Default)]
struct Versions {
    /// The newest version that was sent.
    sent: i64,
    /// The newest version that was acknowledged; 0 for none.
    acknowledged: i64,
}

/// Companies by name. Each has one writer, which sends no further version of a company after one without acknowledgement.
pub struct Ledger {
    companies: Mutex<HashMap<String, Versions>>,
    acknowledged: watch::Sender<usize>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { companies: Mutex::default(), acknowledged: watch::Sender::new(0) }
    }
}

impl Ledger {
    /// The name of a new company, with version 1 noted as sent.
    pub fn send_new(&self) -> String {
        let mut companies = self.companies.lock().unwrap();
        let name = format!("Cty {:06}", companies.len());
        companies.insert(name.clone(), Versions { sent: 1, acknowledged: 0 });
        name
    }

    /// Notes that a further version is sent.
    pub fn send(&self, name: &str, version: i64) {
        self.companies.lock().unwrap().get_mut(name).unwrap().sent = version;
    }

    /// Notes that a version was acknowledged.
    pub fn acknowledge(&self, name: &str, version: i64) {
        self.companies.lock().unwrap().get_mut(name).unwrap().acknowledged = version;
        self.acknowledged.send_modify(|count| *count += 1);
    }

    /// The number of acknowledged writes.
    pub fn acknowledged(&self) -> usize {
        *self.acknowledged.borrow()
    }

    /// Waits until `count` more writes are acknowledged.
    pub async fn grows_by(&self, count: usize) {
        let goal = self.acknowledged() + count;
        self.acknowledged.subscribe().wait_for(|count| *count >= goal).await.unwrap();
    }

    /// Checks that every acknowledged version is stored, and that nothing is stored that was never sent.
    /// No writer may be at work.
    pub async fn assert_stored(&self, raw: &Raw) {
        let names: Vec<String> = raw.column("SELECT name FROM companies ORDER BY id").await;
        let versions: Vec<i64> = raw.column("SELECT version FROM companies ORDER BY id").await;
        let notes: Vec<String> = raw.column("SELECT notes FROM companies ORDER BY id").await;
        let rows = names.len();
        let stored: HashMap<_, _> = names.into_iter().zip(versions.into_iter().zip(notes)).collect();
        assert_eq!(stored.len(), rows, "a company was stored twice");
        let companies = self.companies.lock().unwrap();
        for (name, Versions { sent, acknowledged }) in companies.iter() {
            let Some((version, notes)) = stored.get(name) else {
                assert_eq!(*acknowledged, 0, "{name} was acknowledged and is lost");
                continue;
            };
            assert!((*acknowledged..=*sent).contains(version), "{name}: version {version} is stored, {acknowledged} was acknowledged");
            assert_eq!(*notes, version.to_string(), "{name}: the row is not of its version");
        }
        assert!(stored.keys().all(|name| companies.contains_key(name)), "a company is stored that no writer sent");
    }
}

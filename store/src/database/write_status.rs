//! Whether writes succeed at present, while reads may go on: for readiness checks and the log.

use crate::{
    Store, StoreError,
    database::{
        fault::{DatabaseFault, database_fault},
        sql::sql,
    },
};
use sea_orm::DbErr;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Shortest time between two test writes: a check that anybody may call must not become a load.
const CHECK_INTERVAL: Duration = Duration::from_secs(5);

/// The outcome of the latest write of this process.
#[derive(Debug, Default)]
pub(crate) struct WriteStatus(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    fault: Option<DatabaseFault>,
    checked_at: Option<Instant>,
}

impl WriteStatus {
    /// Records a failure, if it is the database's and not the statement's. The first one of a row is logged with its cause.
    pub fn record_error(&self, error: &DbErr) {
        let Some(fault) = database_fault(error).filter(|fault| *fault != DatabaseFault::Interrupted) else { return };
        if self.lock().fault.replace(fault).is_none() {
            tracing::error!(%fault, %error, "the database takes no writes; pages are still served");
        }
    }

    /// Records a commit.
    pub fn record_commit(&self) {
        if self.lock().fault.take().is_some() {
            tracing::info!("the database takes writes again");
        }
    }

    fn current(&self) -> Option<DatabaseFault> {
        self.lock().fault
    }

    /// Whether a test write is due; if so, it counts as made.
    fn start_check(&self) -> bool {
        let mut state = self.lock();
        let due = state.checked_at.is_none_or(|at| at.elapsed() >= CHECK_INTERVAL);
        if due {
            state.checked_at = Some(Instant::now());
        }
        due
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Why the latest write of this process failed; `None` if it succeeded, or none was tried yet.
    pub fn write_fault(&self) -> Option<DatabaseFault> {
        self.shared.write_status.current()
    }

    /// As [`Store::write_fault`], after a test write, at most one in five seconds. Waits for it as long as any write waits
    /// for the database.
    pub async fn check_writes(&self) -> Option<DatabaseFault> {
        if self.shared.write_status.start_check() {
            let now = self.now();
            // A failure has been recorded and logged where it occurred.
            let _: Result<u64, StoreError> = self
                .transaction(move |tx| {
                    Box::pin(async move { Ok(sql("UPDATE write_checks SET checked_at = $1", [now.into()]).execute(tx).await?) })
                })
                .await;
        }
        self.write_fault()
    }
}

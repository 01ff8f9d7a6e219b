//! [`Store`]: the handle by which every other module reads and writes, and the state that its clones share. The composition root:
//! only here are the parts named that don't know each other. Others name the handle alone, as `crate::Store`.

use crate::{
    DbConfig, OpenError,
    database::{cache::Caches, pools, read_pool::ReadPool, transaction::WritePool, write_status::WriteStatus},
    deals, members,
    notifications::ChangeNotifier,
    secrets::secret_keys::SecretKeys,
    users::passwords::Passwords,
};
use domain::{
    clock::Clock,
    ids::{WorkspaceId, new_uuid},
    random::Random,
    sessions::SessionLifetime,
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DbBackend, Statement,
    prelude::{DateTimeUtc, Uuid},
};
use std::{
    fmt,
    net::IpAddr,
    sync::{Arc, OnceLock},
};
use tokio::sync::Notify;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) shared: Arc<Shared>,
    /// A workspace and its newest change when the request came, if it only reads: see [`Store::with_cache_version`].
    pub(crate) cache_version: Option<(WorkspaceId, i64)>,
    pub(crate) address: Option<IpAddr>,
    /// The form that what is made comes from: see [`Store::with_idempotency`].
    pub(crate) form: Option<Arc<[u8]>>,
}

/// What all clones of a store have in common.
pub(crate) struct Shared {
    reader: ReadPool,
    writer: WritePool,
    pub write_status: Arc<WriteStatus>,
    pub config: DbConfig,
    clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub passwords: Passwords,
    pub secret_keys: SecretKeys,
    /// The operator's lifetime of sessions.
    pub session_lifetime: OnceLock<SessionLifetime>,
    /// Set if the install sends mail.
    pub mail_enabled: OnceLock<()>,
    pub caches: Caches,
    pub notifier: ChangeNotifier,
    /// Notified by each commit that enqueued a job.
    pub jobs_enqueued: Arc<Notify>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("backend", &self.backend()).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database. Changes nothing in it: see [`Store::migrate`].
    pub async fn connect(config: DbConfig, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, OpenError> {
        let (writer, reader) = pools::open(&config).await?;
        let reader = ReadPool::new(reader, config.max_connections);
        let passwords = Passwords::new(random.clone());
        let (caches, notifier) =
            (Caches::default(), ChangeNotifier::new(|change| deals::affects_board(change) || members::affects_streams(change)));
        let write_status = Arc::<WriteStatus>::default();
        let writer = WritePool::new(writer, Arc::clone(&write_status));
        let (secret_keys, session_lifetime, jobs_enqueued) = (SecretKeys::default(), OnceLock::new(), Arc::default());
        let shared = Shared {
            reader,
            writer,
            write_status,
            config,
            clock,
            random,
            passwords,
            secret_keys,
            session_lifetime,
            mail_enabled: OnceLock::new(),
            caches,
            notifier,
            jobs_enqueued,
        };
        Ok(Self { shared: Arc::new(shared), cache_version: None, address: None, form: None })
    }

    /// The same store on behalf of a request from this address, which audit rows then contain.
    #[must_use]
    pub fn from_address(&self, address: IpAddr) -> Self {
        Self { address: Some(address), ..self.clone() }
    }

    /// The same store for a request that only reads, with the cache. `seq`: the newest audit sequence number of the workspace when the
    /// request came ([`SignedIn::seq`](crate::SignedIn::seq)). Entries cached at that number are used.
    #[must_use]
    pub fn with_cache_version(&self, workspace: WorkspaceId, seq: i64) -> Self {
        Self { cache_version: Some((workspace, seq)), ..self.clone() }
    }

    /// Whether the database answers and its schema is this program's.
    pub async fn is_ready(&self) -> bool {
        let pending = async {
            // A query as pages make it, then one past the read pool.
            self.read().query_one_raw(Statement::from_string(self.backend(), "SELECT 1")).await?;
            Migrator::get_pending_migrations_read_only(self.shared.reader.pool()).await
        };
        match pending.await {
            Ok(pending) => pending.is_empty(),
            Err(error) => {
                tracing::warn!(%error, "not ready");
                false
            }
        }
    }

    /// Closes every connection; what SQLite has in its journal goes into the file.
    pub async fn close(&self) {
        for closed in [self.shared.reader.close().await, self.shared.writer.close().await] {
            if let Err(error) = closed {
                tracing::warn!(%error, "a pool did not close");
            }
        }
    }

    /// Which of the two databases this is.
    pub(crate) fn backend(&self) -> DbBackend {
        self.shared.reader.get_database_backend()
    }

    /// The address it was opened at.
    pub(crate) fn url(&self) -> &str {
        &self.shared.config.url
    }

    /// Where to read from. Its connections refuse to write.
    pub(crate) fn read(&self) -> &ReadPool {
        &self.shared.reader
    }

    /// The pool to write to; for [`crate::database::write`] alone.
    pub(crate) fn write_pool(&self) -> &WritePool {
        &self.shared.writer
    }

    /// The source of randomness.
    pub(crate) fn random(&self) -> &dyn Random {
        &*self.shared.random
    }

    /// Now, in UTC, to the millisecond.
    pub(crate) fn now(&self) -> DateTimeUtc {
        self.shared.clock.now()
    }

    /// A fresh id.
    pub(crate) fn new_id(&self) -> Uuid {
        new_uuid(&*self.shared.clock, &*self.shared.random)
    }
}

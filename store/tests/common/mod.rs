//! One throwaway database per test, on both databases, copied from a template that the real migrations built.
//!
//! SQLite: a file in a temporary folder. PostgreSQL: a database of the server that `TEST_DATABASE_URL` names; without
//! it the tests fail. Either is gone when its [`TestDb`] is dropped.

#![allow(dead_code, reason = "each test file uses the part it needs")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

mod clock;
pub mod outbox;
mod postgres;
mod sqlite;

pub use clock::FixedClock;

use domain::{
    access::{Actor, Role},
    users::{Password, RegisterForm},
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement, TryGetable, prelude::Uuid};
use std::sync::{Arc, atomic::AtomicU64};
use store::{DbConfig, SignIn, SignInUser, Store, SystemRandom};

/// How long a condition that is soon true is waited for.
const WAIT_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);

/// Runs a test once on each database: `on_both_databases! { async fn name(db: TestDb) { … } }`.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: TestDb) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a test may need nothing of its file")]
            use super::*;

            $(#[$meta])*
            async fn check($db: TestDb) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                check(TestDb::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                check(TestDb::postgres().await).await;
            }
        }
    )+};
}

/// The size of a trial, such as a number of rounds or a duration: `long` where `make trial` sets `MINICRM_TRIAL`, else `short`.
pub fn trial_size<T>(short: T, long: T) -> T {
    if std::env::var_os("MINICRM_TRIAL").is_some() { long } else { short }
}

/// A database of one test's own.
pub struct TestDb {
    /// The store on it, with the clock below.
    pub store: Store,
    /// Its clock.
    pub clock: Arc<FixedClock>,
    /// Where it is.
    pub url: String,
    /// Work of SQLite's reading statements.
    pub sqlite_steps: Arc<AtomicU64>,
    /// Dropped last: removes the database.
    _cleanup: Cleanup,
}

#[expect(dead_code, reason = "kept to be dropped")]
enum Cleanup {
    Sqlite(tempfile::TempDir),
    Postgres(postgres::Dropper),
}

impl TestDb {
    /// On SQLite, with the schema.
    pub async fn sqlite() -> Self {
        let (url, folder) = sqlite::copy().await;
        Self::open(url, Cleanup::Sqlite(folder)).await
    }

    /// On PostgreSQL, with the schema.
    pub async fn postgres() -> Self {
        let (url, dropper) = postgres::copy().await;
        Self::open(url, Cleanup::Postgres(dropper)).await
    }

    /// On SQLite, with nothing in it.
    pub async fn blank_sqlite() -> Self {
        let (url, folder) = sqlite::blank();
        Self::open(url, Cleanup::Sqlite(folder)).await
    }

    /// On PostgreSQL, with nothing in it.
    pub async fn blank_postgres() -> Self {
        let (url, dropper) = postgres::blank().await;
        Self::open(url, Cleanup::Postgres(dropper)).await
    }

    async fn open(url: String, cleanup: Cleanup) -> Self {
        let (clock, sqlite_steps) = (Arc::<FixedClock>::default(), Arc::<AtomicU64>::default());
        let store = connect(&url, &clock, &sqlite_steps).await;
        Self { store, clock, url, sqlite_steps, _cleanup: cleanup }
    }

    /// A second store on it, with connections and caches of its own.
    pub async fn another_store(&self) -> Store {
        connect(&self.url, &self.clock, &self.sqlite_steps).await
    }

    /// A connection other than the store's, for checks and for changes that the store never makes.
    pub async fn raw(&self) -> Raw {
        Raw(Database::connect(&self.url).await.expect("a second connection"))
    }

    /// Signs in without an address or a device; `None` if email address and password don't match.
    pub async fn sign_in(&self, email: &str, password: &str) -> Option<SignInUser> {
        match self.store.sign_in(email, Password::to_compare(password), None, None).await.expect("signing in") {
            SignIn::Accepted(user) => Some(user),
            SignIn::Mismatch => None,
            SignIn::Disabled => panic!("disabled"),
            SignIn::Limited { retry_at } => panic!("limited until {retry_at}"),
        }
    }

    /// Registers a user with a workspace of their own.
    pub async fn register(&self, name: &str) -> (SignInUser, Actor) {
        let draft = register_form(name, "correct horse battery").parse().expect("a right form");
        let user = self.store.register(draft, None).await.expect("registered");
        let workspace_id = user.workspace_id.expect("their own workspace");
        let actor = Actor { user_id: user.id, workspace_id, role: Role::Owner, owners_only_edit: false };
        (user, actor)
    }
}

async fn connect(url: &str, clock: &Arc<FixedClock>, sqlite_steps: &Arc<AtomicU64>) -> Store {
    let config = DbConfig { max_connections: 6, min_connections: 1, sqlite_steps: Some(Arc::clone(sqlite_steps)), ..DbConfig::new(url) };
    Store::connect(config, clock.clone(), Arc::new(SystemRandom)).await.expect("the throwaway database opens")
}

/// A valid form. The email address is the name at example.com.
pub fn register_form(name: &str, password: &str) -> RegisterForm {
    RegisterForm {
        name: name.to_owned(),
        email: format!("{name}@example.com"),
        password: password.to_owned(),
        password_confirmation: password.to_owned(),
        next: String::new(),
    }
}

/// Plain SQL, without the store.
pub struct Raw(pub DatabaseConnection);

impl Raw {
    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.0.get_database_backend() == DbBackend::Postgres
    }

    /// Runs a statement; how many rows it changed.
    pub async fn run(&self, sql: &str) -> Result<u64, DbErr> {
        self.0.execute_unprepared(sql).await.map(|done| done.rows_affected())
    }

    /// The first column of every row.
    pub async fn column<T: TryGetable>(&self, sql: &str) -> Vec<T> {
        let rows = self.0.query_all_raw(Statement::from_string(self.0.get_database_backend(), sql)).await.expect(sql);
        rows.iter().map(|row| row.try_get_by_index(0).expect(sql)).collect()
    }

    /// The one number a query gives.
    pub async fn number(&self, sql: &str) -> i64 {
        self.column(sql).await[0]
    }

    /// On PostgreSQL, asserts that no connection is idle inside a transaction. One that is being released may take a moment to roll back.
    pub async fn assert_no_idle_transaction(&self) {
        let hanging = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
        let deadline = std::time::Instant::now() + WAIT_TIMEOUT;
        while self.number(hanging).await > 0 {
            assert!(std::time::Instant::now() < deadline, "a connection hangs in a transaction");
        }
    }

    /// An id as this database writes it in a statement.
    pub fn id(&self, id: Uuid) -> String {
        if self.is_postgres() { format!("'{id}'") } else { format!("X'{}'", id.simple()) }
    }
}

//! PostgreSQL: a database per test, `CREATE DATABASE … TEMPLATE`.
//!
//! The template's name carries a fingerprint of the migrations' source, so a server that is used again has it already,
//! and a changed migration makes a new one.

use super::FixedClock;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement};
use sha2::{Digest, Sha256};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use store::{DbConfig, Store, SystemRandom};
use tokio::sync::OnceCell;

/// Several test programs may run at once: one builds the template, the others wait at this advisory lock.
const TEMPLATE_LOCK: i64 = 0x4d49_4e49_4352_4dff;

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Drops a database when it is dropped itself.
pub struct Dropper(String);

impl Drop for Dropper {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.0);
        // The test's own runtime may be ending: a thread with one of its own waits for the server.
        let dropped = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| error.to_string())?
                .block_on(async { admin().await.execute_unprepared(&sql).await.map_err(|error| error.to_string()) })
        })
        .join();
        if !matches!(dropped, Ok(Ok(_))) {
            eprintln!("the test database {} was left behind: {dropped:?}", self.0);
        }
    }
}

/// A database with the schema.
pub async fn copy() -> (String, Dropper) {
    let template = TEMPLATE.get_or_init(template).await;
    create(&format!(" TEMPLATE {template}")).await
}

/// A database with nothing in it.
pub async fn blank() -> (String, Dropper) {
    create("").await
}

async fn create(options: &str) -> (String, Dropper) {
    let name = format!("minicrm_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let admin = admin().await;
    // Left over from a program of the same process id that was killed.
    run(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    run(&admin, &format!("CREATE DATABASE {name}{options}")).await;
    (url_of(&name), Dropper(name))
}

async fn template() -> String {
    let name = format!("minicrm_template_{}", fingerprint());
    let building = format!("{name}_building");
    let admin = admin().await;
    run(&admin, &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await;
    let there = Statement::from_string(admin.get_database_backend(), format!("SELECT 1 FROM pg_database WHERE datname = '{name}'"));
    if admin.query_one_raw(there).await.expect("the list of databases").is_none() {
        run(&admin, &format!("DROP DATABASE IF EXISTS {building} WITH (FORCE)")).await;
        run(&admin, &format!("CREATE DATABASE {building}")).await;
        let config = DbConfig::new(url_of(&building));
        let store = Store::connect(config, Arc::new(FixedClock::default()), Arc::new(SystemRandom)).await.expect("the template opens");
        store.migrate().await.expect("the migrations run on PostgreSQL");
        store.close().await;
        run(&admin, &format!("ALTER DATABASE {building} RENAME TO {name}")).await;
    }
    // Closing gives the lock back.
    admin.close().await.expect("closed");
    name
}

async fn run(admin: &DatabaseConnection, sql: &str) {
    let done: Result<_, DbErr> = admin.execute_unprepared(sql).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// One connection to the server itself.
async fn admin() -> DatabaseConnection {
    let mut options = ConnectOptions::new(server());
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap_or_else(|error| panic!("TEST_DATABASE_URL: the server does not answer: {error}"))
}

fn server() -> String {
    std::env::var("TEST_DATABASE_URL").unwrap_or_else(|_| {
        panic!("TEST_DATABASE_URL is not set: name a PostgreSQL server on which databases may be made, such as postgres://postgres@127.0.0.1:5432/postgres")
    })
}

/// The server's URL with another database's name.
fn url_of(name: &str) -> String {
    let server = server();
    let (address, parameters) =
        server.split_once('?').map_or((server.as_str(), String::new()), |(address, rest)| (address, format!("?{rest}")));
    let host = match address.splitn(4, '/').collect::<Vec<_>>()[..] {
        [scheme, empty, host, ..] => format!("{scheme}/{empty}/{host}"),
        _ => panic!("TEST_DATABASE_URL must look like postgres://user@host:port/database"),
    };
    format!("{host}/{name}{parameters}")
}

fn fingerprint() -> String {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migration/src");
    let mut files: Vec<_> =
        std::fs::read_dir(sources).expect("the migrations' source").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        digest.update(std::fs::read(file).expect("a readable file"));
    }
    digest.finalize()[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

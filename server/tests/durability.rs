//! Acknowledged writes survive the end of the server and of its clients (threats D1, D2, D12). `make trial` runs the long
//! form.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
#[path = "../../store/tests/support/mod.rs"]
mod support;
mod trials;

use common::{Serving, TestDb, trial_size};
use std::{process::Stdio, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, timeout},
};
use trials::{Ledger, Writers, assert_integrity, open_raw, random_below, random_duration, register, sign_in};

/// Clients that disconnect, side by side.
const CLIENTS: usize = 16;
/// Patience of a client that waits for its answer.
const STAY: Duration = Duration::from_secs(60);

fn start(folder: &TempDir, db: &TestDb) -> Serving {
    Serving::start(folder, &[("DATABASE_URL", &db.url)], Stdio::null())
}

/// Checks the ledger by a connection that is closed again, so that the next crash leaves no other process at the file.
async fn assert_stored(ledger: &Ledger, db: &TestDb) {
    let raw = open_raw(&db.url).await;
    ledger.assert_stored(&raw).await;
    raw.0.close().await.unwrap();
}

on_both_databases! {
    /// D1: SIGKILL at any moment of eight writers' work, again and again.
    async fn no_acknowledged_write_is_lost_by_a_kill(db: TestDb) {
        // SQLite recovers its journal only if the crashed process was the last one at the file.
        db.store.close().await;
        let folder = TempDir::new().unwrap();
        let mut serving = start(&folder, &db);
        let writers = Writers::register(&serving.url).await;
        for _ in 0..trial_size(5, 100) {
            let writing = writers.start(&serving.url);
            writers.ledger.grows_by(20).await;
            // The next writes are at any point then.
            tokio::time::sleep(random_duration(Duration::from_millis(200))).await;
            serving.kill();
            writing.end().await;
            serving = start(&folder, &db);
            assert_stored(&writers.ledger, &db).await;
        }
        assert!(serving.stop().success());
        println!("{} acknowledged writes", writers.ledger.acknowledged());
        assert_integrity(&db.url).await;
    }

    /// D12: SIGTERM under load. The requests under way are answered, and the process ends in time.
    async fn no_acknowledged_write_is_lost_by_stopping(db: TestDb) {
        db.store.close().await;
        let folder = TempDir::new().unwrap();
        let mut serving = start(&folder, &db);
        let writers = Writers::register(&serving.url).await;
        for _ in 0..trial_size(1, 20) {
            let writing = writers.start(&serving.url);
            writers.ledger.grows_by(100).await;
            let ended = tokio::task::spawn_blocking(move || serving.stop()).await.unwrap();
            assert!(ended.success(), "it ends well and in time");
            writing.end().await;
            assert_stored(&writers.ledger, &db).await;
            serving = start(&folder, &db);
        }
        assert!(serving.stop().success());
        assert_integrity(&db.url).await;
    }

    /// D2: clients that disconnect at any moment between the first byte they send and the last they receive.
    async fn no_acknowledged_write_is_lost_by_a_disconnect(db: TestDb) {
        let per_client: usize = trial_size(20, 313);
        let requests = CLIENTS * per_client;
        let folder = TempDir::new().unwrap();
        let serving = start(&folder, &db);
        register(&serving.url).await;
        let cookie = format!("minicrm={}", sign_in(&serving.url).await.session_token().unwrap());
        let ledger = Arc::new(Ledger::default());
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            let address = serving.url.replace("http://", "");
            let mut client = Client { address, cookie: cookie.clone(), ledger: Arc::clone(&ledger), latency: Duration::from_millis(100) };
            clients.spawn(async move {
                for _ in 0..per_client {
                    client.create_or_leave().await;
                }
            });
        }
        clients.join_all().await;
        let acknowledged = ledger.acknowledged();
        println!("{acknowledged} of {requests} were acknowledged");
        assert!((1..requests).contains(&acknowledged), "some requests are acknowledged and some are left");

        // The server goes on, on each of its connections to the database.
        let mut staying = JoinSet::new();
        for _ in 0..50 {
            let client = Client { address: serving.url.replace("http://", ""), cookie: cookie.clone(), ledger: Arc::clone(&ledger), latency: STAY };
            staying.spawn(async move { client.create(STAY).await });
        }
        assert_eq!(staying.join_all().await, [true; 50]);
        let raw = db.raw().await;
        if raw.is_postgres() {
            raw.assert_no_idle_transaction().await;
        }
        assert!(serving.stop().success());
        ledger.assert_stored(&raw).await;
        assert_integrity(&db.url).await;
    }
}

/// A client that sends each form on a connection of its own.
struct Client {
    address: String,
    cookie: String,
    ledger: Arc<Ledger>,
    /// Time that the last whole answer took.
    latency: Duration,
}

impl Client {
    /// Sends a new company. One request in three waits for the answer; the others are left at a random moment before it.
    async fn create_or_leave(&mut self) {
        if random_below(3) > 0 {
            self.create(random_duration(self.latency)).await;
            return;
        }
        let begun = Instant::now();
        assert!(self.create(STAY).await);
        self.latency = begun.elapsed();
    }

    /// Sends a new company and disconnects at its answer or when `patience` ends. Whether it was acknowledged.
    async fn create(&self, patience: Duration) -> bool {
        let name = self.ledger.send_new();
        let body = format!("name={}&notes=1", name.replace(' ', "+"));
        let request = format!(
            "POST /companies/new HTTP/1.1\r\nhost: x\r\ncookie: {}\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.cookie,
            body.len()
        );
        let mut socket = TcpStream::connect(&self.address).await.unwrap();
        let mut answer = String::new();
        let exchange = async {
            socket.write_all(request.as_bytes()).await.unwrap();
            socket.read_to_string(&mut answer).await.unwrap();
        };
        if timeout(patience, exchange).await.is_err() {
            return false;
        }
        assert!(answer.starts_with("HTTP/1.1 303") && !answer.contains("/login"), "{answer}");
        self.ledger.acknowledge(&name, 1);
        true
    }
}

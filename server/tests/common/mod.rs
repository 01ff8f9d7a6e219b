//! A whole server for each test: the real router on a port of this machine, on a throwaway database, and a browser.

#![allow(dead_code, unused_imports, reason = "each test file uses the part it needs")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

mod actions;
mod browser;
#[path = "../../../store/tests/common/mod.rs"]
mod database;
mod files;
mod program;
mod smtp;
mod worker;

pub use actions::{Fields, Records, arguments, place_of};
pub use browser::{Answer, Browser, send};
pub use database::{Raw, TestDb, outbox, trial_size};
pub use program::{Serving, minicrm};
pub use smtp::SmtpServer;
pub use worker::{LIMITS, Process, eventually, jobs};

use app::{
    request::{AppState, Settings},
    shell::assets::Assets,
};
use axum::Router;
use domain::{access::Role, clock::Clock};
use server::{
    config::BaseUrl,
    router::{RouterConfig, router_with},
    serve::{Limits, serve},
};
use std::{net::SocketAddr, sync::Arc};
use store::SystemRandom;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// A password that is long enough.
pub const PASSWORD: &str = "correct horse battery";

/// Another one, to change it to.
pub const NEW_PASSWORD: &str = "mighty unusual phrase";

/// How a test's server differs from the usual.
pub struct Options {
    /// The public address; by default the one the server really has.
    pub base_url: Option<&'static str>,
    /// The operator's `REGISTRATION`: whether anonymous visitors may register.
    pub registration: Option<bool>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: &'static [&'static str],
    /// Routes that are there only for the test.
    pub more: Router<AppState>,
    /// The bounds of the listening loop.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self { base_url: None, registration: None, trusted_proxies: &[], more: Router::new(), limits: Limits::default() }
    }
}

/// A running server.
pub struct Site {
    /// Where it listens.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<bool>,
    /// The folder of files.
    pub data: tempfile::TempDir,
    _files: tempfile::TempDir,
}

impl Site {
    /// A server on this database.
    pub async fn on(db: &TestDb) -> Self {
        Self::with(db, Options::default()).await
    }

    /// A server on this database, with a difference.
    pub async fn with(db: &TestDb, options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let files = files::site();
        let data = tempfile::tempdir().unwrap();
        let base_url = options.base_url.map_or_else(|| format!("http://{address}"), str::to_owned);
        let parts = RouterConfig {
            state: AppState {
                store: db.store.clone(),
                clock: db.clock.clone(),
                settings: Arc::new(Settings {
                    registration: options.registration,
                    started_at: db.clock.now(),
                    configured: vec![("BASE_URL", base_url.clone()), ("SECRET_KEY", "set".to_owned())],
                    origin: base_url.clone(),
                    data_dir: data.path().to_owned(),
                    https: base_url.starts_with("https://"),
                }),
                assets: Arc::new(Assets::read(files.path())),
                site_map: Arc::new(app::site_map()),
            },
            random: Arc::new(SystemRandom),
            base_url: Arc::new(BaseUrl::parse(&base_url).unwrap()),
            trusted_proxies: options.trusted_proxies.iter().map(|network| network.parse().unwrap()).collect(),
            site_root: files.path().to_owned(),
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let (router, store) = (router_with(&parts, options.more), db.store.clone());
        let trusted_proxies = Arc::clone(&parts.trusted_proxies);
        let served = tokio::spawn(serve(listener, router, trusted_proxies, options.limits, async move {
            let _ = stopped.await;
            store.close_subscriptions();
        }));
        Self { address, stop: Some(stop), served, data, _files: files }
    }

    /// A browser with no cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(format!("http://{}", self.address))
    }

    /// A browser whose user has just registered as `name@example.com`.
    pub async fn registered(&self, name: &str) -> Browser {
        let browser = self.browser();
        let email = format!("{name}@example.com");
        let answer = browser
            .post(
                "/register",
                &[("name", name), ("email", &email), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", "")],
            )
            .await;
        assert_eq!((answer.status, answer.location()), (303, Some("/")), "{}", answer.body);
        browser
    }

    /// A browser signed in as somebody new in the workspace that `host` registered with, in this role.
    pub async fn joined(&self, db: &TestDb, name: &str, host: &str, role: Role) -> Browser {
        self.registered(name).await;
        let raw = db.raw().await;
        // Longer there than in their own: signing in leads to the workspace that they are longest in.
        let join = format!(
            "INSERT INTO memberships (workspace_id, user_id, role, created_at, updated_at)
             SELECT m.workspace_id, u.id, '{}', '2020-01-01T00:00:00.000+00:00', '2020-01-01T00:00:00.000+00:00'
             FROM memberships m JOIN users h ON h.id = m.user_id JOIN users u ON u.email = '{name}@example.com'
             WHERE h.email = '{host}@example.com'",
            role.slug()
        );
        assert_eq!(raw.run(&join).await.unwrap(), 1);
        let browser = self.browser();
        let email = format!("{name}@example.com");
        let answer = browser.post("/login", &[("email", &email), ("password", PASSWORD), ("next", "")]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    /// Tells the server to stop. Resolves when it has, with whether every request finished.
    pub async fn stop(mut self) -> bool {
        drop(self.stop.take());
        self.served.await.unwrap()
    }
}

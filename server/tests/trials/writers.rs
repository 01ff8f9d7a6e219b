//! Writers: eight browsers of one user that create and edit companies over HTTP as fast as the server answers.

use super::Ledger;
use crate::common::{Answer, Browser, PASSWORD};
use reqwest::{Method, header::LOCATION};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinSet;

const EMAIL: &str = "a@example.com";
const WRITERS: usize = 8;
/// Versions of each company: one creation and two edits.
const VERSIONS: i64 = 3;
/// Pause of a writer after 503. Without it eight writers fill the processor while the database is away.
const PAUSE: Duration = Duration::from_millis(20);

/// Signed-in browsers and the ledger of what was acknowledged to them.
pub struct Writers {
    browsers: Vec<Browser>,
    /// What was sent and acknowledged so far.
    pub ledger: Arc<Ledger>,
}

/// Writers at work.
pub struct Writing {
    stop: Arc<AtomicBool>,
    tasks: JoinSet<()>,
}

/// Why a write was not acknowledged. Whether it is stored is open.
enum Failed {
    /// The answer was 503.
    Unavailable,
    /// The connection ended without an answer.
    Disconnected,
}

impl Writers {
    /// Registers a user at a server with an empty database and signs in once for each writer.
    pub async fn register(url: &str) -> Self {
        register(url).await;
        let mut browsers = Vec::new();
        for _ in 0..WRITERS {
            browsers.push(signed_in(url).await);
        }
        Self { browsers, ledger: Arc::default() }
    }

    /// Sets all writers to work at the server at `url`, until they are stopped or the server is gone.
    pub fn start(&self, url: &str) -> Writing {
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for browser in &self.browsers {
            let writer = Writer { browser: browser.at(url), ledger: Arc::clone(&self.ledger) };
            tasks.spawn(writer.work(Arc::clone(&stop)));
        }
        Writing { stop, tasks }
    }
}

/// Registers the user of the trials.
pub async fn register(url: &str) {
    let fields = [("name", "A"), ("email", EMAIL), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", "")];
    let answer = Browser::new(url.to_owned()).post("/register", &fields).await;
    assert_eq!((answer.status, answer.location()), (303, Some("/")), "{}", answer.body);
}

/// Signs the user of the trials in by a browser.
pub async fn sign_in_by(browser: &Browser) -> Answer {
    browser.post("/login", &[("email", EMAIL), ("password", PASSWORD), ("next", "")]).await
}

/// Signs the user of the trials in. The answer holds the session's cookie.
pub async fn sign_in(url: &str) -> Answer {
    let answer = sign_in_by(&Browser::new(url.to_owned())).await;
    assert_eq!((answer.status, answer.location()), (303, Some("/")), "{}", answer.body);
    answer
}

/// A browser that the user of the trials is signed in by.
pub async fn signed_in(url: &str) -> Browser {
    let browser = Browser::new(url.to_owned());
    let answer = sign_in_by(&browser).await;
    assert_eq!((answer.status, answer.location()), (303, Some("/")), "{}", answer.body);
    browser
}

impl Writing {
    /// Stops the writers, each after the write under way.
    pub async fn stop(self) {
        self.stop.store(true, Ordering::SeqCst);
        self.end().await;
    }

    /// Waits until every writer has lost its server.
    pub async fn end(mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
    }
}

struct Writer {
    browser: Browser,
    ledger: Arc<Ledger>,
}

impl Writer {
    async fn work(self, stop: Arc<AtomicBool>) {
        while !stop.load(Ordering::SeqCst) {
            match self.write_company().await {
                Ok(()) => {}
                Err(Failed::Unavailable) => tokio::time::sleep(PAUSE).await,
                Err(Failed::Disconnected) => return,
            }
        }
    }

    /// Creates a company and edits it.
    async fn write_company(&self) -> Result<(), Failed> {
        let name = self.ledger.send_new();
        let path = self.save("/companies/new", &name, 1).await?;
        for version in 2..=VERSIONS {
            self.ledger.send(&name, version);
            self.save(&format!("{path}/edit"), &name, version).await?;
        }
        Ok(())
    }

    /// Sends one version of a company. Returns the path of its page.
    async fn save(&self, form: &str, name: &str, version: i64) -> Result<String, Failed> {
        let notes = version.to_string();
        let shown = if version == 1 { String::new() } else { (version - 1).to_string() };
        let fields = [("name", name), ("notes", &notes), ("version", &shown)];
        let request = self.browser.request(Method::POST, form).header("sec-fetch-site", "same-origin").form(&fields);
        let response = request.send().await.map_err(|_| Failed::Disconnected)?;
        let location = response.headers().get(LOCATION).map(|location| location.to_str().unwrap().to_owned());
        match (response.status().as_u16(), location) {
            // A refused form is answered by 303 to the form's own page.
            (303, Some(path)) if path.starts_with("/companies/") && path != form => {
                self.ledger.acknowledge(name, version);
                Ok(path)
            }
            (503, _) => Err(Failed::Unavailable),
            (status, location) => panic!("{form}: {status} {location:?}"),
        }
    }
}

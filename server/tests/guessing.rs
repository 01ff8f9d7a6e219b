//! A3, A4: many clients that guess passwords hold nobody else up, against the program itself.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, PASSWORD, Serving, TestDb, trial_size};
use std::{
    net::{IpAddr, Ipv4Addr},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::task::JoinSet;

/// Guessers at once. The development build serves a third as many requests as the optimised one, which `make trial` runs.
const GUESSERS: (u8, u8) = (40, 100);
const NETWORKS: u8 = 20;
/// Users who sign in meanwhile, each from an address of their own.
const USERS: u8 = 20;
/// How long a right sign-in may take.
const SIGN_IN_MAX: Duration = Duration::from_secs(2);
/// How long 99 of 100 pages may take.
const PAGE_P99_MAX: Duration = Duration::from_millis(500);

fn address(network: u8, host: u8) -> IpAddr {
    Ipv4Addr::new(127, 0, network, host).into()
}

fn email(user: u8) -> String {
    format!("user{user}@example.com")
}

async fn sign_in(browser: &Browser, email: &str, password: &str) -> u16 {
    browser.post("/login", &[("email", email), ("password", password), ("next", "")]).await.status
}

async fn register(url: &str, user: u8) -> Browser {
    let browser = Browser::from_address(url.to_owned(), address(3, user + 1));
    let (name, email) = (format!("user{user}"), email(user));
    let fields = [("name", name.as_str()), ("email", &email), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", "")];
    let answer = browser.post("/register", &fields).await;
    assert_eq!((answer.status, answer.location()), (303, Some("/")), "{}", answer.body);
    browser
}

/// Guesses until told to stop: half of the guessers at one account, half at all of them.
async fn guess(browser: Browser, guesser: u8, stop: Arc<AtomicBool>, compared: Arc<AtomicUsize>) {
    for n in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let account = if guesser.is_multiple_of(2) { 0 } else { u8::try_from(n % 200).unwrap() };
        match sign_in(&browser, &email(account), "a wrong secret").await {
            422 => compared.fetch_add(1, Ordering::Relaxed),
            // Refused unseen, or past the queue.
            429 | 503 => 0,
            status => panic!("a wrong password is answered {status}"),
        };
    }
}

on_both_databases! {
    async fn guessers_hold_up_no_sign_in_and_no_page(db: TestDb) {
        let folder = TempDir::new().unwrap();
        let serving = Serving::start(&folder, &[("DATABASE_URL", &db.url)], Stdio::null());
        let url = serving.url.clone();
        let mut member = None;
        for user in 0..USERS {
            member = Some(register(&url, user).await);
        }
        let member = member.unwrap();

        let (stop, compared) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let mut guessers = JoinSet::new();
        for guesser in 0..trial_size(GUESSERS.0, GUESSERS.1) {
            let browser = Browser::from_address(url.clone(), address(1, guesser % NETWORKS + 1));
            guessers.spawn(guess(browser, guesser, Arc::clone(&stop), Arc::clone(&compared)));
        }
        let mut pages = Vec::new();
        for round in 0..trial_size(1, 10) {
            let started = Instant::now();
            for user in 0..USERS {
                // A browser that nobody knows, from an address that nobody has used.
                let newcomer = Browser::from_address(url.clone(), address(10 + round, user + 1));
                let begun = Instant::now();
                assert_eq!(sign_in(&newcomer, &email(user), PASSWORD).await, 303, "user {user} in round {round}");
                assert!(begun.elapsed() < SIGN_IN_MAX, "user {user} in round {round}: {:?}", begun.elapsed());
                let begun = Instant::now();
                assert_eq!(member.get("/companies").await.status, 200);
                pages.push(begun.elapsed());
            }
            println!("round {round}: {USERS} sign-ins and pages in {:?}", started.elapsed());
        }
        for _ in 0..300 {
            let begun = Instant::now();
            assert_eq!(member.get("/companies").await.status, 200);
            pages.push(begun.elapsed());
        }
        pages.sort_unstable();
        let p99 = pages[pages.len() * 99 / 100];
        println!("pages: p50 {:?}, p99 {p99:?}; {} guesses were compared", pages[pages.len() / 2], compared.load(Ordering::Relaxed));
        assert!(p99 < PAGE_P99_MAX, "{p99:?}");
        stop.store(true, Ordering::Relaxed);
        while let Some(ended) = guessers.join_next().await {
            ended.unwrap();
        }
        let compared = compared.load(Ordering::Relaxed);
        assert!(compared > 0, "no guess was compared, so none delayed a sign-in");
        assert!(compared <= usize::from(NETWORKS) * 100, "a hundred from each network");
        assert!(serving.stop().success());
    }
}

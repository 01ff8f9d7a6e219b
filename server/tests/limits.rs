//! Bounds on what a client may send, and how slowly (threats C10, D12).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use axum::{Router, routing::get};
use common::{Browser, Options, PASSWORD, Serving, Site, TestDb, send};
use reqwest::Method;
use server::serve::Limits;
use std::{
    net::Ipv4Addr,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Notify, Semaphore},
};

#[tokio::test]
async fn a_body_past_the_limit_is_refused_with_a_page() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    let member = site.registered("hung").await;
    let body = format!("name={}", "x".repeat(2 * 1024 * 1024));
    let request = member.request(Method::POST, "/companies/new").header("sec-fetch-site", "same-origin");
    let answer = send(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await;
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("Go to the start page"), "{}", answer.body);
}

#[tokio::test]
async fn an_anonymous_body_has_a_lower_limit() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    // The sign-in form may carry a form that it interrupted.
    for (path, kibibytes) in [("/login", 400), ("/register", 32)] {
        let email = "x".repeat(kibibytes * 1024);
        assert_eq!(site.browser().post(path, &[("email", &email), ("password", ""), ("next", "")]).await.status, 413, "{path}");
    }
    assert_eq!(db.raw().await.number("SELECT COUNT(*) FROM sessions").await, 0, "nothing of it is kept");
}

/// Sends a gigabyte to this path, as long as it is taken: how many bytes were, and what came back.
async fn flood(address: &str, path: &str, cookie: &str) -> (usize, String) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    // The server stops reading long before a gigabyte: its answer or its hanging up is the end.
    let mut sent = 0_usize;
    while sent < 1 << 30 && socket.write_all(chunk.as_bytes()).await.is_ok() {
        sent += 0x10000;
    }
    let mut answer = Vec::new();
    // A reset after the answer is fine: what counts is what was read before it.
    let _ = socket.read_to_end(&mut answer).await;
    (sent, String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn a_chunked_body_without_end_is_cut_off() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    let (sent, answer) = flood(&site.address.to_string(), "/login", "").await;
    assert!(sent < 64 << 20, "{sent} bytes were taken");
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
}

/// The most memory a process has had so far, in MiB (Linux).
#[cfg(target_os = "linux")]
fn peak_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

/// A gigabyte offered by each of eight clients at once: the program's memory stays as it was.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_without_end_take_no_memory() {
    let (db, folder) = (TestDb::blank_sqlite().await, TempDir::new().unwrap());
    let serving = Serving::start(&folder, &[("DATABASE_URL", &db.url)], Stdio::null());
    let browser = Browser::new(serving.url.clone());
    let fields = [("name", "A"), ("email", "a@example.com"), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", "")];
    let cookie = format!("minicrm={}", browser.post("/register", &fields).await.session_token().unwrap());
    // What is made at the first request is there then.
    assert_eq!(browser.get("/companies/new").await.status, 200);
    let before = peak_memory(serving.id());
    let address = serving.url.trim_start_matches("http://").to_owned();
    let floods = (0..8).map(|_| {
        let (address, cookie) = (address.clone(), cookie.clone());
        tokio::spawn(async move { flood(&address, "/companies/new", &cookie).await })
    });
    for flood in floods.collect::<Vec<_>>() {
        let (sent, answer) = flood.await.unwrap();
        assert!(sent < 64 << 20 && (answer.is_empty() || answer.starts_with("HTTP/1.1 413")), "{sent} bytes, {answer}");
    }
    let grown = peak_memory(serving.id()) - before;
    // Eight bodies of one MiB, the limit, and as much again for what was read ahead.
    assert!(grown <= 16, "{grown} MiB more than before");
    assert_eq!(browser.get("/companies").await.status, 200);
    assert!(serving.stop().success());
}

#[tokio::test]
async fn a_chunked_body_past_the_limit_is_413() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    let mut socket = TcpStream::connect(site.address).await.unwrap();
    let body = "x".repeat(0x5000);
    let request = format!(
        "POST /register HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n5000\r\n{body}\r\n0\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn half_sent_requests_are_hung_up_on_while_others_are_served() {
    let (db, folder) = (TestDb::blank_sqlite().await, TempDir::new().unwrap());
    let serving = Serving::start(&folder, &[("DATABASE_URL", &db.url)], Stdio::null());
    let start = Instant::now();
    let mut slow = Vec::new();
    for _ in 0..500 {
        let mut socket = TcpStream::connect(serving.url.trim_start_matches("http://")).await.unwrap();
        socket.write_all(b"GET /login HTTP/1.1\r\nhost: x\r\nx-slow: ").await.unwrap();
        slow.push(socket);
    }
    assert_eq!(Browser::new(serving.url.clone()).get("/login").await.status, 200);
    for mut socket in slow {
        let left = Duration::from_secs(15).saturating_sub(start.elapsed());
        let mut rest = Vec::new();
        tokio::time::timeout(left, socket.read_to_end(&mut rest)).await.expect("hung up on").unwrap_or_default();
    }
    assert!(serving.stop().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_at_the_sign_in_holds_nobody_else_up() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    site.registered("hung").await;
    // From ten addresses: one alone has as many connections as this crowd.
    let crowd: Vec<_> = (0..200)
        .map(|n| {
            let browser = Browser::from_address(format!("http://{}", site.address), Ipv4Addr::new(127, 0, 1, n % 10 + 1).into());
            tokio::spawn(async move {
                browser.post("/login", &[("email", "hung@example.com"), ("password", "a wrong one"), ("next", "")]).await.status
            })
        })
        .collect();
    let browser = site.browser();
    let mut waits = Vec::new();
    for _ in 0..50 {
        let start = Instant::now();
        assert_eq!(browser.get("/login").await.status, 200);
        waits.push(start.elapsed());
    }
    waits.sort_unstable();
    assert!(waits[45] < Duration::from_millis(500), "{waits:?}");
    for one in crowd {
        // Ten wrong passwords are compared; past what can be hashed in time, the others are asked to try again.
        assert!(matches!(one.await.unwrap(), 422 | 429 | 503));
    }
}

#[tokio::test]
async fn connections_past_the_cap_wait_for_a_place() {
    let db = TestDb::sqlite().await;
    let (begun, finish) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let (begun_there, finish_there) = (Arc::clone(&begun), Arc::clone(&finish));
    let slow = move || async move {
        begun_there.notify_one();
        finish_there.acquire().await.unwrap().forget();
        "finished"
    };
    let limits = Limits { connections: 2, ..Limits::default() };
    let more = Router::new().route("/slow", get(slow));
    let site = Site::with(&db, Options { more, limits, ..Options::default() }).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let browser = site.browser();
        held.push(tokio::spawn(async move { browser.get("/slow").await.status }));
        begun.notified().await;
    }
    let start = Instant::now();
    let browser = site.browser();
    let mut waiting = tokio::spawn(async move { browser.get("/login").await.status });
    // Both places are taken until one of the requests is answered.
    assert!(tokio::time::timeout(Duration::from_millis(600), &mut waiting).await.is_err());
    finish.add_permits(2);
    assert_eq!(waiting.await.unwrap(), 200);
    assert!(start.elapsed() > Duration::from_millis(500));
    for request in held {
        assert_eq!(request.await.unwrap(), 200);
    }
}

#[tokio::test]
async fn stopping_waits_for_what_runs() {
    let db = TestDb::sqlite().await;
    let (begun, finish) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let (begun_there, finish_there) = (Arc::clone(&begun), Arc::clone(&finish));
    let slow = move || async move {
        begun_there.notify_one();
        finish_there.acquire().await.unwrap().forget();
        "finished"
    };
    let more = Router::new().route("/slow", get(slow));
    let site = Site::with(&db, Options { more, ..Options::default() }).await;
    let address = site.address;
    let browser = site.browser();
    let running = tokio::spawn(async move { browser.get("/slow").await });
    begun.notified().await;
    let stopping = tokio::spawn(site.stop());
    // The listener closes at once; the request that runs is answered.
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    finish.add_permits(1);
    assert_eq!(running.await.unwrap().body, "finished");
    assert!(stopping.await.unwrap(), "everything finished in time");
}

#[tokio::test]
async fn what_does_not_finish_in_time_is_cut_off() {
    let db = TestDb::sqlite().await;
    let begun = Arc::new(Notify::new());
    let begun_there = Arc::clone(&begun);
    let endless = move || async move {
        begun_there.notify_one();
        std::future::pending::<()>().await;
    };
    let limits = Limits { drain: Duration::from_millis(200), ..Limits::default() };
    let more = Router::new().route("/endless", get(endless));
    let site = Site::with(&db, Options { more, limits, ..Options::default() }).await;
    let browser = site.browser();
    tokio::spawn(async move { browser.request(Method::GET, "/endless").send().await.is_ok() });
    begun.notified().await;
    assert!(!site.stop().await);
}

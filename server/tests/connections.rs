//! Clients that hold connections keep nobody else waiting (threats A5, C10).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use axum::{Router, routing::get};
use common::{Browser, Options, PASSWORD, Serving, Site, TestDb, send};
use reqwest::{Client, Method, redirect::Policy};
use server::serve::{Limits, raise_open_files};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::{Notify, Semaphore},
};

/// Page views of one measurement. The 99th percentile is the third slowest.
const PAGES: usize = 300;

/// A connection from this loopback address.
async fn connect_from(source: IpAddr, server: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(source, 0)).unwrap();
    socket.connect(server).await.unwrap()
}

/// A connection on which a form's head was sent and the body never follows.
async fn stalled(source: IpAddr, server: SocketAddr) -> TcpStream {
    let mut socket = connect_from(source, server).await;
    let head = "POST /login HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\n\
                content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\n";
    // The server may have closed it meanwhile to make room.
    let _ = socket.write_all(head.as_bytes()).await;
    socket
}

fn loopback(last: u8) -> IpAddr {
    Ipv4Addr::new(127, 0, 1, last).into()
}

/// Times of [`PAGES`] signed-in page views, half of them on a connection of their own, sorted.
async fn page_times(url: &str, cookie: &str, source: IpAddr) -> Vec<Duration> {
    let client =
        || Client::builder().local_address(source).redirect(Policy::none()).no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
    let reused = client();
    let mut times = Vec::new();
    for number in 0..PAGES {
        let client = if number % 2 == 0 { client() } else { reused.clone() };
        let start = Instant::now();
        let answer = client.get(format!("{url}/companies")).header("cookie", cookie).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.text().await.unwrap().ends_with("</html>"));
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times
}

/// 1,100 requests from these addresses whose body never comes, while a user works from another and from one of the same.
async fn signed_in_pages_stay_fast(attackers: &[IpAddr]) {
    raise_open_files(1_500);
    let (db, folder) = (TestDb::blank_sqlite().await, TempDir::new().unwrap());
    let serving = Serving::start(&folder, &[("DATABASE_URL", &db.url)], Stdio::null());
    let server: SocketAddr = serving.url.trim_start_matches("http://").parse().unwrap();
    let browser = Browser::new(serving.url.clone());
    let fields = [("name", "A"), ("email", "a@example.com"), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", "")];
    let cookie = format!("minicrm={}", browser.post("/register", &fields).await.session_token().unwrap());
    // Eleven at a time, each sending its head at once, held until the end of the test.
    let attack = (0..11).map(|first| {
        let sources: Vec<_> = (0..100).map(|number| attackers[(first + 11 * number) % attackers.len()]).collect();
        tokio::spawn(async move {
            let mut held = Vec::new();
            for source in sources {
                held.push(stalled(source, server).await);
            }
            held
        })
    });
    let attack: Vec<_> = attack.collect();
    // While these connect, the machine is busy with them: no request fails, and none waits for a stalled one to end.
    let elsewhere = Ipv4Addr::LOCALHOST.into();
    let slowest = page_times(&serving.url, &cookie, elsewhere).await[PAGES - 1];
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
    let mut held = Vec::new();
    for connecting in attack {
        held.push(connecting.await.unwrap());
    }
    for user in [elsewhere, attackers[0]] {
        let times = page_times(&serving.url, &cookie, user).await;
        let (p99, slowest) = (times[PAGES * 99 / 100], times[PAGES - 1]);
        println!("{} addresses, user at {user}: median {:?}, p99 {p99:?}, slowest {slowest:?}", attackers.len(), times[PAGES / 2]);
        assert!(p99 < Duration::from_millis(500) && slowest < Duration::from_secs(2), "p99 {p99:?}, slowest {slowest:?}");
    }
    drop(held);
    assert!(serving.stop().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stalled_bodies_from_one_address_hold_no_signed_in_user_up() {
    signed_in_pages_stay_fast(&[loopback(1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stalled_bodies_from_twenty_addresses_hold_no_signed_in_user_up() {
    let attackers: Vec<IpAddr> = (1..=20).map(loopback).collect();
    signed_in_pages_stay_fast(&attackers).await;
}

/// A page of a test that takes until it is released.
struct Slow {
    begun: Arc<Notify>,
    release: Arc<Semaphore>,
}

impl Slow {
    fn new() -> (Self, Router<app::request::AppState>) {
        let slow = Self { begun: Arc::new(Notify::new()), release: Arc::new(Semaphore::new(0)) };
        let (begun, release) = (Arc::clone(&slow.begun), Arc::clone(&slow.release));
        let answer = move || async move {
            begun.notify_one();
            release.acquire().await.unwrap().forget();
            "finished"
        };
        (slow, Router::new().route("/slow", get(answer)))
    }
}

/// A connection whose request is being answered.
async fn working(slow: &Slow, source: IpAddr, server: SocketAddr) -> TcpStream {
    let mut socket = connect_from(source, server).await;
    socket.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    slow.begun.notified().await;
    socket
}

/// What arrives until the connection ends, also if it ends by a reset.
async fn rest(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(60), socket.read_to_end(&mut bytes)).await.expect("the connection ends");
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn an_address_past_its_cap_is_refused_while_others_are_served() {
    let db = TestDb::sqlite().await;
    let (slow, more) = Slow::new();
    let limits = Limits { connections_per_address: 2, ..Limits::default() };
    let site = Site::with(&db, Options { more, limits, ..Options::default() }).await;
    let mut held = [working(&slow, loopback(1), site.address).await, working(&slow, loopback(1), site.address).await];
    assert_eq!(rest(&mut stalled(loopback(1), site.address).await).await, "");
    assert_eq!(site.browser().get("/login").await.status, 200);
    slow.release.add_permits(2);
    for socket in &mut held {
        assert!(rest(socket).await.ends_with("finished"));
    }
    let mut again = connect_from(loopback(1), site.address).await;
    again.write_all(b"GET /login HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    assert!(rest(&mut again).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_silent_connection_makes_room_before_a_signed_in_one() {
    let db = TestDb::sqlite().await;
    let limits = Limits { connections: 2, ..Limits::default() };
    let site = Site::with(&db, Options { limits, ..Options::default() }).await;
    let member = site.registered("hung").await;
    assert_eq!(member.get("/companies").await.status, 200);
    let mut silent = connect_from(loopback(1), site.address).await;
    let start = Instant::now();
    let mut socket = connect_from(loopback(1), site.address).await;
    socket.write_all(b"GET /login HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    assert!(rest(&mut socket).await.starts_with("HTTP/1.1 200"));
    assert_eq!(rest(&mut silent).await, "");
    assert!(start.elapsed() < Limits::default().header_timeout / 2, "{:?}", start.elapsed());
    // The member's connection was idle for longer, and is still open.
    assert_eq!(send(member.request(Method::GET, "/companies")).await.status, 200);
}

/// Loads a signed-in page on a connection that stays open.
async fn load_page(socket: &mut TcpStream, cookie: &str) {
    let request = format!("GET /companies HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"</html>") {
        assert_ne!(socket.read_buf(&mut answer).await.unwrap(), 0, "{}", String::from_utf8_lossy(&answer));
    }
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn among_idle_signed_in_connections_the_longest_waiting_one_makes_room() {
    for limits in [Limits { connections: 2, ..Limits::default() }, Limits { connections_per_address: 2, ..Limits::default() }] {
        let db = TestDb::sqlite().await;
        let site = Site::with(&db, Options { limits, ..Options::default() }).await;
        let fields = [("name", "A"), ("email", "a@example.com"), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", "")];
        let cookie = format!("minicrm={}", site.browser().post("/register", &fields).await.session_token().unwrap());
        let start = Instant::now();
        let mut idle = [connect_from(loopback(1), site.address).await, connect_from(loopback(1), site.address).await];
        for socket in &mut idle {
            load_page(socket, &cookie).await;
        }
        let mut newcomer = connect_from(loopback(1), site.address).await;
        newcomer.write_all(b"GET /login HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        assert!(rest(&mut newcomer).await.starts_with("HTTP/1.1 200"), "{limits:?}");
        load_page(&mut idle[1], &cookie).await;
        assert_eq!(rest(&mut idle[0]).await, "");
        assert!(start.elapsed() < Limits::default().header_timeout / 2, "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answer_makes_room() {
    let db = TestDb::sqlite().await;
    let more = Router::new().route("/long", get(async || "x".repeat(64 << 20)));
    let limits = Limits { connections: 1, ..Limits::default() };
    let site = Site::with(&db, Options { more, limits, ..Options::default() }).await;
    let mut unread = connect_from(loopback(1), site.address).await;
    unread.write_all(b"GET /long HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert_eq!(site.browser().get("/login").await.status, 200);
    assert!(rest(&mut unread).await.len() < 64 << 20);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_a_cap_of_open_requests() {
    let db = TestDb::sqlite().await;
    let (slow, more) = Slow::new();
    let limits = Limits { connections_per_address: 2, ..Limits::default() };
    let site = Site::with(&db, Options { more, limits, trusted_proxies: &["127.0.0.1/32"], ..Options::default() }).await;
    let proxy = site.browser();
    let by = |client: &'static str, path: &str| proxy.request(Method::GET, path).header("x-forwarded-for", client);
    let mut held = Vec::new();
    for client in ["192.0.2.1", "192.0.2.1", "192.0.2.2"] {
        held.push(tokio::spawn(send(by(client, "/slow"))));
        slow.begun.notified().await;
    }
    let refused = send(by("192.0.2.1", "/login")).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("5")));
    assert!(refused.body.contains("Too many requests") && refused.body.contains("try again"), "{}", refused.body);
    assert_eq!(send(by("192.0.2.2", "/login")).await.status, 200);
    slow.release.add_permits(3);
    for request in held {
        assert_eq!(request.await.unwrap().body, "finished");
    }
    assert_eq!(send(by("192.0.2.1", "/login")).await.status, 200);
}

/// Bounds that a test can wait for.
fn short() -> Limits {
    Limits { body_timeout: Duration::from_millis(400), body_time_per_kib: Duration::from_millis(200), ..Limits::default() }
}

/// Sends a form of this many pieces, one every 50 ms, as long as the server takes them. Gives the answer.
async fn send_slowly(site: &Site, piece: &str, pieces: usize) -> String {
    let socket = TcpStream::connect(site.address).await.unwrap();
    let (mut reader, mut writer) = socket.into_split();
    let head = format!(
        "POST /login HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n",
        piece.len() * pieces
    );
    writer.write_all(head.as_bytes()).await.unwrap();
    let piece = piece.to_owned();
    let writing = tokio::spawn(async move {
        let mut pace = tokio::time::interval(Duration::from_millis(50));
        for _ in 0..pieces {
            pace.tick().await;
            if writer.write_all(piece.as_bytes()).await.is_err() {
                break;
            }
        }
        writer
    });
    let mut answer = String::new();
    reader.read_to_string(&mut answer).await.unwrap();
    drop(writing.await.unwrap());
    answer
}

#[tokio::test]
async fn a_body_that_never_comes_is_408() {
    let db = TestDb::sqlite().await;
    let site = Site::with(&db, Options { limits: short(), ..Options::default() }).await;
    let start = Instant::now();
    let answer = rest(&mut stalled(loopback(1), site.address).await).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.to_lowercase().contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(answer.contains("did not arrive in time") && answer.ends_with("</html>"), "{answer}");
    assert!(start.elapsed() >= short().body_timeout && start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_body_below_the_least_rate_is_408_and_one_above_it_is_read() {
    let db = TestDb::sqlite().await;
    let site = Site::with(&db, Options { limits: short(), ..Options::default() }).await;
    // Both take longer than a body may pause. The least rate here is 5 KiB/s; one brings 20 bytes a second, the other 12 KiB.
    let answer = send_slowly(&site, "x", 40).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    let start = Instant::now();
    let answer = send_slowly(&site, &"x".repeat(600), 20).await;
    assert!(start.elapsed() > 2 * short().body_timeout, "{:?}", start.elapsed());
    assert!(answer.starts_with("HTTP/1.1 4") && !answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[cfg(unix)]
#[tokio::test]
async fn few_open_files_mean_fewer_connections() {
    let (db, folder) = (TestDb::blank_sqlite().await, TempDir::new().unwrap());
    let log = folder.path().join("log");
    let mut command = std::process::Command::new("sh");
    let serve = format!("ulimit -S -n 150 && ulimit -H -n 300 && exec '{}' serve 2>'{}'", env!("CARGO_BIN_EXE_minicrm"), log.display());
    command
        .args(["-c", &serve])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("NO_COLOR", "1")
        .env("DATABASE_URL", &db.url);
    let serving = Serving::from_command(command);
    assert_eq!(Browser::new(serving.url.clone()).get("/login").await.status, 200);
    assert!(serving.stop().success());
    let log = std::fs::read_to_string(log).unwrap();
    assert_eq!(log.matches("the limit on open files is low").count(), 1, "{log}");
    assert!(log.contains("connections=172"), "{log}");
}

//! An answer reaches a client whose body the server does not want (threats C10).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Options, Site, TestDb};
use server::serve::Limits;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// The head of a form sent by a page of the site, without its last line.
fn head(path: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\n")
}

/// Writes the whole request before it reads, as many clients do. Returns the answer up to the end of the connection.
///
/// The send buffer holds a small part of the request, as on a network that is slower than the client.
async fn exchange(site: &Site, request: &[u8]) -> std::io::Result<String> {
    let socket = TcpSocket::new_v4()?;
    socket.set_send_buffer_size(64 * 1024)?;
    socket.set_nodelay(true)?;
    let mut socket = socket.connect(site.address).await?;
    socket.write_all(request).await?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// Reads one answer of known length and leaves the connection open.
async fn read_answer(socket: &mut TcpStream) -> (String, String) {
    let mut answer = Vec::new();
    let end = loop {
        if let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
        assert_ne!(socket.read_buf(&mut answer).await.unwrap(), 0, "closed inside a head");
    };
    let head = String::from_utf8(answer[..end].to_vec()).unwrap().to_lowercase();
    let length = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap().parse::<usize>().unwrap();
    while answer.len() < end + length {
        assert_ne!(socket.read_buf(&mut answer).await.unwrap(), 0, "closed inside a body");
    }
    (head, String::from_utf8(answer[end..].to_vec()).unwrap())
}

fn with_length(body: &str) -> String {
    format!("{}content-length: {}\r\n\r\n{body}", head("/login"), body.len())
}

fn in_chunks(body: &str) -> String {
    format!("{}transfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", head("/login"), body.len())
}

async fn fifty_of_fifty_get_the_page(request: String) {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    let mut failed = Vec::new();
    for _ in 0..50 {
        match exchange(&site, request.as_bytes()).await {
            Ok(answer) if answer.starts_with("HTTP/1.1 413") && answer.ends_with("</html>") => {
                assert!(answer.contains("Go to the start page"), "{answer}");
            }
            Ok(answer) => failed.push(format!("{} bytes: {answer:.100}", answer.len())),
            Err(error) => failed.push(error.to_string()),
        }
    }
    assert!(failed.is_empty(), "{} of 50: {failed:?}", failed.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_of_known_length_past_the_limit_gets_its_page() {
    fifty_of_fifty_get_the_page(with_length(&"x".repeat(2 * 1024 * 1024))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chunked_body_past_the_limit_gets_its_page() {
    fifty_of_fifty_get_the_page(in_chunks(&"x".repeat(2 * 1024 * 1024))).await;
}

#[tokio::test]
async fn a_head_past_the_limit_gets_its_answer() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    let request = format!("GET /login HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "x".repeat(1024 * 1024));
    let answer = exchange(&site, request.as_bytes()).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_refusal_with_an_unread_body_announces_the_close() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    let mut socket = TcpStream::connect(site.address).await.unwrap();
    // Another site's form is refused before its body is read.
    let request = with_length("email=a&password=b&next=").replace("same-origin", "cross-site");
    let (request_head, body) = request.split_at(request.len() - 4);
    socket.write_all(request_head.as_bytes()).await.unwrap();
    let (answer_head, _) = read_answer(&mut socket).await;
    assert!(answer_head.starts_with("http/1.1 403") && answer_head.contains("\r\nconnection: close\r\n"), "{answer_head}");
    socket.write_all(body.as_bytes()).await.unwrap();
    assert_eq!(socket.read(&mut [0; 16]).await.unwrap(), 0, "and the connection ends without a reset");
}

#[tokio::test]
async fn a_refusal_after_the_whole_body_keeps_the_connection() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    let mut socket = TcpStream::connect(site.address).await.unwrap();
    for request in [with_length("a=%"), with_length("unknown=1"), in_chunks("unknown=1")] {
        socket.write_all(request.as_bytes()).await.unwrap();
        let (answer_head, _) = read_answer(&mut socket).await;
        assert!(answer_head.starts_with("http/1.1 4") || answer_head.starts_with("http/1.1 303"), "{answer_head}");
        assert!(!answer_head.contains("connection: close"), "{answer_head}");
    }
    socket.write_all(b"GET /login HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let (answer_head, page) = read_answer(&mut socket).await;
    assert!(answer_head.starts_with("http/1.1 200") && page.ends_with("</html>"), "{answer_head}");
}

#[tokio::test]
async fn a_client_that_sends_for_ever_does_not_delay_a_shutdown() {
    let db = TestDb::sqlite().await;
    let limits = Limits { linger: Duration::from_millis(500), ..Limits::default() };
    let site = Site::with(&db, Options { limits, ..Options::default() }).await;
    let mut socket = TcpStream::connect(site.address).await.unwrap();
    let request_head = format!("{}content-length: 1000000000\r\n\r\n", head("/login"));
    socket.write_all(request_head.as_bytes()).await.unwrap();
    let (answer_head, _) = read_answer(&mut socket).await;
    assert!(answer_head.starts_with("http/1.1 413"), "{answer_head}");
    let sending = tokio::spawn(async move {
        let mut pace = tokio::time::interval(Duration::from_millis(20));
        while socket.write_all(b"x").await.is_ok() {
            pace.tick().await;
        }
    });
    let start = Instant::now();
    assert!(site.stop().await, "everything finished in time");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    sending.await.unwrap();
}

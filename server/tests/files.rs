//! The site's files, and how long they are kept.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Site, TestDb, send};
use reqwest::Method;

const HASHED: &str = "/pkg/minicrm.Zk3JwQ5yq0RfT7hX2mB1aA.css";

#[tokio::test]
async fn a_hashed_name_is_kept_for_ever_and_any_other_is_asked_for_again() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    for (path, kept) in [(HASHED, true), ("/icons.svg?v=cbf29ce484222325", true), ("/icons.svg", false), ("/pkg/minicrm.css", false)] {
        let answer = site.browser().get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(
            answer.header("cache-control"),
            Some(if kept { "public, max-age=31536000, immutable" } else { "public, no-cache" }),
            "{path}"
        );
        assert!(answer.header("set-cookie").is_none(), "{path}");
    }
}

#[tokio::test]
async fn what_the_build_compressed_is_sent_as_it_is() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    for (accepted, encoding, body) in [
        ("gzip, br", Some("br"), "pretend this is brotli"),
        ("gzip", Some("gzip"), "pretend this is gzip"),
        ("identity", None, "body{margin:0}"),
    ] {
        let answer = send(site.browser().request(Method::GET, HASHED).header("accept-encoding", accepted)).await;
        assert_eq!((answer.header("content-encoding"), answer.body.as_str()), (encoding, body));
        assert!(answer.header("vary").unwrap().contains("accept-encoding"));
        assert_eq!(answer.header("content-type"), Some("text/css"));
    }
}

#[tokio::test]
async fn nothing_outside_the_folder_is_served() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    for path in [
        "/pkg",
        "/pkg/",
        "/..%2fCargo.toml",
        "/pkg/..%2f..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/pkg/%00",
        "/C:%5Cx",
        "/.git/config",
    ] {
        let answer = site.browser().get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("Go to the start page") && answer.header("cache-control") == Some("no-store"), "{path}");
    }
}

#[tokio::test]
async fn a_file_that_did_not_change_is_not_sent_again() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    let changed = site.browser().get("/icons.svg").await.header("last-modified").unwrap().to_owned();
    let again = send(site.browser().request(Method::GET, "/icons.svg").header("if-modified-since", changed)).await;
    assert_eq!((again.status, again.header("cache-control")), (304, Some("public, no-cache")));
}

#[tokio::test]
async fn pages_are_compressed_as_the_browser_asks() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    for (accepted, encoding) in [("gzip, deflate, br, zstd", Some("zstd")), ("gzip, deflate, br", Some("gzip")), ("identity", None)] {
        let request = site.browser().request(Method::GET, "/login").header("accept-encoding", accepted);
        let response = request.send().await.unwrap();
        assert_eq!(response.headers().get("content-encoding").map(|value| value.to_str().unwrap()), encoding);
    }
}

#[tokio::test]
async fn supervisors_are_answered() {
    let db = TestDb::sqlite().await;
    let site = Site::on(&db).await;
    assert_eq!(site.browser().get("/healthz").await.body, "alive\n");
    assert_eq!(site.browser().get("/readyz").await.body, "ready\nwrites: ok\n");
    db.store.close().await;
    let closed = site.browser().get("/readyz").await;
    assert_eq!((closed.status, closed.body.as_str()), (503, "not ready\nwrites: ok\n"));
    assert_eq!(site.browser().get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_blank_database_is_not_ready() {
    for db in [TestDb::blank_sqlite().await, TestDb::blank_postgres().await] {
        let site = Site::on(&db).await;
        assert_eq!(site.browser().get("/readyz").await.status, 503);
    }
}

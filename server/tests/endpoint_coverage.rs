//! Every path that is served stands in the access table and the other way round, and anonymous requests pass none of them (threat B1).

mod common;

use common::{Site, TestDb, send};
use domain::access::{AccessRule, ENDPOINTS};
use reqwest::Method;
use server::router::HEALTH_PATHS;
use std::collections::BTreeSet;

type Path = (String, String);

fn served() -> BTreeSet<Path> {
    app::routes().paths.into_iter().chain(HEALTH_PATHS).map(|(method, path)| (method.to_owned(), path.to_owned())).collect()
}

#[test]
fn the_table_lists_what_is_served() {
    let listed: BTreeSet<Path> = ENDPOINTS.iter().map(|endpoint| (endpoint.method.to_owned(), endpoint.path.to_owned())).collect();
    let served = served();
    assert_eq!(served.difference(&listed).collect::<Vec<_>>(), Vec::<&Path>::new(), "served, but not in domain::access::ENDPOINTS");
    assert_eq!(listed.difference(&served).collect::<Vec<_>>(), Vec::<&Path>::new(), "in domain::access::ENDPOINTS, but not served");
}

/// The macro registers every function of the program, whether the router serves it or not.
#[test]
fn every_server_function_is_served() {
    let posts: BTreeSet<String> = served().into_iter().filter(|(method, _)| method == "POST").map(|(_, path)| path).collect();
    let functions: BTreeSet<String> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert!(functions.iter().all(|path| path.starts_with("/fn/")), "{functions:?}");
    assert_eq!(functions.difference(&posts).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn every_post_is_a_door_to_a_server_function() {
    let actions = app::routes().actions;
    for (method, path) in served() {
        let of_an_action = actions.iter().any(|action| path == action.form || path == action.function);
        assert!(method == "GET" || of_an_action || path.ends_with("/search"), "{method} {path}");
    }
}

on_both_databases! {
    async fn an_anonymous_request_is_sent_to_sign_in(db: TestDb) {
        let site = Site::on(&db).await;
        let id = "0190b2c0-0000-7000-8000-000000000000";
        let anonymous = site.browser();
        for endpoint in ENDPOINTS.iter().filter(|endpoint| matches!(endpoint.needs, AccessRule::Account | AccessRule::SignIn | AccessRule::Permission(..) | AccessRule::PlatformAdmin)) {
            let path = endpoint.path.replace("{id}", id);
            let answer = if endpoint.method == "GET" { anonymous.get(&path).await } else { anonymous.post(&path, &[]).await };
            if path.starts_with("/fn/") {
                assert_eq!((answer.status, answer.body.as_str()), (401, "\"SignedOut\""), "{path}");
            } else {
                let next = if endpoint.method == "GET" && path != "/" { format!("/login?next={path}") } else { "/login".to_owned() };
                assert_eq!((answer.status, answer.location()), (303, Some(next.as_str())), "{} {path}", endpoint.method);
            }
        }
    }

    async fn asking_for_the_head_alone_is_asking_for_the_page(db: TestDb) {
        let site = Site::on(&db).await;
        let head = send(site.browser().request(Method::HEAD, "/companies")).await;
        assert_eq!((head.status, head.location()), (303, Some("/login")));
        let member = site.registered("hung").await;
        let head = send(member.request(Method::HEAD, "/companies")).await;
        assert_eq!((head.status, head.body.as_str()), (200, ""));
    }

    async fn what_is_not_listed_does_not_exist(db: TestDb) {
        let site = Site::on(&db).await;
        for browser in [site.browser(), site.registered("hung").await] {
            for path in ["/fn/none", "/fn/", "/fn", "/fn/deals/mov%65", "/fn/deals/move/", "/fn//deals/move", "/admin/", "/companies/", "/login/"] {
                assert_eq!(browser.post(path, &[]).await.status, 404, "POST {path}");
                assert_eq!(browser.get(path).await.status, 404, "GET {path}");
            }
            assert_eq!(browser.get("/fn/deals/move").await.status, 405, "a function that changes something is no link");
        }
    }
}

//! The site's files: style, fonts, icons and the islands' code, compressed once when they were built.

use axum::{
    Router,
    extract::Request,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, Uri, header};
use std::{convert::Infallible, path::Path};
use tower::{Layer, util::BoxCloneSyncService};
use tower_http::services::ServeDir;

/// Serves the files under `root`, and `not_found` for any other address.
pub fn service(root: &Path, not_found: Router) -> BoxCloneSyncService<Request, Response, Infallible> {
    let files = ServeDir::new(root).append_index_html_on_directories(false).precompressed_br().precompressed_gzip().fallback(not_found);
    BoxCloneSyncService::new(middleware::from_fn(cache).layer(files))
}

/// Says how long a file may be kept. One whose address changes with its content is kept for a year unasked; any other is
/// asked for again, which costs a 304. A file that isn't there is not remembered as missing.
async fn cache(request: Request, next: Next) -> Response {
    if !may_be_a_file(&request) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let changes = changes_with_content(request.uri());
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status().is_redirection() {
        let value = if changes { "public, max-age=31536000, immutable" } else { "public, no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    response
}

/// Nothing is sent to a file, and a name longer than file systems take would be an error instead of a miss.
fn may_be_a_file(request: &Request) -> bool {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    reads && request.uri().path().len() < 1_024 && request.uri().path().split('/').all(|name| name.len() <= 255)
}

/// `minicrm.xPr0…k.css`, or `icons.svg?v=…`.
fn changes_with_content(uri: &Uri) -> bool {
    let name = uri.path().rsplit('/').next().unwrap_or_default();
    let is_hash = |part: &str| part.len() >= 16 && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let hashed = name.split('.').skip(1).any(is_hash);
    hashed || uri.query().is_some_and(|query| query.starts_with("v="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_with_a_hash_are_kept_for_ever() {
        for (uri, expected) in [
            ("/pkg/minicrm.Zk3JwQ5yq0RfT7hX2mB1aA.css", true),
            ("/pkg/minicrm.css", false),
            ("/pkg/minicrm_bg.wasm", false),
            ("/icons.svg?v=cbf29ce484222325", true),
            ("/icons.svg", false),
            ("/favicon.svg?x=v=1", false),
        ] {
            assert_eq!(changes_with_content(&Uri::from_static(uri)), expected, "{uri}");
        }
    }
}

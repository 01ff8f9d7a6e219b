//! The yardstick of the benchmark: a bare axum handler that answers every request with the same 15 kB page. Listens at the
//! address given as the first argument.

use axum::{Router, response::Html, routing::get};
use std::{env, error::Error, sync::LazyLock};
use tokio::net::TcpListener;

/// Bytes of the page: about what a list of 20 companies weighs.
const PAGE_BYTES: usize = 15_000;

static PAGE: LazyLock<String> = LazyLock::new(|| {
    let row = "<tr><td>Công ty Đường Quảng Ngãi</td><td>1.250.000.000 ₫</td></tr>\n";
    row.repeat(PAGE_BYTES / row.len())
});

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).ok_or("usage: bare ADDRESS:PORT")?;
    let router = Router::new().route("/", get(|| async { Html(PAGE.as_str()) }));
    axum::serve(TcpListener::bind(address).await?, router).await?;
    Ok(())
}

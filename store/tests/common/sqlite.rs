//! SQLite: a file per test.

use super::FixedClock;
use std::{path::Path, sync::Arc};
use store::{DbConfig, Store, SystemRandom};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The file as the migrations leave it.
static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();

/// A file with the schema, and the folder it goes with.
pub async fn copy() -> (String, TempDir) {
    let template = TEMPLATE.get_or_init(build).await;
    let folder = folder();
    std::fs::write(folder.path().join("test.db"), template).expect("the temporary folder is writable");
    (url(folder.path()), folder)
}

/// No file yet.
pub fn blank() -> (String, TempDir) {
    let folder = folder();
    (url(folder.path()), folder)
}

async fn build() -> Vec<u8> {
    let (url, folder) = blank();
    let store =
        Store::connect(DbConfig::new(url), Arc::new(FixedClock::default()), Arc::new(SystemRandom)).await.expect("the template opens");
    store.migrate().await.expect("the migrations run on SQLite");
    // Closing moves the journal into the file.
    store.close().await;
    std::fs::read(folder.path().join("test.db")).expect("the template is there")
}

fn folder() -> TempDir {
    tempfile::Builder::new().prefix("minicrm-test-").tempdir().expect("a temporary folder")
}

fn url(folder: &Path) -> String {
    format!("sqlite://{}?mode=rwc", folder.join("test.db").display())
}

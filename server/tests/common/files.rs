//! The site's files as a build leaves them, small.

use std::fs;
use tempfile::TempDir;

/// A folder with one file of each kind.
pub fn site() -> TempDir {
    let folder = tempfile::Builder::new().prefix("minicrm-site-").tempdir().unwrap();
    let pkg = folder.path().join("pkg");
    fs::create_dir(&pkg).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("icons.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    write("pkg/minicrm.css", "body{}");
    write("pkg/minicrm.Zk3JwQ5yq0RfT7hX2mB1aA.css", "body{margin:0}");
    write("pkg/minicrm.Zk3JwQ5yq0RfT7hX2mB1aA.css.br", "pretend this is brotli");
    write("pkg/minicrm.Zk3JwQ5yq0RfT7hX2mB1aA.css.gz", "pretend this is gzip");
    folder
}

//! SQLite on a volume that fills up and is enlarged later (threat D5). Needs root and the right to mount, so `make test` leaves
//! it out (`test = false` in Cargo.toml); `make trial` runs it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;
#[path = "../../store/tests/support/mod.rs"]
mod support;
mod trials;

use common::{Answer, Browser, Serving};
use std::{
    collections::BTreeSet,
    path::Path,
    process::{Command, Stdio},
};
use tempfile::TempDir;
use trials::{assert_integrity, open_raw, register, sign_in_by, signed_in};

/// An id that no company has.
const UNKNOWN_ID: &str = "01890000-0000-7000-8000-000000000000";

/// A tmpfs of its own. Unmounted when dropped.
struct Volume(TempDir);

impl Volume {
    fn mount(megabytes: u32) -> Self {
        let volume = Self(TempDir::new().unwrap());
        volume.run_mount(&format!("size={megabytes}m"), &["-t", "tmpfs", "minicrm-trial"]);
        volume
    }

    fn enlarge(&self, megabytes: u32) {
        self.run_mount(&format!("remount,size={megabytes}m"), &[]);
    }

    fn run_mount(&self, options: &str, arguments: &[&str]) {
        let output = Command::new("mount").args(["-o", options]).args(arguments).arg(self.path()).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "this trial needs root and the right to mount a tmpfs; `mount -o {options}` says: {printed}");
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        // Fails if nothing was mounted.
        let _ = Command::new("umount").arg(self.path()).stderr(Stdio::null()).status();
    }
}

/// Companies by how their creation was answered: the path of each acknowledged one, and the names of the others.
#[derive(Default)]
struct Answers {
    acknowledged: Vec<(String, String)>,
    refused: Vec<String>,
}

impl Answers {
    /// Creates a company with notes of this many bytes. Whether it was acknowledged.
    async fn create(&mut self, browser: &Browser, notes: usize) -> bool {
        let name = format!("Cty {:06}", self.acknowledged.len() + self.refused.len());
        let answer = browser.post("/companies/new", &[("name", &name), ("notes", &"n".repeat(notes))]).await;
        match (answer.status, answer.location()) {
            (303, Some(path)) if path.starts_with("/companies/") && path != "/companies/new" => {
                self.acknowledged.push((name, path.to_owned()));
                true
            }
            (503, _) => {
                self.refused.push(name);
                false
            }
            (status, location) => panic!("{name}: {status} {location:?}"),
        }
    }

    /// Names of acknowledged companies whose page does not show them, as a fault; `None` if there are none.
    async fn lost(&self, reader: &Browser, when: &str) -> Option<String> {
        let mut lost = Vec::new();
        for (name, path) in &self.acknowledged {
            let page = reader.get(path).await;
            if page.status != 200 || !page.body.contains(name) {
                lost.push(name.as_str());
            }
        }
        let first = lost.first()?;
        Some(format!("{when}: {} of {} acknowledged companies are lost, the first is {first}", lost.len(), self.acknowledged.len()))
    }
}

/// Whether a browser that signed in is signed in. A sign-in that was not acknowledged must be 503.
async fn is_signed_in(browser: &Browser, answer: &Answer) -> bool {
    match (answer.status, answer.location()) {
        (303, Some("/")) => browser.get("/companies").await.status == 200,
        (503, _) => true,
        (status, location) => panic!("sign-in: {status} {location:?}"),
    }
}

fn start(volume: &Volume, folder: &TempDir) -> Serving {
    Serving::start(folder, &[("DATA_DIR", volume.path().to_str().unwrap())], Stdio::null())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_volume_loses_nothing_acknowledged() {
    let (volume, folder) = (Volume::mount(8), TempDir::new().unwrap());
    let serving = start(&volume, &folder);
    register(&serving.url).await;
    let (writer, reader) = (signed_in(&serving.url).await, signed_in(&serving.url).await);
    let mut faults = Vec::new();
    let mut answers = Answers::default();
    assert!(answers.create(&writer, 10).await);
    let (name, first) = answers.acknowledged[0].clone();
    let edit = [("name", name.as_str()), ("version", "1")];
    assert_eq!(writer.post(&format!("{first}/edit"), &edit).await.location(), Some(first.as_str()));

    while answers.create(&writer, 9_000).await {
        assert!(answers.acknowledged.len() < 2_000, "8 MB were never full");
    }
    println!("{} companies until the volume was full", answers.acknowledged.len());
    // Some of the small ones may still find room.
    for number in 0..40 {
        answers.create(&writer, if number % 2 == 0 { 10 } else { 9_000 }).await;
    }
    println!("{} of 41 were refused while it was full", answers.refused.len());
    if reader.get("/companies").await.status != 200 {
        faults.push("full: a page is not shown".to_owned());
    }
    if reader.get("/readyz").await.status != 200 {
        faults.push("full: /readyz is not 200 though pages can be shown".to_owned());
    }
    let newcomer = Browser::new(serving.url.clone());
    let answer = sign_in_by(&newcomer).await;
    if !is_signed_in(&newcomer, &answer).await {
        faults.push("full: a sign-in was acknowledged and is none".to_owned());
    }

    volume.enlarge(64);
    // Both are refused, and roll their transaction back.
    let stale = writer.post(&format!("{first}/edit"), &edit).await;
    if stale.location() != Some(format!("{first}/edit").as_str()) {
        faults.push(format!("enlarged: a stale edit is answered {} {:?}", stale.status, stale.location()));
    }
    let unknown = writer.post(&format!("/companies/{UNKNOWN_ID}/edit"), &edit).await;
    if unknown.status != 404 {
        faults.push(format!("enlarged: an edit of an unknown id is answered {}", unknown.status));
    }
    for number in 0..20 {
        if !answers.create(&writer, 100).await {
            faults.push(format!("enlarged: creation {number} of 20 is refused"));
        }
    }
    let newcomer = Browser::new(serving.url.clone());
    let answer = sign_in_by(&newcomer).await;
    if answer.status != 303 || !is_signed_in(&newcomer, &answer).await {
        faults.push(format!("enlarged: a sign-in is answered {} and is none", answer.status));
    }
    if reader.get("/readyz").await.status != 200 {
        faults.push("enlarged: /readyz is not 200".to_owned());
    }
    faults.extend(answers.lost(&reader, "enlarged").await);

    assert!(serving.stop().success());
    let serving = start(&volume, &folder);
    faults.extend(answers.lost(&reader.at(&serving.url), "restarted").await);
    assert!(serving.stop().success());
    let url = format!("sqlite://{}", volume.path().join("minicrm.db").display());
    let raw = open_raw(&url).await;
    let stored: BTreeSet<String> = raw.column("SELECT name FROM companies").await.into_iter().collect();
    raw.0.close().await.unwrap();
    let refused_and_stored = answers.refused.iter().filter(|name| stored.contains(*name)).count();
    if refused_and_stored > 0 {
        faults.push(format!("restarted: {refused_and_stored} of {} companies answered by 503 are stored", answers.refused.len()));
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert_integrity(&url).await;
}

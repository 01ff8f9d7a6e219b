//! An export takes no more memory for many rows than for few. A program of its own: the peak is the process's.

#![cfg(target_os = "linux")]

mod common;

use app::exports::{FileSettings, write_export};
use common::{TestDb, trial_size};
use domain::{
    access::Actor,
    exports::{ExportColumns, ExportFormat},
    money::Currency,
    preferences::CsvSeparator,
    record_kinds::RecordKind,
};
use std::{env, fs, time::Instant};
use store::demo::SeedCounts;

/// What an export of many rows may take more than one of few, in kB: their ids, which are 16 octets each, and what the allocator keeps.
/// Held at once, 100,000 rows take some 200,000.
const MORE_KB: u64 = 24_000;

/// A figure of `/proc/self/status` in kB.
fn status_kb(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with(name)).expect("a figure");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

/// Exports all companies, and returns by how many kB the process grew meanwhile.
async fn growth_kb(db: &TestDb, actor: &Actor, format: ExportFormat, rows: usize) -> u64 {
    let asked = (format, ExportColumns::All);
    let id = db.store.request_export(actor, RecordKind::Companies, String::new(), asked, 1).await.expect("asked for");
    let export = db.store.export(actor, id).await.expect("an export");
    let settings = FileSettings { zone: chrono_tz::Asia::Ho_Chi_Minh, currency: Currency::Vnd, csv_separator: CsvSeparator::Comma };
    // The peak from now on (proc(5)).
    fs::write("/proc/self/clear_refs", "5").expect("one's own peak");
    let (before, started) = (status_kb("VmRSS"), Instant::now());
    let file = tempfile::tempfile().expect("a file");
    let file = write_export(&db.store, actor, &export, settings, (file, env::temp_dir()), false).await.expect("written");
    let growth = status_kb("VmHWM").saturating_sub(before);
    let (seconds, length) = (started.elapsed().as_secs_f64(), file.metadata().expect("a length").len());
    println!("{rows} rows as {}: {growth} kB, {seconds:.1} s, a file of {} kB", format.slug(), length / 1_000);
    assert!(length as usize > rows * 10, "all rows");
    growth
}

async fn assert_flat(db: TestDb) {
    let (few, many) = (3_000, trial_size(15_000, 100_000));
    let (_, actor) = db.register("hung").await;
    let seed = async |companies: usize| {
        let counts = SeedCounts { companies, contacts: 0, deals: 0, activities: 0, tasks: 0 };
        db.store.seed_bulk(&actor, counts).await.expect("seeded");
    };
    seed(few).await;
    let mut of_few = Vec::new();
    for format in ExportFormat::ALL {
        of_few.push(growth_kb(&db, &actor, format, few).await);
    }
    seed(many - few).await;
    for (format, few) in ExportFormat::ALL.into_iter().zip(of_few) {
        let growth = growth_kb(&db, &actor, format, many).await;
        assert!(growth <= few + MORE_KB, "{format:?}: {growth} kB, and {few} kB for few rows");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_does_not_grow_with_the_rows() {
    // One after the other: the peak is that of the whole process.
    assert_flat(TestDb::sqlite().await).await;
    assert_flat(TestDb::postgres().await).await;
}

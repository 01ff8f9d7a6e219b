//! `minicrm jobs`

use super::CommandError;
use clap::Args;
use domain::jobs::JobState;
use std::fmt::Write;
use store::{JobSummary, JobsShown, Store};

/// Heads of the columns, and the least width of each; the last one has the rest of the line.
const COLUMNS: [(&str, usize); 5] = [("KIND", 28), ("STATE", 8), ("TRIES", 6), ("NEXT RUN (UTC)", 18), ("ERROR", 0)];

/// The flags of the command.
#[derive(Args)]
pub(super) struct JobsFlags {
    /// Also jobs that are done
    #[arg(long)]
    all: bool,
}

pub(super) async fn run(store: &Store, flags: &JobsFlags) -> Result<(), CommandError> {
    store.migrate().await?;
    let jobs = store.list_jobs(if flags.all { JobsShown::All } else { JobsShown::Unfinished }).await?;
    print!("{}", table(&jobs));
    Ok(())
}

fn table(jobs: &[JobSummary]) -> String {
    let mut printed = line(COLUMNS.map(|(head, _)| head.to_owned()));
    for job in jobs {
        let next_run = match job.state {
            JobState::Queued | JobState::Running => job.run_at.format("%Y-%m-%d %H:%M").to_string(),
            JobState::Failed | JobState::Done => "-".to_owned(),
        };
        let error = job.last_error.as_deref().unwrap_or("-").replace(char::is_control, " ");
        printed += &line([job.kind.clone(), job.state.label().to_owned(), job.attempts.to_string(), next_run, error]);
    }
    printed
}

fn line(cells: [String; COLUMNS.len()]) -> String {
    let mut line = String::new();
    for (cell, (_, width)) in cells.iter().zip(COLUMNS) {
        // Writing to a string doesn't fail.
        let _ = write!(line, "{cell:<width$}  ");
    }
    line.truncate(line.trim_end().len());
    line.push('\n');
    line
}

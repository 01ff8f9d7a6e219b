//! The jobs that write the files of large exports, and delete those that are of no use any more.

use super::{ExportError, ExportFiles, FileSettings, write_export};
use crate::ui::times;
use chrono::TimeDelta;
use domain::{
    access::{Entity, Verb},
    ids::ExportId,
    jobs::MAX_ATTEMPTS,
    money::Currency,
};
use serde::Deserialize;
use store::{
    Job, JobError, JobHandler, JobResult, Store,
    exports::{ExportJob, WRITE_EXPORT},
};

/// Minutes between two looks for files that are of no use.
const CLEANUP_MINUTES: i64 = 10;

#[derive(Deserialize)]
struct Payload {
    export: ExportId,
}

/// The handlers of these jobs.
pub fn job_handlers(files: &ExportFiles) -> [JobHandler; 2] {
    let (writing, cleaning) = (files.clone(), files.clone());
    [
        JobHandler::new(WRITE_EXPORT, move |store, job| write(store, job, writing.clone())),
        JobHandler::recurring("delete-exported-files", TimeDelta::minutes(CLEANUP_MINUTES), move |store| clean(store, cleaning.clone())),
    ]
}

/// Writes the file of an export. An attempt after one that failed starts anew.
async fn write(store: Store, job: Job, files: ExportFiles) -> JobResult {
    let Payload { export } = job.payload()?;
    let workspace = job.workspace_id.ok_or_else(|| JobError::Permanent("the job has no workspace".to_owned()))?;
    // Of no use any more.
    let Some(found) = store.export_to_write(workspace, export).await? else { return Ok(()) };
    if !(found.actor.may(Verb::Create, Entity::Export) && found.actor.may(Verb::Read, found.export.list.entity())) {
        store.fail_export(workspace, export, "Your role in this workspace does not export any more").await?;
        return Ok(());
    }
    let failure = match write_file(&store, &found, &files).await {
        Ok(()) => return Ok(store.finish_export(workspace, export).await?),
        Err(ExportError::TooMuch(why)) => return Ok(store.fail_export(workspace, export, &why).await?),
        Err(ExportError::Store(error)) => JobError::from(error),
        Err(ExportError::Io(error)) => JobError::Temporary(format!("the file could not be written: {}", error.kind())),
    };
    if job.attempt >= MAX_ATTEMPTS {
        store.fail_export(workspace, export, "The server could not write the file").await?;
    }
    Err(failure)
}

async fn write_file(store: &Store, job: &ExportJob, files: &ExportFiles) -> Result<(), ExportError> {
    let settings = FileSettings {
        zone: times::zone(&job.time_zone),
        currency: Currency::from_code(&job.currency).unwrap_or_default(),
        csv_separator: job.csv_separator,
    };
    let parts = (files.start(job.export.id)?, files.folder()?.to_owned());
    let file = write_export(store, &job.actor, &job.export, settings, parts, true).await?;
    files.complete(job.export.id, &file)?;
    Ok(())
}

async fn clean(store: Store, files: ExportFiles) -> JobResult {
    let live = store.live_exports().await?;
    match files.delete_others(&live) {
        Ok(0) => {}
        Ok(deleted) => tracing::info!(deleted, "exported files that are of no use were deleted"),
        Err(error) => return Err(JobError::Temporary(format!("exported files could not be deleted: {}", error.kind()))),
    }
    Ok(())
}

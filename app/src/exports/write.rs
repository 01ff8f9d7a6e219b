//! Writing the file of an export.

use super::{
    formats::{Columns, FileWriter},
    shown_columns::shown_columns,
};
use crate::{request::pairs_of, ui::times};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    access::Actor,
    day_range::Calendar,
    exports::{ExportColumns, ExportFormat, ListAddress},
    money::Currency,
    preferences::CsvSeparator,
    record_kinds::RecordKind,
};
use std::{fs::File, io, path::PathBuf};
use store::{
    Store, StoreError, TimeRange,
    exports::{Export, ExportFilter, export_columns},
};

/// Rows that are read by one statement and held at once.
const BATCH: usize = 500;
/// Rows between two notes of how far an export is.
const NOTED_ROWS: usize = 5_000;
/// Most columns of custom fields in a table.
const CUSTOM_COLUMNS_MAX: usize = 1_000;

/// What the values of a file look like.
#[derive(Debug, Clone, Copy)]
pub struct FileSettings {
    /// The workspace's time zone.
    pub zone: Tz,
    /// The workspace's currency.
    pub currency: Currency,
    /// The user's separator of CSV files.
    pub csv_separator: CsvSeparator,
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The rows could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file could not be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The format can't hold what is to be written. A sentence for the user, without a full stop.
    #[error("{0}")]
    TooMuch(String),
}

impl ExportError {
    /// What a format can't hold. `why`: a sentence without a full stop.
    pub(super) fn too_much(why: &str) -> Self {
        Self::TooMuch(format!("{why}. Choose JSON, which has no such limit"))
    }
}

/// The rows of a list's address. Days are those of `zone`.
///
/// # Errors
/// [`StoreError::Internal`] for an address that is not of that list: none is stored.
fn filter_of(export: &Export, zone: Tz) -> Result<ExportFilter, StoreError> {
    let pairs = pairs_of(&export.query).map_err(|_| StoreError::Internal)?;
    Ok(filter_in_zone(ListAddress::parse(export.list, &pairs).map_err(|_| StoreError::Internal)?, zone, export.created_at))
}

/// The rows of a list's address, with the days that its filters stood for in a time zone when they were asked for.
pub(super) fn filter_in_zone(address: ListAddress, zone: Tz, asked_at: DateTime<Utc>) -> ExportFilter {
    let today = asked_at.with_timezone(&zone).date_naive();
    let address = address.in_zone(Calendar { today, start_of: &|day| times::start_of(day, zone) });
    let days_utc = match &address {
        ListAddress::Activities(query) => query.date.into(),
        _ => TimeRange::default(),
    };
    ExportFilter { address, days_utc }
}

/// Writes all rows of an export into `file`, and returns it. `temporary`: the folder for parts of it. `notes_progress`: whether the export's
/// page says how far it is.
pub async fn write_export(
    store: &Store,
    actor: &Actor,
    export: &Export,
    settings: FileSettings,
    (file, temporary): (File, PathBuf),
    notes_progress: bool,
) -> Result<File, ExportError> {
    let (list, filter) = (export.list, filter_of(export, settings.zone)?);
    let ids = store.exported_ids(actor, &filter).await?;
    let fields = export_columns(list, export.columns, &shown_columns(&filter.address));
    let has_custom_fields = export.columns == ExportColumns::All && !matches!(list, RecordKind::Activities | RecordKind::Tasks);
    let custom_fields = match has_custom_fields && export.format != ExportFormat::Json {
        true => store.exported_custom_fields(actor, list, &ids).await?,
        false => vec![],
    };
    if custom_fields.len() > CUSTOM_COLUMNS_MAX {
        return Err(ExportError::too_much("A table has at most 1.000 columns of custom fields, and there are more"));
    }
    let columns = Columns { fields: fields.clone(), custom_fields, has_custom_fields };
    let format = export.format;
    let mut writer = blocking(move || FileWriter::start(format, file, &temporary, columns, settings)).await?;
    let mut written = 0;
    for batch in ids.chunks(BATCH) {
        let rows = store.exported_rows(actor, list, &fields, batch).await?;
        writer = blocking(move || writer.write(&rows).map(|()| writer)).await?;
        written += batch.len();
        if notes_progress && written % NOTED_ROWS == 0 {
            store.note_export_progress(actor.workspace_id, export.id, written as u64).await?;
        }
    }
    blocking(move || writer.finish()).await
}

/// Runs work that waits for the disk, or computes for long, outside of the threads that answer requests.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, ExportError> + Send + 'static) -> Result<T, ExportError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(io::Error::other(error).into()),
    }
}

//! `/exports/{id}/file`: the file of an export. A small one is written now, a large one is there already.

use super::status::status_page;
use crate::{
    csv_rows,
    exports::{ExportError, ExportFiles, FileSettings, write_export},
    request::{Id, PageError, RequestContext, attachment},
};
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use domain::{exports::ExportFormat, ids::ExportId, money::Currency};
use futures_util::stream;
use http::{HeaderValue, StatusCode, header};
use std::io::{self, SeekFrom};
use store::exports::{Export, ExportState};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};

/// Octets that are read and sent at once.
const CHUNK: usize = 64 * 1024;

/// `GET /exports/{id}/file`
pub async fn download(ctx: RequestContext, Id(id): Id<ExportId>) -> Result<Response, PageError> {
    let export = ctx.store().export(&ctx.actor(), id).await?;
    let files = ExportFiles::in_data_dir(&ctx.state.settings.data_dir);
    let file = match export.state {
        ExportState::Direct => match written_now(&ctx, &export, &files).await {
            Ok(file) => file,
            Err(ExportError::TooMuch(why)) => {
                let failed = Export { state: ExportState::Failed(why), ..export };
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, status_page(ctx, failed).await?).into_response());
            }
            Err(ExportError::Store(error)) => return Err(error.into()),
            Err(ExportError::Io(error)) => {
                tracing::error!(%error, "the file of an export could not be written");
                return Err(PageError::Unavailable);
            }
        },
        ExportState::Ready => match files.open(id) {
            Ok(file) => file,
            Err(error) => {
                tracing::error!(%error, "the file of an export could not be opened");
                return Err(PageError::Unavailable);
            }
        },
        _ => return status_page(ctx, export).await,
    };
    send(&ctx, &export, File::from_std(file)).await.map_err(|error| {
        tracing::error!(%error, "the file of an export could not be read");
        PageError::Unavailable
    })
}

/// The file, in a file of its own that goes when it is sent.
async fn written_now(ctx: &RequestContext, export: &Export, files: &ExportFiles) -> Result<std::fs::File, ExportError> {
    let settings = FileSettings {
        zone: ctx.zone(),
        currency: Currency::from_code(&ctx.signed_in.currency).unwrap_or_default(),
        csv_separator: ctx.signed_in.preferences.csv_separator,
    };
    let parts = (files.unnamed()?, files.folder()?.to_owned());
    write_export(ctx.store(), &ctx.actor(), export, settings, parts, false).await
}

async fn send(ctx: &RequestContext, export: &Export, mut file: File) -> io::Result<Response> {
    let length = file.seek(SeekFrom::End(0)).await?;
    file.rewind().await?;
    let day = export.created_at.with_timezone(&ctx.zone()).date_naive();
    let (content_type, plain) = match export.format {
        ExportFormat::Csv => (csv_rows::CONTENT_TYPE, "export.csv"),
        ExportFormat::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "export.xlsx"),
        ExportFormat::Json => ("application/json", "export.json"),
    };
    let name = format!("{} of {} {day}.{}", export.list.label(), ctx.signed_in.workspace_name, export.format.slug());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CONTENT_LENGTH, length.into()),
        (header::CONTENT_DISPOSITION, attachment(plain, &name)),
    ];
    let chunks = stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let read = file.read(&mut chunk).await?;
        chunk.truncate(read);
        io::Result::Ok((read > 0).then_some((chunk, file)))
    });
    Ok((headers, Body::from_stream(chunks)).into_response())
}

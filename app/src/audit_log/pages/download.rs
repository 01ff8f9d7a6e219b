//! `/audit/exports/{id}`: the file of an export, sent as it is read.

use crate::{
    audit_log::csv_file,
    csv_rows,
    request::{Id, PageError, RequestContext, attachment},
};
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use domain::preferences::CsvSeparator;
use futures_util::stream;
use http::{HeaderValue, header};
use std::io;
use store::{TimeRange, audit_log::AuditExport};
use uuid::Uuid;

/// `GET /audit/exports/{id}`
pub async fn download(ctx: RequestContext, Id(id): Id<Uuid>) -> Result<Response, PageError> {
    let export = ctx.store().audit_export(&ctx.actor(), id).await?;
    let day = export.at.with_timezone(&ctx.zone()).date_naive();
    let name = format!("Audit log of {} {day}.csv", ctx.signed_in.workspace_name);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(csv_rows::CONTENT_TYPE)),
        (header::CONTENT_DISPOSITION, attachment("audit-log.csv", &name)),
    ];
    let days_utc = ctx.days_utc(export.filter.from, export.filter.to);
    let separator = ctx.signed_in.preferences.csv_separator;
    let file = ExportFile { ctx, export, days_utc, separator, after: None };
    Ok((headers, Body::from_stream(stream::try_unfold(file, ExportFile::next))).into_response())
}

/// The file as far as it was sent.
struct ExportFile {
    ctx: RequestContext,
    export: AuditExport,
    days_utc: TimeRange,
    separator: CsvSeparator,
    /// Number of the last entry sent; `None` before the head.
    after: Option<i64>,
}

impl ExportFile {
    /// The next part. Fails if the session has ended meanwhile, or the role may no longer read the log: the browser then says that the
    /// download is incomplete.
    async fn next(mut self) -> io::Result<Option<(Vec<u8>, Self)>> {
        let Some(after) = self.after else {
            self.after = Some(0);
            return Ok(Some((csv_file::head(self.separator)?, self)));
        };
        let actor = self.ctx.reload_actor().await.ok_or(io::ErrorKind::PermissionDenied)?;
        let read = self.ctx.store().exported_entries(&actor, &self.export, self.days_utc, after).await;
        let entries = read.map_err(io::Error::other)?;
        let Some(last) = entries.last() else { return Ok(None) };
        self.after = Some(last.seq);
        Ok(Some((csv_file::entries(self.separator, entries, self.ctx.zone())?, self)))
    }
}

//! `/exports/{id}`: how far an export is, and the link to its file.

use crate::{
    request::{Id, PageError, RequestContext},
    shell,
    ui::{
        icon,
        markup::{IntoMarkup, Markup},
        page::breadcrumb,
        pluralize, times,
    },
};
use axum::response::Response;
use domain::{ids::ExportId, numbers::group_thousands};
use http::{HeaderName, StatusCode};
use leptos::prelude::*;
use store::exports::{Export, ExportState};

/// Seconds after which the page of an unfinished export is loaded again, also without a script.
const REFRESH_SECONDS: u16 = 3;

/// `Refresh` (HTML, "pragma directives"): as `<meta http-equiv>`, for the whole document.
const REFRESH: HeaderName = HeaderName::from_static("refresh");

/// `GET /exports/{id}`
pub async fn page(ctx: RequestContext, Id(id): Id<ExportId>) -> Result<Response, PageError> {
    let export = ctx.store().export(&ctx.actor(), id).await?;
    status_page(ctx, export).await
}

/// The page of an export in any state. A file that is gone has the status 410.
pub(super) async fn status_page(ctx: RequestContext, export: Export) -> Result<Response, PageError> {
    let title = format!("Export of {}", export.list.label().to_lowercase());
    let of = format!(
        "{} as {}, asked for {}.",
        pluralize(export.row_count, "row", "rows"),
        export.format.slug().to_uppercase(),
        times::exact(export.created_at, ctx.zone())
    );
    let body = view! {
        <div>
            {breadcrumb(export.list.label(), export.list.path())}
            <h1 class="mt-2">{title.clone()}</h1>
            <p class="mt-1 text-muted-foreground">{of}</p>
        </div>
        <section class="panel flex max-w-xl flex-col gap-3 p-5" aria-label="State">{state(&ctx, &export)}</section>
    };
    let (is_unfinished, is_gone) = (matches!(export.state, ExportState::Writing { .. }), export.state == ExportState::Gone);
    let mut response = shell::page(ctx, &title, body).await?;
    if is_unfinished {
        response.headers_mut().insert(REFRESH, REFRESH_SECONDS.into());
    }
    if is_gone {
        *response.status_mut() = StatusCode::GONE;
    }
    Ok(response)
}

fn state(ctx: &RequestContext, export: &Export) -> Markup {
    let question = if export.query.is_empty() { String::new() } else { format!("?{}", export.query) };
    let again = format!("{}/export{question}", export.list.path());
    let file = format!("/exports/{}/file", export.id);
    let line = state_line(ctx, export);
    match &export.state {
        ExportState::Writing { rows } => view! {
            <p role="status">{line}</p>
            <progress class="w-full" aria-label="Rows written" max=export.row_count.to_string() value=rows.to_string()></progress>
            <p class="text-muted-foreground">"You can leave this page: the file is also found where you asked for it. The page shows by itself when it is ready."</p>
        }
        .into_markup(),
        ExportState::Direct | ExportState::Ready => view! {
            <p role="status">{line}</p>
            <p><a class="btn" data-size="sm" download href=file>{icon("download", "size-4")} "Download"</a></p>
        }
        .into_markup(),
        ExportState::Failed(_) | ExportState::Gone => view! {
            <p role="status">{line}</p>
            <p><a class="btn" data-variant="outline" data-size="sm" href=again>"Export again"</a></p>
        }
        .into_markup(),
    }
}

/// The state in a sentence.
pub(super) fn state_line(ctx: &RequestContext, export: &Export) -> String {
    let until = || times::exact(export.expires_at, ctx.zone());
    match &export.state {
        ExportState::Writing { rows: 0 } => "Waits to be written.".to_owned(),
        ExportState::Writing { rows } => format!("{} of {} rows are written.", group_thousands(*rows), group_thousands(export.row_count)),
        ExportState::Direct | ExportState::Ready => format!("Ready. You can download it until {}.", until()),
        ExportState::Failed(why) => format!("Not written: {why}."),
        ExportState::Gone => "The file is gone: exported files are kept for a day.".to_owned(),
    }
}

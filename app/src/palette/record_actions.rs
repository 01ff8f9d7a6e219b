//! `/companies/{id}/actions` and those of the other kinds: what can be done with one record. The rows of the lists link to it; with a script
//! it opens in a dialog.

use super::page::link;
use crate::{
    request::{Id, PageError, RequestContext},
    shell,
    ui::{command::Command, icon},
};
use axum::response::Response;
use domain::search::SearchKind;
use leptos::prelude::*;
use store::OpenedRecord;
use uuid::Uuid;

/// `GET /companies/{id}/actions`
pub async fn of_company(ctx: RequestContext, Id(id): Id<Uuid>) -> Result<Response, PageError> {
    page(ctx, SearchKind::Companies, id).await
}

/// `GET /contacts/{id}/actions`
pub async fn of_contact(ctx: RequestContext, Id(id): Id<Uuid>) -> Result<Response, PageError> {
    page(ctx, SearchKind::Contacts, id).await
}

/// `GET /deals/{id}/actions`
pub async fn of_deal(ctx: RequestContext, Id(id): Id<Uuid>) -> Result<Response, PageError> {
    page(ctx, SearchKind::Deals, id).await
}

/// `GET /activities/{id}/actions`
pub async fn of_activity(ctx: RequestContext, Id(id): Id<Uuid>) -> Result<Response, PageError> {
    page(ctx, SearchKind::Activities, id).await
}

/// `GET /tasks/{id}/actions`
pub async fn of_task(ctx: RequestContext, Id(id): Id<Uuid>) -> Result<Response, PageError> {
    page(ctx, SearchKind::Tasks, id).await
}

async fn page(ctx: RequestContext, kind: SearchKind, id: Uuid) -> Result<Response, PageError> {
    let found = ctx.store().opened_records(&ctx.actor(), &[(kind, id)]).await?;
    let record = found.into_iter().next().ok_or(PageError::NotFound)?;
    let title = format!("Actions for {}", record.name);
    let links: Vec<_> = commands(&ctx, &record).iter().map(|command| link(command, "")).collect();
    let body = view! {
        <div class="mx-auto w-full max-w-lg">
            <div data-dialog=title.clone() class="record-actions">
                <div class="flex items-start gap-2 pl-2">
                    <h1 class="min-w-0 flex-1 py-1 text-base break-words">{record.name.clone()}</h1>
                    <form method="dialog"><button class="btn" data-variant="ghost" data-size="icon-sm" aria-label="Close">{icon("x", "size-4")}</button></form>
                </div>
                <ul class="palette-links">{links}</ul>
            </div>
        </div>
    };
    shell::page(ctx, &title, body).await
}

/// The record's page first, then what its buttons do.
fn commands(ctx: &RequestContext, record: &OpenedRecord) -> Vec<Command> {
    let open = Command::new("Open", record.path()).icon("arrow-right");
    let of_kind = ctx.state.site_map.commands.iter().find(|commands| commands.kind == record.kind);
    let others = of_kind.map(|commands| (commands.of_record)(ctx, record)).unwrap_or_default();
    std::iter::once(open).chain(others).collect()
}

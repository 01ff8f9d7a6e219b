//! `/bulk-changes/{id}`: how far a bulk change is, what became of its records, and its undo.

use crate::{
    bulk_changes::{
        PATH,
        words::{done_words, records, skipped_words, title},
    },
    request::{Id, PageError, RequestContext},
    shell,
    ui::{
        form::shown_to,
        icon,
        markup::{IntoMarkup, Markup},
        times,
    },
};
use axum::response::Response;
use domain::{bulk_changes::BULK_DAYS, ids::BulkChangeId, numbers::group_thousands, record_kinds::RecordKind};
use http::{HeaderName, HeaderValue, header};
use leptos::prelude::*;
use store::bulk_changes::BulkChangeDetail;

/// Seconds after which the page of a running change is loaded again.
const REFRESH_SECONDS: u32 = 5;

/// `GET /bulk-changes/{id}`
pub async fn page(ctx: RequestContext, Id(id): Id<BulkChangeId>) -> Result<Response, PageError> {
    let detail = ctx.store().bulk_change(&ctx.actor(), id).await?;
    let is_running = detail.finished_at.is_none() && !detail.has_failed;
    let title = title(&detail);
    let about = format!(
        "{} · started by {}, {}",
        records(detail.kind, detail.total),
        detail.started_by_name,
        times::relative(detail.started_at, ctx.now, ctx.zone())
    );
    let body = view! {
        <div>
            <h1 class="break-words">{title.clone()}</h1>
            <p class="mt-1 break-words text-muted-foreground">{about}</p>
        </div>
        {if detail.finished_at.is_some() { result(&detail) } else { progress(&detail) }}
        <a class="btn self-start" data-variant="ghost" data-size="sm" href=list_of(detail.kind)>{icon("arrow-left", "size-4")} {format!("Go to {}", detail.kind.slug())}</a>
    };
    let mut response = shell::page(ctx, &title, body).await?;
    if is_running {
        // Works without a script.
        response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from(REFRESH_SECONDS));
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// The list of a kind: of deals, the table and not the board.
fn list_of(kind: RecordKind) -> String {
    match kind {
        RecordKind::Deals => "/deals?view=list".to_owned(),
        _ => format!("/{}", kind.slug()),
    }
}

fn progress(detail: &BulkChangeDetail) -> Markup {
    let words = format!("{} of {} done", group_thousands(detail.done()), group_thousands(detail.total));
    if detail.has_failed {
        return view! {
            <div class="panel flex max-w-xl flex-col gap-3 p-5">
                <p role="status">{words} ". It stopped because of an error. What is done stays done; an administrator can start it again."</p>
            </div>
        }
        .into_markup();
    }
    view! {
        <div class="panel flex max-w-xl flex-col gap-3 p-5">
            <p role="status">{words}</p>
            <progress class="h-2 w-full" value=detail.done().to_string() max=detail.total.to_string() aria-label="Progress"></progress>
            <a class="btn self-start" data-variant="outline" data-size="sm" href=format!("{PATH}/{}", detail.id)>"Check again"</a>
        </div>
    }
    .into_markup()
}

fn result(detail: &BulkChangeDetail) -> Markup {
    let link = |id: BulkChangeId, words: &'static str| view! { <a class="underline" href=format!("{PATH}/{id}")>{words}</a> };
    let undo = detail.can_be_undone.then(|| {
        view! {
            <form method="post" action=format!("{PATH}/{}/undo", detail.id) class="flex flex-wrap items-center gap-3">
                {shown_to()}
                <button class="btn" data-variant="outline" data-size="sm">{icon("undo-2", "size-4")} "Undo"</button>
                <span class="text-muted-foreground">{format!("Puts back what nobody changed since. Possible for {BULK_DAYS} days.")}</span>
            </form>
        }
    });
    view! {
        <div class="panel flex max-w-xl flex-col gap-3 p-5">
            <p class="font-medium">{done_words(detail)}</p>
            {skipped(detail)}
            {undo}
            {detail.undone_by.map(|id| view! { <p>"This was undone. " {link(id, "See what was put back")}</p> })}
            {detail.undo_of.map(|id| view! { <p>{link(id, "See what was undone")}</p> })}
        </div>
    }
    .into_markup()
}

/// How many records were left and why, and which.
fn skipped(detail: &BulkChangeDetail) -> Option<Markup> {
    let words = skipped_words(detail)?;
    let total: u64 = detail.skipped.iter().map(|(_, number)| number).sum();
    let rest = total.saturating_sub(detail.first_skipped.len() as u64);
    let rest = (rest > 0).then(|| view! { <li>{format!("and {} more", group_thousands(rest))}</li> });
    let each = detail
        .first_skipped
        .iter()
        .map(|record| {
            let name = match &record.name {
                Some(name) => {
                    view! { <a class="underline" href=format!("/{}/{}", detail.kind.slug(), record.id)>{name.clone()}</a> }.into_markup()
                }
                None => format!("A {} that was deleted", detail.kind.entity().noun()).into_markup(),
            };
            view! { <li class="break-words">{name} {format!(": {}", record.reason.words())}</li> }
        })
        .collect_view();
    Some(
        view! {
            <p>{words}</p>
            <ul class="flex list-disc flex-col gap-1 pl-4" aria-label="Left as they were">{each}{rest}</ul>
        }
        .into_markup(),
    )
}

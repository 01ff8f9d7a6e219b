//! `/audit/check`: verifies the hash chain of the log, part by part.

use crate::{
    request::{PageError, RequestContext},
    settings::{Setting, layout},
    shell,
    ui::{
        icon,
        list::{list_url, url_of},
        markup::{IntoMarkup, Markup},
        page::breadcrumb,
    },
};
use axum::response::Response;
use domain::{
    audit_log::{AuditCursor, AuditQuery},
    numbers::group_thousands,
    page::ListQuery,
};
use leptos::prelude::*;
use store::{AuditFault, audit_log::AuditCheck};

const PATH: &str = "/audit/check";

/// `GET /audit/check?after=`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    // Anything but a number starts with the first entry.
    let after = pairs.iter().find(|(name, _)| name == "after").and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let check = ctx.store().check_audit_log(&ctx.actor(), after).await?;
    let body = view! {
        {breadcrumb("Audit log", AuditQuery::PATH)}
        <div class="panel mx-auto w-full max-w-lg">
            <div class="flex gap-3 p-5" role="status">
                {sign(&check)}
                <div class="min-w-0"><h1>{title(&check)}</h1><p class="mt-1 text-muted-foreground">{result(&check)}</p></div>
            </div>
            <div class="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3">{buttons(&check)}</div>
        </div>
    };
    let body = layout(&ctx, Setting::AuditLog, body);
    shell::page(ctx, "Check the log", body).await
}

fn sign(check: &AuditCheck) -> Markup {
    if check.fault.is_some() {
        view! { <span class="grid size-9 shrink-0 place-items-center rounded-full bg-destructive/10 text-destructive">{icon("shield-alert", "size-4")}</span> }.into_markup()
    } else {
        view! { <span class="grid size-9 shrink-0 place-items-center rounded-full bg-muted text-muted-foreground">{icon("shield-check", "size-4")}</span> }.into_markup()
    }
}

fn title(check: &AuditCheck) -> String {
    match check.fault {
        Some(AuditFault::Row(seq)) => format!("Entry #{} is broken", number(seq)),
        Some(AuditFault::End) => "The end of the log is broken".to_owned(),
        None if check.goes_on() => "Intact so far".to_owned(),
        None => "The log is intact".to_owned(),
    }
}

fn result(check: &AuditCheck) -> String {
    let (first, until, last) = (number(check.after + 1), number(check.until), number(check.last));
    match check.fault {
        Some(AuditFault::Row(seq)) => {
            let before = if seq - 1 > check.after { format!(" Entries {first} to {} are intact.", number(seq - 1)) } else { String::new() };
            format!("It was changed, removed or put out of place after it was written. It is the first one.{before}")
        }
        Some(AuditFault::End) => format!("Entries after #{last} were cut off, or the record of the last entry was changed."),
        None if check.last == 0 => "It has no entries yet.".to_owned(),
        None if check.goes_on() => format!("Entries {first} to {until} of {last} were checked: each is as it was written."),
        None if check.after > 0 => format!("Entries {first} to {until}, the last one, were checked: each is as it was written."),
        None => format!(
            "{} checked: each is as it was written, and none is missing.",
            if check.last == 1 { "1 entry was".to_owned() } else { format!("{last} entries were") }
        ),
    }
}

fn buttons(check: &AuditCheck) -> Markup {
    match check.fault {
        Some(AuditFault::Row(seq)) => {
            let around = AuditQuery { cursor: AuditCursor::Before(seq.saturating_add(1)), ..AuditQuery::default() };
            view! { <a class="btn" data-variant="outline" data-size="sm" href=url_of(&around)>"Show it in the log"</a> }.into_markup()
        }
        None if check.goes_on() => {
            let next = list_url(PATH, &[("after", check.until.to_string())]);
            view! { <a class="btn" data-size="sm" href=next>"Check the next entries"</a> }.into_markup()
        }
        _ => view! { <a class="btn" data-variant="outline" data-size="sm" href=AuditQuery::PATH>"Back to the log"</a> }.into_markup(),
    }
}

fn number(seq: i64) -> String {
    group_thousands(seq.unsigned_abs())
}

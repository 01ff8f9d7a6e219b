//! `/admin/log`: the install's own log.

use super::{LOG, head, layout, zone};
use crate::{
    request::{AccountContext, PageError},
    shell,
    ui::{
        icon,
        list::list_url,
        markup::{IntoMarkup, Markup},
        page::empty_state,
        record::field_change,
        times,
        words::{field_words, sentence_case},
    },
};
use axum::response::Response;
use domain::{audit_log::AuditAction, numbers::group_thousands};
use leptos::prelude::*;
use store::{
    AuditFault, FieldChange,
    administration::{InstallLogEntry, InstallLogPage},
};

/// `GET /admin/log?before=&check=`
pub async fn page(ctx: AccountContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    // Anything but a number shows the newest entries.
    let before = value("before").and_then(|value| value.parse().ok());
    let log = ctx.store().install_log(ctx.user.user_id, before).await?;
    let checked = match value("check") {
        Some(_) => Some(check_words(ctx.store().check_install_log(ctx.user.user_id).await?)),
        None => None,
    };
    let checked = checked.map(|words| view! { <p class="panel px-5 py-3" role="status">{words}</p> });
    let check = view! {
        <a class="btn" data-variant="outline" data-size="sm" href=list_url(LOG, &[("check", "1".to_owned())])>{icon("shield-check", "size-4")} "Check the log"</a>
    };
    let about =
        "What was done to accounts, workspaces and settings of the server, by whom and from where. Nobody can edit or delete an entry.";
    let body = view! { {head("Log", about, check.into_markup())}{checked}{entries(&ctx, log, before.is_some())} };
    shell::account_page(ctx, "Log", layout(LOG, body)).await
}

fn check_words(fault: Option<AuditFault>) -> String {
    match fault {
        None => "The log is intact: each entry is as it was written, and none is missing.".to_owned(),
        Some(AuditFault::Row(seq)) => {
            format!(
                "Entry #{} is broken: it was changed, removed or put out of place after it was written.",
                group_thousands(seq.unsigned_abs())
            )
        }
        Some(AuditFault::End) => {
            "The end of the log is broken: entries were cut off, or the record of the last one was changed.".to_owned()
        }
    }
}

fn entries(ctx: &AccountContext, log: InstallLogPage, has_newer: bool) -> Markup {
    if log.entries.is_empty() {
        return empty_state(icon("scroll-text", "size-5"), "Nothing is in this log yet.", ()).into_markup();
    }
    let rows = log.entries.into_iter().map(|row| entry(ctx, row)).collect_view();
    let newest = has_newer.then(|| view! { <a class="btn" data-variant="outline" data-size="sm" href=LOG>"Newest"</a> });
    let older = log.older.map(|seq| {
        view! { <a class="btn" data-variant="outline" data-size="sm" rel="next" href=list_url(LOG, &[("before", seq.to_string())])>"Older"</a> }
    });
    let foot = (newest.is_some() || older.is_some())
        .then(|| view! { <nav class="flex items-center justify-end gap-2 border-t px-3 py-2" aria-label="Pages">{newest}{older}</nav> });
    view! { <div class="panel"><ul class="divide-y" aria-label="Entries">{rows}</ul>{foot}</div> }.into_markup()
}

fn entry(ctx: &AccountContext, entry: InstallLogEntry) -> impl IntoView + use<> {
    let who = entry.actor_name.unwrap_or_else(|| "Nobody signed in".to_owned());
    let what = AuditAction::from_slug(&entry.action).map_or_else(|| sentence_case(&entry.action), |action| action.label().to_owned());
    let noun = if entry.noun == "install" { "settings of the server".to_owned() } else { entry.noun };
    let name = entry.name.map(|name| view! { " " <span class="font-medium">{name}</span> });
    let from = entry.ip_address.map(|address| format!(" · {address}"));
    let number = format!("#{}", group_thousands(entry.seq.unsigned_abs()));
    let changes = entry
        .changes
        .into_iter()
        .map(|change| field_change(FieldChange { field: sentence_case(&field_words(&change.field)), ..change }, |label| label))
        .collect_view();
    view! {
        <li class="px-3 py-2.5 [overflow-wrap:anywhere]">
            <p><span class="font-medium">{who}</span>" · "{what}" · "{noun}{name}</p>
            {changes}
            <p class="text-xs text-muted-foreground">{times::ago(entry.at, ctx.now, zone(ctx))}{from}" · "{number}</p>
        </li>
    }
}

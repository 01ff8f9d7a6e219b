//! One entry of the log.

use super::values::{kind_label, readable};
use crate::{
    request::RequestContext,
    ui::{
        icon,
        list::url_of,
        markup::{IntoMarkup, Markup},
        record::{erase_button, erased_line, field_change},
        times,
        words::sentence_case,
    },
};
use chrono::TimeDelta;
use domain::{
    access::{Entity, Verb},
    audit_log::{AuditAction, AuditCursor, AuditFilter, AuditQuery},
    bulk_changes::BULK_DAYS,
    contacts::ERASED_NAME,
    numbers::group_thousands,
};
use leptos::{either::Either, prelude::*};
use store::{
    FieldChange,
    audit_log::{AuditEntry, AuditRecord},
};

/// Changed fields that an entry shows at once. More of them open by a click.
const SHOWN_AT_ONCE: usize = 4;

/// The entry: who, what, which record, when and from where, and the changed fields.
pub(super) fn entry(ctx: &RequestContext, entry: AuditEntry) -> impl IntoView + use<> {
    let who = entry.actor.map_or_else(|| "Nobody signed in".to_owned(), |(_, name)| name);
    let action = AuditAction::from_slug(&entry.action);
    let what = action.map_or_else(|| sentence_case(&entry.action), |action| action.label().to_owned());
    let from = entry.ip_address.map(|address| format!(" · {address}"));
    let number = format!("#{}", group_thousands(entry.seq.unsigned_abs()));
    let changes = changes(ctx, entry.record.kind, entry.changes);
    // Bulk changes are kept for some time, and the log for good.
    let is_kept = ctx.now - entry.at < TimeDelta::days(BULK_DAYS);
    let bulk = entry.bulk_change.filter(|_| is_kept).map(|id| {
        view! { " · " <a class="underline" href=format!("/bulk-changes/{id}")>"part of a bulk change"</a> }
    });
    view! {
        <li class="flex flex-wrap items-start gap-x-3 gap-y-1 px-3 py-2.5">
            <span class="grid size-8 shrink-0 place-items-center rounded-lg bg-muted text-muted-foreground">{sign(action)}</span>
            <div class="min-w-0 flex-1 basis-56 [overflow-wrap:anywhere]">
                <p><span class="font-medium">{who}</span>" · "{what}" · "{record(&entry.record)}</p>
                {changes}
                {entry.erased.map(|erased| erased_line(erased, ctx.now, ctx.zone()))}
                <p class="text-xs text-muted-foreground">{times::ago(entry.at, ctx.now, ctx.zone())}{from}" · "{number}{bulk}</p>
            </div>
            {erase_link(ctx, &entry.record)}
            {only_this(&entry.record)}
        </li>
    }
}

fn sign(action: Option<AuditAction>) -> Markup {
    match action {
        Some(AuditAction::Create | AuditAction::Register) => icon("plus", "size-4").into_markup(),
        Some(
            AuditAction::Delete
            | AuditAction::Purge
            | AuditAction::EmptyBin
            | AuditAction::RemoveDemoData
            | AuditAction::End
            | AuditAction::Suspend
            | AuditAction::Disable,
        ) => icon("trash-2", "size-4").into_markup(),
        Some(AuditAction::Repeat) => icon("repeat", "size-4").into_markup(),
        Some(AuditAction::Erase) => icon("eraser", "size-4").into_markup(),
        Some(AuditAction::Restore | AuditAction::Resume | AuditAction::Enable | AuditAction::Retry) => {
            icon("undo-2", "size-4").into_markup()
        }
        Some(AuditAction::Move | AuditAction::Reorder | AuditAction::SortContacts | AuditAction::Merge) => {
            icon("arrow-right-left", "size-4").into_markup()
        }
        Some(AuditAction::Archive) => icon("archive", "size-4").into_markup(),
        Some(AuditAction::BringBack) => icon("archive-restore", "size-4").into_markup(),
        Some(AuditAction::Export) => icon("download", "size-4").into_markup(),
        Some(AuditAction::ChangePassword | AuditAction::ResetPassword | AuditAction::MakeResetLink | AuditAction::EndSessions) => {
            icon("key-round", "size-4").into_markup()
        }
        Some(AuditAction::ChangeEmail | AuditAction::ConfirmEmail | AuditAction::SendTestMail) => icon("mail", "size-4").into_markup(),
        Some(
            AuditAction::Invite
            | AuditAction::RevokeInvitation
            | AuditAction::Join
            | AuditAction::Leave
            | AuditAction::MakeAdmin
            | AuditAction::RevokeAdmin,
        ) => icon("users", "size-4").into_markup(),
        Some(AuditAction::Snooze | AuditAction::UndoSnooze | AuditAction::Dismiss | AuditAction::UndoDismiss) => {
            icon("alarm-clock", "size-4").into_markup()
        }
        Some(AuditAction::Update | AuditAction::SetDefault | AuditAction::Load) | None => icon("pencil", "size-4").into_markup(),
    }
}

/// The kind and the name of the record, as a link if it has a page.
fn record(record: &AuditRecord) -> impl IntoView + use<> {
    let noun = record.kind.map_or_else(|| record.noun.clone(), |kind| kind_label(kind).to_lowercase());
    let name = record.name.clone().map(|name| {
        let page = list_of(record.kind).filter(|_| record.has_page).map(|list| format!("{list}/{}", record.id));
        match page {
            Some(href) => Either::Left(view! { " " <a class="font-medium hover:underline" href=href>{name}</a> }),
            None => Either::Right(view! { " " <span class="font-medium">{name}</span> }),
        }
    });
    view! { {noun}{name} }
}

/// The path of the list of a kind of record whose records have a page.
fn list_of(kind: Option<Entity>) -> Option<&'static str> {
    match kind? {
        Entity::Company => Some("/companies"),
        Entity::Contact => Some("/contacts"),
        Entity::Deal => Some("/deals"),
        Entity::Activity => Some("/activities"),
        Entity::Task => Some("/tasks"),
        _ => None,
    }
}

/// The link to erase the personal data of a contact that has no page of its own any more; `None` if it is erased, and for whoever may not.
fn erase_link(ctx: &RequestContext, record: &AuditRecord) -> Option<Markup> {
    let name = record.name.as_deref().filter(|name| *name != ERASED_NAME)?;
    let offered = record.kind == Some(Entity::Contact) && !record.has_page && ctx.may(Verb::Delete, Entity::PersonalData);
    offered.then(|| erase_button(record.id, name))
}

/// The link to the record's own entries.
fn only_this(record: &AuditRecord) -> impl IntoView + use<> {
    record.kind.map(|kind| {
        let filter = AuditFilter { kind: Some(kind), record: Some(record.id), ..AuditFilter::default() };
        let href = url_of(&AuditQuery { filter, cursor: AuditCursor::Newest });
        let label = format!("All entries of {}", record.name.as_deref().unwrap_or("this record"));
        view! { <a class="btn" data-variant="ghost" data-size="sm" href=href aria-label=label title="All entries of this record">{icon("history", "size-4")}</a> }
    })
}

/// The changed fields, one a line.
fn changes(ctx: &RequestContext, kind: Option<Entity>, mut changes: Vec<FieldChange>) -> impl IntoView + use<> {
    // A place in a column is a large number that says nothing.
    changes.retain(|change| change.is_custom || change.field != "position");
    let count = changes.len();
    let lines = changes.into_iter().map(|change| field_change(readable(ctx, kind, change), |label| label)).collect_view();
    if count <= SHOWN_AT_ONCE {
        Either::Left(lines)
    } else {
        Either::Right(
            view! { <details><summary class="w-fit cursor-pointer text-muted-foreground hover:text-foreground">{format!("{count} fields")}</summary>{lines}</details> },
        )
    }
}

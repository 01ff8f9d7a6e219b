//! The response to a form whose record was deleted or merged meanwhile. It says what happened, by whom and when, keeps the typed
//! values, and can restore the record and save the form in one step.

use super::typed_fields::TypedFields;
use crate::{
    request::{FormResult, PageError, RequestContext},
    server_functions::ActionError,
    settings::tags::pages::PATH as TAGS,
    shell,
    ui::{
        markup::IntoMarkup,
        removed_record::{removal_heading, removal_in_words, removal_markup},
    },
};
use domain::{access::Entity, bin::BinQuery, page::ListQuery};
use http::StatusCode;
use leptos::prelude::*;
use serde_json::{Map, Value, json};
use store::removed::{Removal, RemovedRecord};
use uuid::Uuid;

/// The hidden field of the "Restore and save" button.
pub const RESTORE: &str = "restore";

/// The removed record with this id; `None` if the user's workspace has none.
pub async fn find(ctx: &RequestContext, id: Uuid) -> Result<Option<RemovedRecord>, PageError> {
    Ok(ctx.store().removed_record(&ctx.actor(), id).await?)
}

/// Restores the record and updates the version in the fields, so that the form can be saved. The version is updated only if nothing
/// else has changed since: deleting and restoring add 1 each. Otherwise the form is answered as a conflict.
pub async fn restore(ctx: &RequestContext, id: Uuid, fields: &mut Map<String, Value>) -> Result<(), PageError> {
    let version = ctx.store().restore_removed(&ctx.actor(), id).await?;
    if let Some(shown) = fields.get_mut("version")
        && shown.as_str().and_then(|shown| shown.parse::<i64>().ok()).is_some_and(|shown| shown == version - 2)
    {
        *shown = json!(version.to_string());
    }
    Ok(())
}

/// The error for a script, as a sentence.
pub fn error(ctx: &RequestContext, record: &RemovedRecord) -> ActionError {
    ActionError::Removed(format!("{}. {}.", removal_heading(record), removal_in_words(record, ctx.now, ctx.zone())))
}

/// Renders the page. `saves`: whether the form makes sense once the record is restored.
pub async fn answer(ctx: RequestContext, record: RemovedRecord, typed: TypedFields, saves: bool) -> FormResult {
    let path = ctx.path().to_owned();
    let heading = removal_heading(&record);
    let removal = removal_markup(&record, ctx.now, ctx.zone());
    let shown = typed.shown();
    let (consequence, restorable) = match &record.removal {
        Removal::Binned { comes_with: Some(with), restorable: true, .. } if saves => {
            (Some(format!("Restoring it also restores {with}, which it needs.")), true)
        }
        Removal::Binned { restorable: true, .. } => (None, saves),
        Removal::Purged { .. } => (Some("It can’t be restored.".to_owned()), false),
        Removal::Binned { owner_name, .. } if saves => {
            (Some(format!("Ask {} or an admin to restore it.", owner_name.as_deref().unwrap_or("its owner"))), false)
        }
        _ => (None, false),
    };
    let instead = match &record.removal {
        Removal::Merged { into, name } => {
            Some(view! { <a class="btn" data-size="sm" href=format!("{TAGS}/{into}/edit")>{format!("Edit {name}")}</a> }.into_markup())
        }
        Removal::Binned { .. } if !saves => {
            Some(view! { <a class="btn" data-size="sm" href=BinQuery::PATH>"Open the bin"</a> }.into_markup())
        }
        _ => None,
    };
    let restore = restorable.then(|| {
        view! {
            <form method="post" action=path>
                {typed.hidden()}
                <input type="hidden" name=RESTORE value="1"/>
                <button class="btn" data-size="sm">"Restore and save"</button>
            </form>
        }
    });
    let body = view! {
        <div class="panel mx-auto w-full max-w-lg">
            <div class="p-5" role="alert">
                <h1 class="break-words">{heading.clone()}</h1>
                <p class="mt-1 break-words text-muted-foreground">{removal}". Nothing was saved."</p>
                {consequence.map(|words| view! { <p class="mt-1 break-words text-muted-foreground">{words}</p> })}
                {shown}
            </div>
            <div class="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3">
                <a class="btn" data-variant="ghost" data-size="sm" href=list_of(record.entity)>"Leave it"</a>
                {instead}
                {restore}
            </div>
        </div>
    };
    let mut answer = shell::page(ctx, &heading, body).await?;
    *answer.status_mut() = StatusCode::CONFLICT;
    Ok(answer)
}

/// The path of the list of a kind of record.
fn list_of(entity: Entity) -> &'static str {
    match entity {
        Entity::Contact => "/contacts",
        Entity::Deal => "/deals",
        Entity::Activity | Entity::Note => "/activities",
        Entity::Task => "/tasks",
        Entity::Tag => TAGS,
        Entity::Company
        | Entity::Stage
        | Entity::View
        | Entity::NextAction
        | Entity::Workspace
        | Entity::WorkspaceProfile
        | Entity::Member
        | Entity::Ownership
        | Entity::AuditLog
        | Entity::Export
        | Entity::PersonalData
        | Entity::Bin
        | Entity::Team
        | Entity::Account => "/companies",
    }
}

//! Server functions that change activities.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    activities::{ActivityForm, NoteForm, QuickLogForm},
    forms::DeleteForm,
    ids::ActivityId,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{request::RequestContext, settings::bin};
#[cfg(feature = "ssr")]
use domain::forms::parse_version;
#[cfg(feature = "ssr")]
use store::StoreError;

/// Logs an activity.
#[server(prefix = "/fn", endpoint = "activities/create", protocol = Call, client = FetchClient)]
pub async fn create_activity(
    /// The form.
    form: ActivityForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let draft = form.parse(ctx.now, |local| ctx.utc(local))?;
    let notice = format!("{} logged", draft.kind.label());
    let id = ctx.idempotent_store(&form, &form.form_key).create_activity(&ctx.actor(), draft).await?;
    Ok(ActionOutcome::to(format!("/activities/{id}")).notice(notice))
}

/// Logs an activity from any page.
#[server(prefix = "/fn", endpoint = "activities/quick-log", protocol = Call, client = FetchClient)]
pub async fn quick_log(
    /// The form.
    form: QuickLogForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let draft = form.parse(ctx.now)?;
    let notice = format!("{} logged", draft.kind.label());
    let created = ctx.idempotent_store(&form, &form.form_key).create_activity(&ctx.actor(), draft).await;
    let id = created.map_err(|error| match error {
        StoreError::Invalid(errors) => ActionError::Invalid(QuickLogForm::errors(errors)),
        other => other.into(),
    })?;
    let path = format!("/activities/{id}");
    Ok(ActionOutcome::to(path.clone()).notice(notice).open(path))
}

/// Saves an activity's fields.
#[server(prefix = "/fn", endpoint = "activities/update", protocol = Call, client = FetchClient)]
pub async fn update_activity(
    /// The id of the activity.
    id: ActivityId,
    /// The form, with the edited version.
    form: ActivityForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let draft = form.parse(ctx.now, |local| ctx.utc(local))?;
    ctx.store().update_activity(&ctx.actor(), id, parse_version(&form.version)?, draft).await?;
    Ok(ActionOutcome::to(format!("/activities/{id}")).notice("Changes saved"))
}

/// Moves the activity to the bin.
#[server(prefix = "/fn", endpoint = "activities/delete", protocol = Call, client = FetchClient)]
pub async fn delete_activity(
    /// The id of the activity.
    id: ActivityId,
    /// The version shown to the user.
    form: DeleteForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().delete_activity(&ctx.actor(), id, parse_version(&form.version)?).await?;
    Ok(ActionOutcome::to("/activities").notice("Activity deleted").undo(format!("/activities/{id}/restore")))
}

/// Restores the activity from the bin.
#[server(prefix = "/fn", endpoint = "activities/restore", protocol = Call, client = FetchClient)]
pub async fn restore_activity(
    /// The id of the activity.
    id: ActivityId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let restored = ctx.store().restore_activity(&ctx.actor(), id).await;
    bin::restored(format!("/activities/{id}"), restored.map(|()| "Activity restored".to_owned()))
}

/// Adds a note to an activity.
#[server(prefix = "/fn", endpoint = "activities/add-note", protocol = Call, client = FetchClient)]
pub async fn add_note(
    /// The activity.
    id: ActivityId,
    /// The note.
    form: NoteForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let body = form.parse()?;
    ctx.idempotent_store(&form, &form.form_key).add_note(&ctx.actor(), id, body).await?;
    Ok(ActionOutcome::to(format!("/activities/{id}")).notice("Note added"))
}

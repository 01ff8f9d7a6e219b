//! Server functions that change stages.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    ids::StageId,
    stages::{RemoveStageForm, StageForm, StageMoveForm, StageSetForm},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::pages::PATH;
#[cfg(feature = "ssr")]
use crate::{request::RequestContext, ui::pluralize};
#[cfg(feature = "ssr")]
use domain::{
    forms::{FormErrors, parse_version},
    stages::{StageSet, StageStep},
};

/// Adds a stage.
#[server(prefix = "/fn", endpoint = "stages/create", protocol = Call, client = FetchClient)]
pub async fn create_stage(
    /// The form.
    form: StageForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let draft = form.parse()?;
    let notice = format!("Stage {} was added", draft.name);
    ctx.idempotent_store(&form, &form.form_key).create_stage(&ctx.actor(), draft).await?;
    Ok(ActionOutcome::to(PATH).notice(notice))
}

/// Saves a stage's fields.
#[server(prefix = "/fn", endpoint = "stages/update", protocol = Call, client = FetchClient)]
pub async fn update_stage(
    /// The id of the stage.
    id: StageId,
    /// The form, with the edited version.
    form: StageForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().update_stage(&ctx.actor(), id, parse_version(&form.version)?, form.parse()?).await?;
    Ok(ActionOutcome::to(PATH).notice("Changes saved"))
}

/// Moves a stage in the pipeline. The address of the answer names the pressed button, which gets the focus, or the other one if the row has
/// no such button now.
#[server(prefix = "/fn", endpoint = "stages/move", protocol = Call, client = FetchClient)]
pub async fn move_stage(
    /// The id of the stage.
    id: StageId,
    /// The direction.
    form: StageMoveForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let step = form.parse()?;
    let moved = ctx.store().move_stage(&ctx.actor(), id, step).await?;
    let button = match step {
        _ if moved.place == 0 => "down",
        _ if moved.is_last => "up",
        StageStep::Up => "up",
        StageStep::Down | StageStep::To(_) => "down",
    };
    Ok(ActionOutcome::to(format!("{PATH}#{button}-{id}")).notice(format!("{} is stage {} now", moved.name, moved.place + 1)))
}

/// Removes a stage and moves its deals to another one.
#[server(prefix = "/fn", endpoint = "stages/remove", protocol = Call, client = FetchClient)]
pub async fn remove_stage(
    /// The id of the stage.
    id: StageId,
    /// Where its deals go, with the version shown to the user.
    form: RemoveStageForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let removed = ctx.store().remove_stage(&ctx.actor(), id, parse_version(&form.version)?, form.parse()?).await?;
    let moved = match (removed.deals, removed.moved_to) {
        (deals @ 1.., Some(to)) => format!(": {} moved to {to}", pluralize(deals, "deal", "deals")),
        _ => String::new(),
    };
    Ok(ActionOutcome::to(PATH).notice(format!("Stage {} was removed{moved}", removed.name)))
}

/// Replaces the stages of a workspace without deals.
#[server(prefix = "/fn", endpoint = "stages/replace", protocol = Call, client = FetchClient)]
pub async fn replace_stages(
    /// The set to begin with.
    form: StageSetForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let set = StageSet::parse(&form.stages).map_err(|message| FormErrors::of("stages", message))?;
    ctx.store().replace_stages(&ctx.actor(), set).await?;
    Ok(ActionOutcome::to(PATH).notice("The stages were replaced"))
}

//! Server functions that change tags.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    forms::DeleteForm,
    ids::TagId,
    tags::{MergeForm, TagForm},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::pages::{PATH, carriers_in_words};
#[cfg(feature = "ssr")]
use crate::request::RequestContext;
#[cfg(feature = "ssr")]
use domain::forms::parse_version;

/// Creates a tag.
#[server(prefix = "/fn", endpoint = "tags/create", protocol = Call, client = FetchClient)]
pub async fn create_tag(
    /// The form.
    form: TagForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let draft = form.parse()?;
    let notice = format!("Tag {} was created", draft.name);
    ctx.idempotent_store(&form, &form.form_key).create_tag(&ctx.actor(), draft).await?;
    Ok(ActionOutcome::to(PATH).notice(notice))
}

/// Saves a tag's fields.
#[server(prefix = "/fn", endpoint = "tags/update", protocol = Call, client = FetchClient)]
pub async fn update_tag(
    /// The id of the tag.
    id: TagId,
    /// The form, with the edited version.
    form: TagForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().update_tag(&ctx.actor(), id, parse_version(&form.version)?, form.parse()?).await?;
    Ok(ActionOutcome::to(PATH).notice("Changes saved"))
}

/// Merges a tag into another: records with this tag get the other one.
#[server(prefix = "/fn", endpoint = "tags/merge", protocol = Call, client = FetchClient)]
pub async fn merge_tags(
    /// The id of the tag that is removed.
    id: TagId,
    /// The target tag, with the version shown to the user.
    form: MergeForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let into = form.parse(id)?;
    let merged = ctx.store().merge_tags(&ctx.actor(), id, parse_version(&form.version)?, into).await?;
    // Archived records are not counted: that none is counted doesn't mean that nothing carried the tag.
    let carried = carriers_in_words(&merged.carried, 0).map_or_else(String::new, |carriers| format!(": {carriers} carried it"));
    Ok(ActionOutcome::to(PATH).notice(format!("{} was merged into {}{carried}", merged.from, merged.into)))
}

/// Deletes a tag permanently.
#[server(prefix = "/fn", endpoint = "tags/delete", protocol = Call, client = FetchClient)]
pub async fn delete_tag(
    /// The id of the tag.
    id: TagId,
    /// The version shown to the user.
    form: DeleteForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let name = ctx.store().delete_tag(&ctx.actor(), id, parse_version(&form.version)?).await?;
    Ok(ActionOutcome::to(PATH).notice(format!("Tag {name} was deleted")))
}

//! URLs of merged tags, which redirect to the tag that replaced them.

use super::pages::PATH;
use crate::request::{PageError, RequestContext};
use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::TagId;
use store::{
    StoreError,
    removed::{Removal, RemovedRecord},
    tags::TagInUse,
};

/// The tag that this tag was merged into.
async fn merged_into(ctx: &RequestContext, id: TagId) -> Result<Option<TagId>, PageError> {
    let removed = ctx.store().removed_record(&ctx.actor(), id.0).await?;
    Ok(removed.and_then(|RemovedRecord { removal, .. }| match removal {
        Removal::Merged { into, .. } => Some(into),
        _ => None,
    }))
}

/// A tag for its page below `/settings/tags`, or a redirect to the edit form of the tag that replaced it. Never a redirect to a
/// confirmation, which would be about another tag than the user chose.
pub async fn tag_or_redirect(ctx: &RequestContext, id: TagId) -> Result<Result<TagInUse, Response>, PageError> {
    match ctx.store().tag(&ctx.actor(), id).await {
        Ok(tag) => Ok(Ok(tag)),
        Err(StoreError::NotFound) => {
            let into = merged_into(ctx, id).await?.ok_or(PageError::NotFound)?;
            Ok(Err(Redirect::to(&format!("{PATH}/{into}/edit")).into_response()))
        }
        Err(error) => Err(error.into()),
    }
}

/// A filter's tags with merged ones replaced; `None` if none was merged.
pub async fn without_merged(ctx: &RequestContext, chosen: &[TagId]) -> Result<Option<Vec<TagId>>, PageError> {
    if chosen.is_empty() {
        return Ok(None);
    }
    let live = ctx.store().tags(&ctx.actor()).await?;
    let mut tags = Vec::with_capacity(chosen.len());
    for id in chosen {
        let is_live = live.iter().any(|tag| tag.id == *id);
        let id = if is_live { *id } else { merged_into(ctx, *id).await?.unwrap_or(*id) };
        if !tags.contains(&id) {
            tags.push(id);
        }
    }
    Ok((tags != chosen).then_some(tags))
}

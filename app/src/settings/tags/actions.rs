//! What the forms of the tags' settings do.

use super::pages::{PATH, carriers_in_words};
use crate::{
    requests::{DeleteForm, Id, version_of},
    visit::{FormResult, Visit},
};
use axum_extra::extract::Form;
use domain::{
    forms::FormErrors,
    ids::TagId,
    tags::{MergeForm, TagForm},
};
use store::StoreError;

/// `POST /settings/tags/new`
pub async fn create(visit: Visit, Form(form): Form<TagForm>) -> FormResult {
    let draft = match form.parse() {
        Ok(draft) => draft,
        Err(errors) => return visit.refuse(&form, errors).await,
    };
    let name = draft.name.clone();
    match visit.once(&form, &form.form_key).create_tag(&visit.actor(), draft).await {
        Ok(_) => visit.done(PATH, format!("Tag {name} was created")).await,
        Err(error) => visit.refused_by_store(&form, error).await,
    }
}

/// `POST /settings/tags/{id}/edit`
pub async fn update(visit: Visit, Id(id): Id<TagId>, Form(form): Form<TagForm>) -> FormResult {
    let version = version_of(&form.version)?;
    let draft = match form.parse() {
        Ok(draft) => draft,
        Err(errors) => return visit.refuse(&form, errors).await,
    };
    match visit.store().update_tag(&visit.actor(), id, version, draft).await {
        Ok(()) => visit.done(PATH, "Changes saved").await,
        // The form's page shows both versions, as it sees the form's version overtaken.
        Err(StoreError::Conflict) => visit.refuse(&form, FormErrors::default()).await,
        Err(error) => visit.refused_by_store(&form, error).await,
    }
}

/// `POST /settings/tags/{id}/merge`
pub async fn merge(visit: Visit, Id(id): Id<TagId>, Form(form): Form<MergeForm>) -> FormResult {
    let version = version_of(&form.version)?;
    let into = match form.parse(id) {
        Ok(into) => into,
        Err(errors) => return visit.refuse(&form, errors).await,
    };
    match visit.store().merge_tags(&visit.actor(), id, version, into).await {
        Ok(merged) => {
            let moved = carriers_in_words(&merged.carried).unwrap_or_else(|| "Nothing".to_owned());
            visit.done(PATH, format!("{} was merged into {}: {moved} carried it", merged.from, merged.into)).await
        }
        Err(StoreError::Conflict) => visit.refuse(&form, FormErrors::of("into", CHANGED)).await,
        Err(error) => visit.refused_by_store(&form, error).await,
    }
}

/// `POST /settings/tags/{id}/delete`
pub async fn delete(visit: Visit, Id(id): Id<TagId>, Form(form): Form<DeleteForm>) -> FormResult {
    let name = visit.store().delete_tag(&visit.actor(), id, form.version).await?;
    visit.done(PATH, format!("Tag {name} was deleted")).await
}

/// What somebody is told who is about to merge a tag that somebody else changed.
const CHANGED: &str = "Somebody else changed this tag meanwhile. Look at it as it is now, then send this again";

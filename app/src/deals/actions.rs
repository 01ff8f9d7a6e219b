//! The forms of `/deals`.

use super::pages::id_of;
use crate::{
    errors::PageError,
    ui::typed::Typed,
    visit::{FormResult, Visit},
};
use axum::extract::Path;
use axum_extra::extract::Form;
use domain::{
    deals::{DealForm, MoveForm},
    forms::FormErrors,
};
use serde::Deserialize;
use store::StoreError;

/// What somebody is told whose record was changed by somebody else meanwhile.
const CHANGED: &str = "Somebody else changed it meanwhile. Look at it as it is now, then send this again.";

/// `POST /deals/new`
pub async fn create(visit: Visit, Form(pairs): Form<Vec<(String, String)>>) -> FormResult {
    let (typed, looks) = Typed::<DealForm>::read(pairs)?;
    if looks {
        return visit.refuse(&typed, FormErrors::default()).await;
    }
    let draft = match typed.form.parse() {
        Ok(draft) => draft,
        Err(errors) => return visit.refuse(&typed, errors).await,
    };
    let name = draft.name.clone();
    match visit.once(&typed.form, &typed.form.form_key).create_deal(&visit.actor(), draft).await {
        Ok(id) => visit.done(&format!("/deals/{id}"), format!("{name} was created")).await,
        Err(error) => visit.refused_by_store(&typed, error).await,
    }
}

/// `POST /deals/{id}/edit`
pub async fn update(visit: Visit, Path(id): Path<String>, Form(pairs): Form<Vec<(String, String)>>) -> FormResult {
    let id = id_of(&id)?;
    let (typed, looks) = Typed::<DealForm>::read(pairs)?;
    if looks {
        return visit.refuse(&typed, FormErrors::default()).await;
    }
    let version = typed.form.version.parse().map_err(|_| PageError::BadRequest)?;
    let draft = match typed.form.parse() {
        Ok(draft) => draft,
        Err(errors) => return visit.refuse(&typed, errors).await,
    };
    match visit.store().update_deal(&visit.actor(), id, version, draft).await {
        Ok(()) => visit.done(&format!("/deals/{id}"), "Changes saved").await,
        Err(StoreError::Conflict) => visit.refuse(&typed, FormErrors::of("version", CHANGED)).await,
        Err(error) => visit.refused_by_store(&typed, error).await,
    }
}

/// `POST /deals/{id}/move`
pub async fn move_deal(visit: Visit, Path(id): Path<String>, Form(form): Form<MoveForm>) -> FormResult {
    let id = id_of(&id)?;
    let movement = match form.parse(id) {
        Ok(movement) => movement,
        Err(errors) => return visit.refuse(&form, errors).await,
    };
    match visit.store().move_deal(&visit.actor(), &movement).await {
        Ok(_) => {
            let deal = visit.store().deal(&visit.actor(), id).await?;
            visit.done("/deals", format!("“{}” moved to {}", deal.name, deal.stage.name)).await
        }
        Err(StoreError::Conflict) => visit.refuse(&form, FormErrors::of("version", CHANGED)).await,
        Err(error) => visit.refused_by_store(&form, error).await,
    }
}

/// The question before a deal is deleted, answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteForm {
    /// The version that was shown.
    version: i64,
}

/// `POST /deals/{id}/delete`
pub async fn delete(visit: Visit, Path(id): Path<String>, Form(form): Form<DeleteForm>) -> FormResult {
    visit.store().delete_deal(&visit.actor(), id_of(&id)?, form.version).await?;
    visit.done("/deals", "Deal deleted").await
}

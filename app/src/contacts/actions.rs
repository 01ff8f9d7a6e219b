//! What the forms of contacts do.

use super::pages::id_of;
use crate::{
    errors::PageError,
    ui::typed::Typed,
    visit::{FormResult, Visit},
};
use axum::extract::Path;
use axum_extra::extract::Form;
use domain::{contacts::ContactForm, forms::FormErrors};
use serde::Deserialize;
use store::StoreError;

/// `POST /contacts/new`
pub async fn create(visit: Visit, Form(pairs): Form<Vec<(String, String)>>) -> FormResult {
    let (typed, looks) = Typed::<ContactForm>::read(pairs)?;
    if looks {
        return visit.refuse(&typed, FormErrors::default()).await;
    }
    let draft = match typed.form.parse() {
        Ok(draft) => draft,
        Err(errors) => return visit.refuse(&typed, errors).await,
    };
    let name = draft.name.clone();
    match visit.once(&typed.form, &typed.form.form_key).create_contact(&visit.actor(), draft).await {
        Ok(id) => visit.done(&format!("/contacts/{id}"), format!("{name} was created")).await,
        Err(error) => visit.refused_by_store(&typed, error).await,
    }
}

/// `POST /contacts/{id}/edit`
pub async fn update(visit: Visit, Path(id): Path<String>, Form(pairs): Form<Vec<(String, String)>>) -> FormResult {
    let id = id_of(&id)?;
    let (typed, looks) = Typed::<ContactForm>::read(pairs)?;
    if looks {
        return visit.refuse(&typed, FormErrors::default()).await;
    }
    let version = typed.form.version.parse().map_err(|_| PageError::BadRequest)?;
    let draft = match typed.form.parse() {
        Ok(draft) => draft,
        Err(errors) => return visit.refuse(&typed, errors).await,
    };
    match visit.store().update_contact(&visit.actor(), id, version, draft).await {
        Ok(()) => visit.done(&format!("/contacts/{id}"), "Changes saved").await,
        // The form's page shows both versions, as it sees the form's version overtaken.
        Err(StoreError::Conflict) => visit.refuse(&typed, FormErrors::default()).await,
        Err(error) => visit.refused_by_store(&typed, error).await,
    }
}

/// The version that was shown when the question was asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteForm {
    version: i64,
}

/// `POST /contacts/{id}/delete`
pub async fn delete(visit: Visit, Path(id): Path<String>, Form(form): Form<DeleteForm>) -> FormResult {
    let id = id_of(&id)?;
    let name = visit.store().delete_contact(&visit.actor(), id, form.version).await?;
    visit.done_undoable("/contacts", format!("{name} was deleted"), format!("/contacts/{id}/restore")).await
}

/// A form with nothing in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// `POST /contacts/{id}/restore`
pub async fn restore(visit: Visit, Path(id): Path<String>, Form(NoFields {}): Form<NoFields>) -> FormResult {
    let id = id_of(&id)?;
    let name = visit.store().restore_contact(&visit.actor(), id).await?;
    visit.done(&format!("/contacts/{id}"), format!("{name} is back")).await
}

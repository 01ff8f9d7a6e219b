//! What the forms of companies do.

use crate::{
    requests::{DeleteForm, Id, NoFields, version_of},
    visit::{FormResult, Visit},
};
use axum_extra::extract::Form;
use domain::{companies::CompanyForm, forms::FormErrors, ids::CompanyId};
use store::StoreError;

/// `POST /companies/new`
pub async fn create(visit: Visit, Form(form): Form<CompanyForm>) -> FormResult {
    let draft = match form.parse() {
        Ok(draft) => draft,
        Err(errors) => return visit.refuse(&form, errors).await,
    };
    let name = draft.name.clone();
    match visit.once(&form, &form.form_key).create_company(&visit.actor(), draft).await {
        Ok(id) => visit.done(&format!("/companies/{id}"), format!("{name} was created")).await,
        Err(error) => visit.refused_by_store(&form, error).await,
    }
}

/// `POST /companies/{id}/edit`
pub async fn update(visit: Visit, Id(id): Id<CompanyId>, Form(form): Form<CompanyForm>) -> FormResult {
    let version = version_of(&form.version)?;
    let draft = match form.parse() {
        Ok(draft) => draft,
        Err(errors) => return visit.refuse(&form, errors).await,
    };
    match visit.store().update_company(&visit.actor(), id, version, draft).await {
        Ok(()) => visit.done(&format!("/companies/{id}"), "Changes saved").await,
        // The form's page shows both versions, as it sees the form's version overtaken.
        Err(StoreError::Conflict) => visit.refuse(&form, FormErrors::default()).await,
        Err(error) => visit.refused_by_store(&form, error).await,
    }
}

/// `POST /companies/{id}/delete`
pub async fn delete(visit: Visit, Id(id): Id<CompanyId>, Form(form): Form<DeleteForm>) -> FormResult {
    let name = visit.store().delete_company(&visit.actor(), id, form.version).await?;
    visit.done_undoable("/companies", format!("{name} was deleted"), format!("/companies/{id}/restore")).await
}

/// `POST /companies/{id}/restore`
pub async fn restore(visit: Visit, Id(id): Id<CompanyId>, Form(NoFields {}): Form<NoFields>) -> FormResult {
    let name = visit.store().restore_company(&visit.actor(), id).await?;
    visit.done(&format!("/companies/{id}"), format!("{name} is back")).await
}

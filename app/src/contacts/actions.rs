//! What the forms of contacts do.

use crate::{
    requests::{DeleteForm, Id, NoFields, version_of},
    ui::typed::Typed,
    visit::{FormResult, Visit},
};
use axum_extra::extract::Form;
use domain::{contacts::ContactForm, forms::FormErrors, ids::ContactId};
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
pub async fn update(visit: Visit, Id(id): Id<ContactId>, Form(pairs): Form<Vec<(String, String)>>) -> FormResult {
    let (typed, looks) = Typed::<ContactForm>::read(pairs)?;
    if looks {
        return visit.refuse(&typed, FormErrors::default()).await;
    }
    let version = version_of(&typed.form.version)?;
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

/// `POST /contacts/{id}/delete`
pub async fn delete(visit: Visit, Id(id): Id<ContactId>, Form(form): Form<DeleteForm>) -> FormResult {
    let name = visit.store().delete_contact(&visit.actor(), id, form.version).await?;
    visit.done_undoable("/contacts", format!("{name} was deleted"), format!("/contacts/{id}/restore")).await
}

/// `POST /contacts/{id}/restore`
pub async fn restore(visit: Visit, Id(id): Id<ContactId>, Form(NoFields {}): Form<NoFields>) -> FormResult {
    let name = visit.store().restore_contact(&visit.actor(), id).await?;
    visit.done(&format!("/contacts/{id}"), format!("{name} is back")).await
}

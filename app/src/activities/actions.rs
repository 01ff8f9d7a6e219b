//! The forms of `/activities`.

use crate::{
    requests::{DeleteForm, Id, NoFields, version_of},
    settings::bin,
    ui::typed::Typed,
    visit::{FormResult, Visit},
};
use axum_extra::extract::Form;
use domain::{
    activities::{ActivityForm, NoteForm},
    forms::FormErrors,
    ids::ActivityId,
};
use store::StoreError;

/// `POST /activities/new`
pub async fn create(visit: Visit, Form(pairs): Form<Vec<(String, String)>>) -> FormResult {
    let (typed, looks) = Typed::<ActivityForm>::read(pairs)?;
    if looks {
        return visit.refuse(&typed, FormErrors::default()).await;
    }
    let draft = match typed.form.parse(visit.now, |local| visit.utc(local)) {
        Ok(draft) => draft,
        Err(errors) => return visit.refuse(&typed, errors).await,
    };
    let notice = format!("{} logged", draft.kind.label());
    match visit.once(&typed.form, &typed.form.form_key).create_activity(&visit.actor(), draft).await {
        Ok(id) => visit.done(&format!("/activities/{id}"), notice).await,
        Err(error) => visit.refused_by_store(&typed, error).await,
    }
}

/// `POST /activities/{id}/edit`
pub async fn update(visit: Visit, Id(id): Id<ActivityId>, Form(pairs): Form<Vec<(String, String)>>) -> FormResult {
    let (typed, looks) = Typed::<ActivityForm>::read(pairs)?;
    if looks {
        return visit.refuse(&typed, FormErrors::default()).await;
    }
    let version = version_of(&typed.form.version)?;
    let draft = match typed.form.parse(visit.now, |local| visit.utc(local)) {
        Ok(draft) => draft,
        Err(errors) => return visit.refuse(&typed, errors).await,
    };
    match visit.store().update_activity(&visit.actor(), id, version, draft).await {
        Ok(()) => visit.done(&format!("/activities/{id}"), "Changes saved").await,
        // The form's page shows both versions, as it sees the form's version overtaken.
        Err(StoreError::Conflict) => visit.refuse(&typed, FormErrors::default()).await,
        Err(error) => visit.refused_by_store(&typed, error).await,
    }
}

/// `POST /activities/{id}/delete`
pub async fn delete(visit: Visit, Id(id): Id<ActivityId>, Form(form): Form<DeleteForm>) -> FormResult {
    visit.store().delete_activity(&visit.actor(), id, form.version).await?;
    visit.done_undoable("/activities", "Activity deleted", format!("/activities/{id}/restore")).await
}

/// `POST /activities/{id}/restore`
pub async fn restore(visit: Visit, Id(id): Id<ActivityId>, Form(NoFields {}): Form<NoFields>) -> FormResult {
    let restored = visit.store().restore_activity(&visit.actor(), id).await;
    bin::restored(visit, &format!("/activities/{id}"), restored.map(|()| "Activity restored".to_owned())).await
}

/// `POST /activities/{id}/notes`
pub async fn add_note(visit: Visit, Id(id): Id<ActivityId>, Form(form): Form<NoteForm>) -> FormResult {
    let path = format!("/activities/{id}");
    let body = match form.parse() {
        Ok(body) => body,
        Err(errors) => return visit.refuse_at(&path, &path, &form, errors).await,
    };
    match visit.once(&form, &form.form_key).add_note(&visit.actor(), id, body).await {
        Ok(_) => visit.done(&path, "Note added").await,
        Err(error) => visit.refused_by_store_at(&path, &path, &form, error).await,
    }
}

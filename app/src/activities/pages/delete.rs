//! `/activities/{id}/delete`: asks first.

use super::id_of;
use crate::{errors::PageError, times, ui::page::confirm_delete, visit::Visit};
use axum::{extract::Path, response::Response};
use domain::access::{Entity, Verb};

/// `GET /activities/{id}/delete`
pub async fn page(visit: Visit, Path(id): Path<String>) -> Result<Response, PageError> {
    let activity = visit.store().activity(&visit.actor(), id_of(&id)?).await?;
    if visit.who.lock_activities || !visit.actor().may_with(Verb::Delete, Entity::Activity, activity.owner_id) {
        return Err(PageError::Denied);
    }
    let with_it = match activity.notes.len() {
        0 => String::new(),
        1 => " Its follow-up note goes with it.".to_owned(),
        count => format!(" Its {count} follow-up notes go with it."),
    };
    let title = format!("Delete “{}”?", activity.subject);
    let consequence = format!("{} of {}.{with_it}", activity.kind.label(), times::exact(activity.date, visit.zone()));
    let path = format!("/activities/{}", activity.id);
    let body = confirm_delete(title.clone(), consequence, "Delete activity", format!("{path}/delete"), path, activity.version);
    visit.page(&title, body).await
}

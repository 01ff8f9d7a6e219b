//! `/activities/{id}/delete`: asks first.

use crate::{
    activities::actions::DeleteActivity,
    errors::PageError,
    requests::Id,
    times,
    ui::page::{DeleteQuestion, confirm_delete, to_the_bin},
    visit::Visit,
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    bin::GoesAlong,
    ids::ActivityId,
};
use leptos::server_fn::ServerFn;

/// `GET /activities/{id}/delete`
pub async fn page(visit: Visit, Id(id): Id<ActivityId>) -> Result<Response, PageError> {
    let activity = visit.store().activity(&visit.actor(), id).await?;
    if visit.who.lock_activities || !visit.actor().may_with(Verb::Delete, Entity::Activity, activity.owner_id) {
        return Err(PageError::Denied);
    }
    let with_it = match activity.notes.len() {
        0 => String::new(),
        1 => " Its follow-up note goes with it.".to_owned(),
        count => format!(" Its {count} follow-up notes go with it."),
    };
    let title = format!("Delete “{}”?", activity.subject);
    let consequence = format!("{} of {}.{with_it} {}", activity.kind.label(), times::exact(activity.date, visit.zone()), to_the_bin("it"));
    let path = format!("/activities/{}", activity.id);
    let question = DeleteQuestion {
        title: title.clone(),
        consequence,
        verb: "Delete activity",
        action: format!("{path}/delete"),
        function: DeleteActivity::PATH,
        cancel: path,
        version: activity.version,
        goes_along: GoesAlong::default(),
    };
    let body = confirm_delete(&visit, question).await?;
    visit.page(&title, body).await
}

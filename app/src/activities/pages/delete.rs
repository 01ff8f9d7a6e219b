//! `/activities/{id}/delete`: the delete confirmation.

use crate::{
    activities::actions::DeleteActivity,
    request::{Id, PageError, RequestContext},
    shell,
    ui::{
        page::{DeleteQuestion, confirm_delete, restore_hint},
        times,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    bin::GoesAlong,
    ids::ActivityId,
};
use leptos::server_fn::ServerFn;

/// `GET /activities/{id}/delete`
pub async fn page(ctx: RequestContext, Id(id): Id<ActivityId>) -> Result<Response, PageError> {
    let activity = ctx.store().activity(&ctx.actor(), id).await?;
    if ctx.signed_in.lock_activities || !ctx.actor().may_with(Verb::Delete, Entity::Activity, activity.owner_id) {
        return Err(PageError::Denied);
    }
    let with_it = match activity.notes.len() {
        0 => String::new(),
        1 => " Its follow-up note goes with it.".to_owned(),
        count => format!(" Its {count} follow-up notes go with it."),
    };
    let title = format!("Delete “{}”?", activity.subject);
    let consequence = format!("{} of {}.{with_it} {}", activity.kind.label(), times::exact(activity.date, ctx.zone()), restore_hint("it"));
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
    let body = confirm_delete(&ctx, question).await?;
    shell::page(ctx, &title, body).await
}

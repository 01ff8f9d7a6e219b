//! `/views/{id}/delete`: the confirmation.

use super::url_of_view;
use crate::{
    request::{Id, PageError, RequestContext},
    shell,
    ui::page::{DeleteQuestion, confirm_delete},
    views::actions::DeleteView,
};
use axum::response::Response;
use domain::{bin::GoesAlong, ids::ViewId};
use leptos::server_fn::ServerFn;

/// `GET /views/{id}/delete`
pub async fn delete(ctx: RequestContext, Id(id): Id<ViewId>) -> Result<Response, PageError> {
    let view = ctx.store().view(&ctx.actor(), id).await?;
    if !view.is_changed_by(&ctx.actor()) {
        return Err(PageError::Denied);
    }
    let whose = if view.is_shared { "Nobody in the workspace will have it any more. " } else { "" };
    let title = format!("Delete view {}?", view.name);
    let question = DeleteQuestion {
        title: title.clone(),
        consequence: format!("{whose}The records that it lists stay. This can’t be undone."),
        verb: "Delete view",
        action: format!("/views/{id}/delete"),
        function: DeleteView::PATH,
        cancel: url_of_view(view.list, id),
        version: view.version,
        goes_along: GoesAlong::default(),
    };
    let body = confirm_delete(&ctx, question).await?;
    shell::page(ctx, &title, body).await
}

//! `/admin/workspaces/{id}/suspend`: the question before a workspace is suspended.

use super::{Question, errors_of_button, layout, question, workspaces::size_words};
use crate::{
    request::{AccountContext, Id, PageError},
    shell,
};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{
    administration::{WorkspaceState, WorkspacesQuery},
    ids::WorkspaceId,
    page::ListQuery,
};

/// `GET /admin/workspaces/{id}/suspend`
pub async fn page(ctx: AccountContext, Id(id): Id<WorkspaceId>) -> Result<Response, PageError> {
    let workspace = ctx.store().install_workspace(ctx.user.user_id, id).await?;
    if workspace.state != WorkspaceState::Active {
        return Ok(Redirect::to(WorkspacesQuery::PATH).into_response());
    }
    let errors = errors_of_button(&ctx).await?;
    let title = format!("Suspend {}?", workspace.name);
    let consequence = format!(
        "Nobody can open or change anything in it until you resume it, and its members are told so. Open pages stop at once. Nothing is lost. It has {}.",
        size_words(&workspace)
    );
    let action = format!("{}/{id}/suspend", WorkspacesQuery::PATH);
    let asked = Question { title: title.clone(), consequence, action, verb: "Suspend workspace", cancel: WorkspacesQuery::PATH.to_owned() };
    shell::account_page(ctx, &title, layout(WorkspacesQuery::PATH, question(asked, &errors))).await
}

//! `/settings/workspace/end`: ending the workspace, confirmed by its name.

use crate::{
    request::{PageError, RequestContext, ShownForm},
    settings::{Setting, layout, workspace::PATH},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, shown_to, text_field},
        page::breadcrumb,
    },
};
use axum::response::Response;
use domain::workspaces::{END_GRACE_DAYS, EndForm};
use leptos::prelude::*;

/// `GET /settings/workspace/end`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let ShownForm { values, errors, .. } = ctx.form(EndForm::default).await?;
    let workspace = ctx.signed_in.workspace_name.clone();
    let consequence = format!(
        "Nobody can open {workspace} any more, you included. For {END_GRACE_DAYS} days you can take it back. Then it is deleted with everything in it, its log as well."
    );
    let name =
        Field::new("name", "Name of the workspace").value(values.name).required().autocomplete("off").hint(format!("Type {workspace}"));
    let body = view! {
        <div>
            {breadcrumb("Workspace", PATH)}
            <h1 class="mt-2">"End workspace"</h1>
            <p class="mt-1 break-words text-muted-foreground">{consequence}</p>
        </div>
        {error_summary(&errors, &[("name", "Name of the workspace")])}
        <form method="post" action=format!("{PATH}/end") class="panel max-w-xl" novalidate>
            {shown_to()}
            <div class="p-5">{text_field(name, &errors)}</div>
            <footer class="flex items-center justify-end gap-2 border-t px-5 py-3">
                <a class="btn" data-variant="ghost" data-size="sm" href=PATH>"Cancel"</a>
                <button class="btn" data-variant="destructive" data-size="sm">"End workspace"</button>
            </footer>
        </form>
    };
    let body = layout(&ctx, Setting::Workspace, body);
    shell::page(ctx, "End workspace", body).await
}

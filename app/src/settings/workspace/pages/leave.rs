//! `/settings/workspace/leave`: leaving the workspace.

use crate::{
    request::{PageError, RequestContext},
    settings::{
        Setting, layout,
        members::{self, records_to_field},
        workspace::PATH,
    },
    shell,
    ui::{error_summary::error_summary, form::shown_to, markup::IntoMarkup, page::breadcrumb},
};
use axum::response::Response;
use domain::{access::Role, members::RemovalForm};
use leptos::prelude::*;

/// `GET /settings/workspace/leave`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let title = format!("Leave {}", ctx.signed_in.workspace_name);
    let form = if ctx.signed_in.role == Role::Owner { owner_hint().into_markup() } else { leave_form(&ctx).await?.into_markup() };
    let body = view! {
        <div>{breadcrumb("Members", members::PATH)}<h1 class="mt-2 break-words">{title.clone()}</h1></div>
        {form}
    };
    let body = layout(&ctx, Setting::Members, body);
    shell::page(ctx, &title, body).await
}

fn owner_hint() -> impl IntoView {
    view! {
        <p class="text-muted-foreground">
            "You own this workspace, so it can’t be without you. Hand it over to another "
            <a class="underline" href=members::PATH>"member"</a>" first, or "<a class="underline" href=format!("{PATH}/end")>"end it"</a>"."
        </p>
    }
}

async fn leave_form(ctx: &RequestContext) -> Result<impl IntoView + use<>, PageError> {
    let form = ctx.form(RemovalForm::default).await?;
    let user = ctx.signed_in.user_id;
    let field = records_to_field(ctx, user, form.values.records_to, &form.errors).await?;
    Ok(view! {
        <p class="text-muted-foreground">"Your records stay here. You come back only if somebody invites you."</p>
        {error_summary(&form.errors, &[("records_to", "Owner of your records")])}
        <form method="post" action=format!("{PATH}/leave") class="panel max-w-xl" novalidate>
            {shown_to()}
            <div class="p-5">{field}</div>
            <footer class="flex items-center justify-end gap-2 border-t px-5 py-3">
                <a class="btn" data-variant="ghost" data-size="sm" href=members::PATH>"Cancel"</a>
                <button class="btn" data-variant="destructive" data-size="sm">"Leave workspace"</button>
            </footer>
        </form>
    })
}

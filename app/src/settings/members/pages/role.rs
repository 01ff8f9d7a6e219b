//! `/settings/members/{id}/edit`: the role of a member.

use crate::{
    request::{Id, PageError, RequestContext, ShownForm},
    settings::{Setting, layout, members::PATH},
    shell,
    ui::{
        error_summary::error_summary,
        form::{error_line, form_footer, shown_to},
        page::breadcrumb,
    },
};
use axum::response::Response;
use domain::{
    ids::UserId,
    members::{RoleForm, assignable_roles, may_manage},
};
use leptos::prelude::*;

/// `GET /settings/members/{id}/edit`
pub async fn page(ctx: RequestContext, Id(id): Id<UserId>) -> Result<Response, PageError> {
    let member = ctx.store().member(&ctx.actor(), id).await?;
    if id == ctx.signed_in.user_id || !may_manage(ctx.signed_in.role, member.role) {
        return Err(PageError::Denied);
    }
    let ShownForm { values, errors, .. } = ctx.form(|| RoleForm { role: member.role.slug().to_owned() }).await?;
    let title = format!("Role of {}", member.name);
    let choices = assignable_roles(ctx.signed_in.role)
        .iter()
        .map(|role| {
            let id = format!("role-{}", role.slug());
            let described = format!("{id}-hint");
            view! {
                <div class="flex gap-3">
                    <input type="radio" class="input mt-0.5" id=id.clone() name="role" value=role.slug() checked=values.role == role.slug() aria-describedby=described.clone()/>
                    <div class="min-w-0">
                        <label for=id class="font-medium">{role.label()}</label>
                        <p id=described class="text-muted-foreground">{role.description()}</p>
                    </div>
                </div>
            }
        })
        .collect_view();
    let body = view! {
        <div>{breadcrumb("Members", PATH)}<h1 class="mt-2 break-words">{title.clone()}</h1></div>
        {error_summary(&errors, &[("role", "Role")])}
        <form method="post" action=format!("{PATH}/{id}/edit") class="panel max-w-xl" novalidate>
            {shown_to()}
            <fieldset class="flex flex-col gap-4 p-5" aria-describedby="role-error">
                <legend class="sr-only">"Role"</legend>
                {choices}
                {error_line("role", &errors)}
            </fieldset>
            {form_footer(PATH.to_owned(), "Save role")}
        </form>
    };
    let body = layout(&ctx, Setting::Members, body);
    shell::page(ctx, &title, body).await
}

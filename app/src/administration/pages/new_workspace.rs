//! `/admin/workspaces/new`: making a workspace for somebody.

use super::layout;
use crate::{
    request::{AccountContext, PageError, ShownForm},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, form_footer, form_key, shown_to, text_field},
        page::breadcrumb,
    },
};
use axum::response::Response;
use domain::{
    administration::{OwnedWorkspaceForm, WorkspacesQuery},
    page::ListQuery,
};
use leptos::prelude::*;

/// `GET /admin/workspaces/new`
pub async fn page(ctx: AccountContext) -> Result<Response, PageError> {
    let ShownForm { values, errors, .. } = ctx.form(OwnedWorkspaceForm::default).await?;
    let key = form_key(ctx.form_key(&values.form_key));
    let name = Field::new("name", "Name").value(values.name).required().autocomplete("off");
    let email = Field::new("email", "Owner’s email").kind("email").value(values.email).required().autocomplete("off");
    let owner_name = Field::new("owner_name", "Owner’s name")
        .value(values.owner_name)
        .autocomplete("off")
        .hint("Only if the address has no account yet: one is made, with a link that chooses its password");
    let path = format!("{}/new", WorkspacesQuery::PATH);
    let body = view! {
        <div>
            {breadcrumb("Workspaces", WorkspacesQuery::PATH)}
            <h1 class="mt-2">"New workspace"</h1>
            <p class="mt-1 text-muted-foreground">"It belongs to its owner. You are not in it."</p>
        </div>
        {error_summary(&errors, &[("name", "Name"), ("email", "Owner’s email"), ("owner_name", "Owner’s name")])}
        <form method="post" action=path class="panel max-w-xl" novalidate>
            {shown_to()}
            {key}
            <div class="flex flex-col gap-5 p-5">{text_field(name, &errors)}{text_field(email, &errors)}{text_field(owner_name, &errors)}</div>
            {form_footer(WorkspacesQuery::PATH.to_owned(), "Create workspace")}
        </form>
    };
    shell::account_page(ctx, "New workspace", layout(WorkspacesQuery::PATH, body)).await
}

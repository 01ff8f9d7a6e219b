//! `/workspaces/new`: making a workspace.

use crate::{
    request::{AccountContext, PageError, ShownForm},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, form_footer, form_key, shown_to, text_field},
        page::breadcrumb,
        stage_set_field::stage_set_field,
    },
    workspaces::PATH,
};
use axum::response::Response;
use domain::workspaces::NewWorkspaceForm;
use leptos::prelude::*;

/// `GET /workspaces/new`
pub async fn page(ctx: AccountContext) -> Result<Response, PageError> {
    let ShownForm { values, errors, .. } = ctx.form(NewWorkspaceForm::default).await?;
    let key = form_key(ctx.form_key(&values.form_key));
    let name = Field::new("name", "Name").value(values.name).required().autocomplete("organization");
    // Sent by the browser itself: the name also stands outside the page's content.
    let body = view! {
        <div>
            {breadcrumb("Your workspaces", PATH)}
            <h1 class="mt-2">"New workspace"</h1>
            <p class="mt-1 text-muted-foreground">"It has companies, contacts, deals, settings and members of its own. You own it."</p>
        </div>
        {error_summary(&errors, &[("name", "Name"), ("stages", "Deals go through")])}
        <form method="post" action=format!("{PATH}/new") class="panel max-w-xl" novalidate>
            {shown_to()}
            {key}
            <div class="grid gap-5 p-5">{text_field(name, &errors)} {stage_set_field("Deals go through", &values.stages, &errors)}</div>
            {form_footer(PATH.to_owned(), "Create workspace")}
        </form>
    };
    shell::account_page(ctx, "New workspace", body).await
}

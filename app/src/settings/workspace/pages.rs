//! `/settings/workspace`: the workspace's switches, currency and time zone.

use super::PATH;
use crate::{
    request::{PageError, RequestContext},
    settings::{Setting, layout, workspace::actions::SetSwitches},
    shell,
    ui::{
        error_summary::error_summary,
        form::{error_line, shown_to},
        record::detail_item,
    },
};
use axum::response::Response;
use domain::{
    forms::FormErrors,
    workspaces::{Switches, SwitchesForm},
};
use leptos::{prelude::*, server_fn::ServerFn};

const LABELS: [(&str, &str); 3] =
    [("lock_activities", "Lock activities"), ("owners_only_edit", "Only owners edit"), ("version", "These settings")];

/// `GET /settings/workspace`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let workspace = ctx.store().workspace(&ctx.actor()).await?;
    let switches = Switches { lock_activities: workspace.lock_activities, owners_only_edit: workspace.owners_only_edit };
    let form = ctx.form(|| SwitchesForm::from(switches)).await?;
    let (values, errors) = (form.values, form.errors);
    let body = view! {
            <h1>"Workspace"</h1>
            {error_summary(&errors, &LABELS)}
            <section class="panel p-5">
                <dl>
                    {detail_item("Name", workspace.name)}
                    {detail_item("Currency", workspace.currency)}
                    {detail_item("Time zone", workspace.time_zone)}
                </dl>
            </section>
            <form method="post" data-function=SetSwitches::PATH action=PATH class="panel">
                {shown_to()}
                <input type="hidden" id="version" name="version" value=workspace.version.to_string()/>
                <div class="flex flex-col gap-5 p-5">
                    {switch("lock_activities", "Lock activities once logged", "Nobody can change or delete a logged activity. Follow-up notes can still be added.", !values.lock_activities.is_empty(), &errors)}
                    {switch("owners_only_edit", "Only owners edit their records", "Members change and delete only what they own. Admins and owners of the workspace are not bound by it.", !values.owners_only_edit.is_empty(), &errors)}
                </div>
                <footer class="flex justify-end border-t px-5 py-3"><button class="btn" data-size="sm">"Save settings"</button></footer>
            </form>
    };
    let body = layout(&ctx, Setting::Workspace, body);
    shell::page(ctx, "Workspace settings", body).await
}

fn switch(name: &'static str, label: &'static str, hint: &'static str, on: bool, errors: &FormErrors) -> impl IntoView + use<> {
    let described = format!("{name}-hint {name}-error");
    view! {
        <div class="flex gap-3">
            <input type="checkbox" class="input mt-0.5" id=name name=name value="on" checked=on aria-describedby=described/>
            <div class="min-w-0">
                <label for=name class="font-medium">{label}</label>
                <p id=format!("{name}-hint") class="text-muted-foreground">{hint}</p>
                {error_line(name, errors)}
            </div>
        </div>
    }
}

//! `/settings/workspace`: the workspace's switches, currency and time zone.

use crate::{
    demo_data,
    first_steps::{self, actions::SetFirstSteps},
    request::{PageError, RequestContext},
    settings::{
        Setting, layout,
        workspace::{PATH, actions::SetSwitches},
    },
    shell,
    ui::{
        error_summary::error_summary,
        form::{check_box_field, save_footer, shown_to},
        icon,
        record::detail_item,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
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
    let edit = ctx.may(Verb::Update, Entity::WorkspaceProfile).then(|| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("{PATH}/edit")>{icon("pencil", "size-4")} "Edit"</a> }
    });
    let end = ctx.may(Verb::Delete, Entity::Ownership).then(|| {
        view! {
            <section class="panel flex flex-wrap items-center gap-3 p-5">
                <p class="min-w-0 flex-1 basis-60 text-muted-foreground">"Ending the workspace takes it away from all members. It is deleted 30 days later."</p>
                <a class="btn" data-variant="destructive" data-size="sm" href=format!("{PATH}/end")>"End workspace"</a>
            </section>
        }
    });
    let body = view! {
            <div class="flex items-center gap-2"><h1>"Workspace"</h1><div class="flex-1"></div>{edit}</div>
            {error_summary(&errors, &LABELS)}
            <section class="panel p-5">
                <dl>
                    {detail_item("Name", workspace.name)}
                    {detail_item("Currency", workspace.currency)}
                    {detail_item("Time zone", workspace.time_zone)}
                    {detail_item("Order of contacts", workspace.name_order.label())}
                </dl>
            </section>
            <form method="post" data-function=SetSwitches::PATH action=PATH class="panel">
                {shown_to()}
                <input type="hidden" id="version" name="version" value=workspace.version.to_string()/>
                <div class="flex flex-col gap-5 p-5">
                    {check_box_field("lock_activities", "Lock activities once logged", "Nobody can change or delete a logged activity. Follow-up notes can still be added.", !values.lock_activities.is_empty(), &errors)}
                    {check_box_field("owners_only_edit", "Only owners edit their records", "Members change and delete only what they own. Admins and owners of the workspace are not bound by it.", !values.owners_only_edit.is_empty(), &errors)}
                </div>
                {save_footer("Save settings")}
            </form>
            {demo_panel(ctx.signed_in.has_demo_data)}
            {first_steps_panel(ctx.signed_in.shows_first_steps)}
            {end}
    };
    let body = layout(&ctx, Setting::Workspace, body);
    shell::page(ctx, "Workspace settings", body).await
}

fn demo_panel(has_demo_data: bool) -> impl IntoView {
    let what = if has_demo_data {
        "This workspace has demo data, each record marked “Demo”."
    } else {
        "Records to look around with, which you can remove again."
    };
    view! {
        <section class="panel flex flex-wrap items-center gap-3 p-5">
            <p class="min-w-0 flex-1 basis-60 text-muted-foreground">{what}</p>
            <a class="btn" data-variant="outline" data-size="sm" href=demo_data::PATH>"Demo data"</a>
        </section>
    }
}

/// Dismisses the first steps, or brings them back.
fn first_steps_panel(are_shown: bool) -> impl IntoView {
    let (what, verb, shown) = if are_shown {
        ("The first steps of a new workspace are shown to whoever may do them.", "Dismiss first steps", "no")
    } else {
        ("The first steps of a new workspace were dismissed.", "Show first steps", "yes")
    };
    view! {
        <form method="post" action=first_steps::PATH data-function=SetFirstSteps::PATH class="panel flex flex-wrap items-center gap-3 p-5">
            {shown_to()}
            <input type="hidden" name="shown" value=shown/>
            <p class="min-w-0 flex-1 basis-60 text-muted-foreground">{what}</p>
            <button class="btn" data-variant="outline" data-size="sm">{verb}</button>
        </form>
    }
}

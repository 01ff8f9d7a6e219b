//! `/settings/workspace/edit`: name, currency and time zone.

use crate::{
    request::{PageError, RequestContext, ShownForm},
    settings::{Setting, layout, time_zone_field::time_zone_choices, workspace::PATH},
    shell,
    ui::{
        conflict::conflict_panel,
        error_summary::error_summary,
        form::{Choice, Field, form_footer, select_field, shown_to, text_field},
        page::breadcrumb,
    },
};
use axum::response::Response;
use domain::{collation::NameOrder, money::Currency, workspaces::WorkspaceForm};
use leptos::prelude::*;
use store::Workspace;

const LABELS: [(&str, &str); 4] =
    [("name", "Name"), ("currency", "Currency"), ("time_zone", "Time zone"), ("name_order", "Order of contacts")];

/// `GET /settings/workspace/edit`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let workspace = ctx.store().workspace(&ctx.actor()).await?;
    let is_currency_fixed = ctx.store().has_deal_values(&ctx.actor()).await?;
    let saved = form_of(&workspace);
    let ShownForm { mut values, errors, .. } = ctx.form(|| saved.clone()).await?;
    let action = format!("{PATH}/edit");
    let conflict = conflict_panel(&values, &saved, &LABELS, action.clone(), |_, value| value.to_owned());
    // The page shows the other user's version, so saving from here may replace it.
    values.version = saved.version;
    // The conflict panel replaces the error summary.
    let summary = conflict.is_none().then(|| error_summary(&errors, &LABELS));
    let name = Field::new("name", "Name").value(values.name).required().autocomplete("organization");
    let zone = Field::new("time_zone", "Time zone").hint("Times are shown in it, and days begin by it.").value(values.time_zone.clone());
    let zones = time_zone_choices(&values.time_zone, ctx.now);
    let currency = currency_field(if is_currency_fixed { &workspace.currency } else { &values.currency }, is_currency_fixed);
    let currencies = if is_currency_fixed { vec![choice(&workspace.currency)] } else { currencies() };
    let order = Field::new("name_order", "Order of contacts").value(values.name_order).hint("How lists sort people by name.");
    let orders = NameOrder::ALL.iter().map(|order| (order.slug().to_owned(), order.label().to_owned())).collect();
    // Sent by the browser itself: the name also stands outside the page's content.
    let body = view! {
        <div>{breadcrumb("Workspace", PATH)}<h1 class="mt-2">"Edit workspace"</h1></div>
        {conflict}
        {summary}
        <form method="post" action=action class="panel max-w-xl" novalidate>
            {shown_to()}
            <input type="hidden" name="version" value=values.version/>
            <div class="flex flex-col gap-5 p-5">
                {text_field(name, &errors)}
                {select_field(zone, zones, &errors)}
                {select_field(currency, currencies, &errors)}
                {select_field(order, orders, &errors)}
            </div>
            {form_footer(PATH.to_owned(), "Save changes")}
        </form>
    };
    let body = layout(&ctx, Setting::Workspace, body);
    shell::page(ctx, "Edit workspace", body).await
}

fn form_of(workspace: &Workspace) -> WorkspaceForm {
    WorkspaceForm {
        name: workspace.name.clone(),
        currency: workspace.currency.clone(),
        time_zone: workspace.time_zone.clone(),
        name_order: workspace.name_order.slug().to_owned(),
        version: workspace.version.to_string(),
    }
}

fn currency_field(value: &str, is_fixed: bool) -> Field {
    let field = Field::new("currency", "Currency").value(value);
    if is_fixed {
        field.hint("It can’t be changed: deals have values in it, perhaps some in the bin, and amounts are not converted.")
    } else {
        field.hint("It can be changed until the first deal has a value.")
    }
}

fn currencies() -> Vec<Choice> {
    Currency::ALL.iter().map(|currency| choice(currency.code())).collect()
}

/// `VND, Vietnamese đồng`.
fn choice(code: &str) -> Choice {
    let label = Currency::from_code(code).map_or_else(|| code.to_owned(), |currency| format!("{code}, {}", currency.label()));
    (code.to_owned(), label)
}

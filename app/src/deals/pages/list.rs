//! `/deals?view=list`: the deals as a table, with totals and bulk changes.

use super::{
    board::{EMPTY, new_deal},
    dots, filters,
};
use crate::{
    bulk_changes::{BulkChoices, ListSelection},
    demo_data::{demo_ids, with_demo_chip},
    request::{PageError, RequestContext},
    shell,
    ui::{
        dotted,
        list::{list_empty_state, list_head, list_results, pagination, sort_header, url_with},
        markup::{IntoMarkup, Markup},
        tag,
        times::{self, Urgency, urgency, urgency_class},
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    bulk_changes::RecordKind,
    deals::{DealColumn, DealQuery},
    numbers::group_thousands,
    stages::StageKind,
};
use leptos::prelude::*;
use std::collections::HashMap;
use store::{
    Total,
    deals::{DealFilters, DealList, DealRow, DealTotals},
    demo::DemoIds,
};

/// Renders the list. `pairs`: those of the URL's query.
pub(super) async fn list(ctx: RequestContext, query: DealQuery, pairs: &[(String, String)]) -> Result<Response, PageError> {
    let actor = ctx.actor();
    let store = ctx.store();
    let read = async {
        Ok(tokio::try_join!(store.deals(&actor, &query), store.deal_filters(&actor, &query.filter), store.deal_filter_values(&actor))?)
    };
    let ((list, menus, values), demo) = tokio::try_join!(read, demo_ids(&ctx))?;
    let selection = ListSelection::read(&ctx, RecordKind::Deals, pairs).await?;
    let creates = ctx.may(Verb::Create, Entity::Deal);
    let head = list_head("Deals", group_thousands(list.all.count), filters::toggle(&query), creates.then(new_deal));
    let rows = if list.rows.is_empty() {
        list_empty_state(&query, Total { count: list.all.count, capped: false }, &EMPTY, creates.then(new_deal))
    } else {
        table(&ctx, &query, list, &menus, &demo, selection)
    };
    let page = view! {
        {head}
        {filters::filter_bar(&query, &menus, &values)}
        {list_results(rows)}
    };
    shell::page(ctx, "Deals", page).await
}

fn table(
    ctx: &RequestContext,
    query: &DealQuery,
    list: DealList,
    menus: &DealFilters,
    demo: &DemoIds,
    selection: Option<ListSelection>,
) -> Markup {
    let url = |sort| url_with(query, |query| query.sort = sort);
    let dots: HashMap<String, &str> = menus.stages.iter().map(|stage| stage.slug.clone()).zip(dots(&menus.stages)).collect();
    let (shown, total) = (list.rows.len(), Total { count: list.all.count, capped: false });
    let foot = pagination(query, shown, total);
    let rows = list
        .rows
        .into_iter()
        .map(|row| {
            let choose = selection.as_ref().map(|selection| selection.cell(row.id, row.version, &row.name));
            table_row(ctx, row, &dots, demo, choose)
        })
        .collect_view();
    let panel = view! {
        <div class="panel overflow-hidden">
            <table class="list deals">
                <thead class="bg-muted/50 max-md:sr-only">
                    <tr>
                        {selection.as_ref().map(|selection| selection.head(query))}
                        {sort_header("Name", DealColumn::Name, query.sort, "", url)}
                        {sort_header("Company", DealColumn::Company, query.sort, "max-lg:hidden", url)}
                        {sort_header("Contact", DealColumn::Contact, query.sort, "max-2xl:hidden", url)}
                        {sort_header("Stage", DealColumn::Stage, query.sort, "", url)}
                        {sort_header("Value", DealColumn::Value, query.sort, "num", url)}
                        {sort_header("Probability", DealColumn::Probability, query.sort, "num max-xl:hidden", url)}
                        {sort_header("Weighted", DealColumn::Weighted, query.sort, "num max-lg:hidden", url)}
                        {sort_header("Expected close", DealColumn::ExpectedClose, query.sort, "", url)}
                        {sort_header("Owner", DealColumn::Owner, query.sort, "max-xl:hidden", url)}
                        {sort_header("Changed", DealColumn::UpdatedAt, query.sort, "max-2xl:hidden", url)}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {totals(ctx, list.page, list.all)}
            {foot}
        </div>
    };
    match selection {
        Some(selection) => {
            let choices = BulkChoices { stages: &menus.stages, owners: &menus.owners, tags: &menus.tags, ..BulkChoices::default() };
            selection.form(query, choices, (shown, total), panel.into_markup())
        }
        None => panel.into_markup(),
    }
}

fn table_row(ctx: &RequestContext, row: DealRow, dots: &HashMap<String, &str>, demo: &DemoIds, choose: Option<Markup>) -> Markup {
    let href = format!("/deals/{}", row.id);
    let today = ctx.today();
    let closes = row.expected_close_date.map(|day| {
        let near = if row.stage_kind == StageKind::Open { urgency(day, today) } else { Urgency::Calm };
        let late = times::days_late(day, today).filter(|_| near == Urgency::Late).map(|late| format!(" · {late}"));
        view! { <span class=urgency_class(near)>{times::short_date(day, today)}{late}</span> }
    });
    let dot = dots.get(&row.stage).copied().unwrap_or("bg-stage-1");
    view! {
        <tr>
            {choose}
            <td class="name">
                {with_demo_chip(view! { <a href=href class="block truncate font-medium hover:underline" title=row.name.clone()>{row.name.clone()}</a> }, demo, row.id.0)}
                {(!row.tags.is_empty()).then(|| view! { <span class="mt-0.5 flex gap-1 overflow-hidden">{row.tags.iter().take(3).map(|badge| tag(&badge.name, &badge.color)).collect_view()}</span> })}
            </td>
            <td class="company md:max-lg:hidden"><a href=format!("/companies/{}", row.company_id) class="block truncate hover:underline" title=row.company_name.clone()>{row.company_name.clone()}</a></td>
            <td class="soft max-2xl:hidden">{row.contact_name}</td>
            <td class="stage whitespace-nowrap">{dotted(dot, &row.stage_name)}</td>
            <td class="value num">{ctx.money_if_known(row.value)}</td>
            <td class="num max-xl:hidden">{format!("{} %", row.probability)}</td>
            <td class="num text-muted-foreground max-lg:hidden">{row.weighted.map(|weighted| ctx.money(weighted))}</td>
            <td class="closes whitespace-nowrap">{closes}</td>
            <td class="max-w-32 truncate max-xl:hidden">{row.owner_name}</td>
            <td class="whitespace-nowrap text-muted-foreground max-2xl:hidden">{times::ago(row.updated_at, ctx.now, ctx.zone())}</td>
        </tr>
    }
    .into_markup()
}

/// The totals of the page and of all matching deals.
fn totals(ctx: &RequestContext, page: DealTotals, all: DealTotals) -> Markup {
    let line = |id: &'static str, label: &'static str, totals: DealTotals| {
        let deals = if totals.count == 1 { "1 deal".to_owned() } else { format!("{} deals", group_thousands(totals.count)) };
        view! {
            <div id=id>
                <dt>{label} " · " {deals}</dt>
                <dd><strong>{ctx.money(totals.value)}</strong> " · weighted " {ctx.money(totals.weighted)}</dd>
            </div>
        }
    };
    view! { <dl class="deal-totals">{line("page-total", "This page", page)} {line("all-total", "All that match", all)}</dl> }.into_markup()
}

//! `/deals?view=list`: the deals as a table, with totals and bulk changes.

use super::{
    board::{EMPTY, new_deal},
    filters,
};
use crate::{
    bulk_changes::{BulkChoices, ListSelection, with_bulk_form},
    demo_data::{demo_ids, with_demo_chip},
    exports::export_link,
    request::{PageError, RequestContext},
    shell,
    ui::{
        dotted,
        list::{CHOOSING, TableColumns, columns_menu, list_empty_state, list_head, list_results, row_menu, table_foot},
        markup::{IntoMarkup, Markup},
        more_tags, stage_dot_class, tag,
        times::{self, Urgency, urgency, urgency_class},
    },
    views::{Opened, view_tabs},
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    deals::{DealColumn, DealQuery},
    exports::ListAddress,
    numbers::group_thousands,
    record_kinds::RecordKind,
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
pub(super) async fn list(ctx: RequestContext, query: DealQuery, pairs: &[(String, String)], opened: Opened) -> Result<Response, PageError> {
    let actor = ctx.actor();
    let store = ctx.store();
    let read = async {
        Ok(tokio::try_join!(
            store.deals(&actor, &query),
            store.deal_filters(&actor, &query.filter),
            store.deal_filter_values(&actor),
            store.custom_field_names(&actor, Entity::Deal)
        )?)
    };
    let ((list, menus, values, fields), demo) = tokio::try_join!(read, demo_ids(&ctx))?;
    let choosing = pairs.iter().any(|(name, value)| (name.as_str(), value.as_str()) == CHOOSING);
    let selection = ListSelection::read(&ctx, RecordKind::Deals, pairs).await?;
    let creates = ctx.may(Verb::Create, Entity::Deal);
    let export = export_link(&ctx, ListAddress::Deals(query.clone()));
    let action = view! { {export}{creates.then(new_deal)} };
    let head = list_head("Deals", group_thousands(list.all.count), filters::toggle(&query), action);
    let rows = if list.rows.is_empty() {
        list_empty_state(&query, Total { count: list.all.count, capped: false }, &EMPTY, creates.then(new_deal))
    } else {
        table(&ctx, &query, list, &menus, &demo, selection)
    };
    let page = view! {
        {head}
        {view_tabs(&ctx, &opened)}
        {filters::gone_parts(&query, &menus)}
        <div class="list-tools">{filters::filter_bar(&query, &menus, &values, &fields)}{columns_menu(&query, choosing)}</div>
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
    let columns = TableColumns::of(&query.layout.columns, look, look_if_narrow);
    let head = columns.head(query, selection.as_ref().map(|selection| selection.head(query)));
    let dots: HashMap<String, &str> = menus.stages.iter().map(|stage| (stage.slug.clone(), stage_dot_class(stage.color))).collect();
    let (shown, total) = (list.rows.len(), Total { count: list.all.count, capped: false });
    let foot = table_foot(query, shown, total);
    let rows = list
        .rows
        .iter()
        .map(|row| {
            let choose = selection.as_ref().map(|selection| selection.cell(row.id, row.version, &row.name));
            table_row(ctx, row, &columns, &dots, demo, choose)
        })
        .collect_view();
    let panel = view! {
        <div class="panel relative overflow-x-auto">
            <table class="list deals" data-wide=columns.wide()>
                <thead>{head}</thead>
                <tbody>{rows}</tbody>
            </table>
            {totals(ctx, list.page, list.all)}
            {foot}
        </div>
    };
    let choices = BulkChoices { stages: &menus.stages, owners: &menus.owners, tags: &menus.tags, ..BulkChoices::default() };
    with_bulk_form(selection, query, choices, (shown, total), panel.into_markup())
}

/// The classes of a column's cells. By those of their own name a phone places them below the deal's name.
fn look(column: DealColumn) -> &'static str {
    match column {
        DealColumn::Name => "",
        DealColumn::Tags => "tags",
        DealColumn::Company => "company soft",
        DealColumn::Stage => "stage whitespace-nowrap",
        DealColumn::Value => "value num",
        DealColumn::ExpectedClose => "closes whitespace-nowrap",
        DealColumn::Probability => "num",
        DealColumn::Weighted => "num text-muted-foreground",
        _ => "soft",
    }
}

/// As [`look`], hidden where the screen is too narrow for all of the usual columns.
fn look_if_narrow(column: DealColumn) -> &'static str {
    match column {
        DealColumn::Company => "company soft md:max-lg:hidden",
        DealColumn::Contact | DealColumn::UpdatedAt => "soft max-2xl:hidden",
        DealColumn::Probability => "num max-xl:hidden",
        DealColumn::Weighted => "num text-muted-foreground max-lg:hidden",
        DealColumn::Owner => "soft max-xl:hidden",
        other => look(other),
    }
}

fn table_row(
    ctx: &RequestContext,
    row: &DealRow,
    columns: &TableColumns<DealColumn>,
    dots: &HashMap<String, &str>,
    demo: &DemoIds,
    choose: Option<Markup>,
) -> Markup {
    let href = format!("/deals/{}", row.id);
    view! {
        <tr>
            {choose}
            <td class="name">{with_demo_chip(view! { <a href=href.clone() title=row.name.clone()>{row.name.clone()}</a> }, demo, row.id.0)}</td>
            {columns.cells(|column| cell(ctx, row, column, dots))}
            {row_menu(&href, &row.name)}
        </tr>
    }
    .into_markup()
}

fn cell(ctx: &RequestContext, row: &DealRow, column: DealColumn, dots: &HashMap<String, &str>) -> Markup {
    let ago = |at| times::ago(at, ctx.now, ctx.zone()).into_markup();
    match column {
        DealColumn::Name => row.name.clone().into_markup(),
        DealColumn::Company => {
            view! { <a href=format!("/companies/{}", row.company_id) title=row.company_name.clone()>{row.company_name.clone()}</a> }
                .into_markup()
        }
        DealColumn::Contact => row.contact_name.clone().into_markup(),
        DealColumn::Stage => dotted(dots.get(&row.stage).copied().unwrap_or_default(), &row.stage_name).into_markup(),
        DealColumn::Value => ctx.money_if_known(row.value).into_markup(),
        DealColumn::Probability => format!("{} %", row.probability).into_markup(),
        DealColumn::Weighted => row.weighted.map(|weighted| ctx.money(weighted)).into_markup(),
        DealColumn::ExpectedClose => closes(ctx, row),
        DealColumn::Tags => {
            view! { {row.tags.iter().take(2).map(|badge| tag(&badge.name, &badge.color)).collect_view()}{more_tags(row.tags.len(), 2)} }
                .into_markup()
        }
        DealColumn::Source => row.source.clone().into_markup(),
        DealColumn::LostReason => row.lost_reason.clone().into_markup(),
        DealColumn::ClosedAt => row.closed_at.map_or_else(|| ().into_markup(), ago),
        DealColumn::Owner => row.owner_name.clone().into_markup(),
        DealColumn::CreatedAt => ago(row.created_at),
        DealColumn::UpdatedAt => ago(row.updated_at),
    }
}

/// The expected closing day, coloured and said to be late.
fn closes(ctx: &RequestContext, row: &DealRow) -> Markup {
    let today = ctx.today();
    let day = row.expected_close_date.map(|day| {
        let near = if row.stage_kind == StageKind::Open { urgency(day, today) } else { Urgency::Calm };
        let late = times::days_late(day, today).filter(|_| near == Urgency::Late).map(|late| format!(" · {late}"));
        view! { <span class=urgency_class(near)>{times::short_date(day, today)}{late}</span> }
    });
    day.into_markup()
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

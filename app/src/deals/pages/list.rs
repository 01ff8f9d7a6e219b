//! `/deals?view=list`: the deals as a table, with totals and bulk changes.

use super::{
    board::{EMPTY, new_deal},
    bulk::bulk_bar,
    dots, filters,
};
use crate::{
    deals::actions::ChangeDeals,
    demo_data::{demo_ids, with_demo_chip},
    exports::export_link,
    request::{PageError, RequestContext, ShownForm},
    shell,
    ui::{
        dotted,
        error_summary::error_summary,
        form::shown_to,
        icon,
        list::{TableColumns, columns_menu, list_empty_state, list_head, list_results, list_url, row_menu, state_of, table_foot},
        markup::{IntoMarkup, Markup},
        more_tags, tag,
        times::{self, Urgency, urgency, urgency_class},
    },
    views::{Opened, view_tabs},
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    deals::{BulkForm, DealColumn, DealQuery},
    exports::ListAddress,
    numbers::group_thousands,
    page::ListQuery,
    stages::StageKind,
};
use leptos::{prelude::*, server_fn::ServerFn};
use std::collections::{HashMap, HashSet};
use store::{
    Total,
    deals::{DealFilters, DealList, DealRow, DealTotals},
    demo::DemoIds,
};

/// What an address asks of the list's page, besides its rows.
pub(super) struct Asked {
    /// Whether every deal of the page is selected.
    pub all: bool,
    /// Whether the menu of columns stands open.
    pub choosing: bool,
}

/// Renders the list.
pub(super) async fn list(ctx: RequestContext, query: DealQuery, asked: Asked, opened: Opened) -> Result<Response, PageError> {
    let actor = ctx.actor();
    let store = ctx.store();
    let read = async {
        Ok(tokio::try_join!(store.deals(&actor, &query), store.deal_filters(&actor, &query.filter), store.deal_filter_values(&actor))?)
    };
    let ((list, menus, values), demo) = tokio::try_join!(read, demo_ids(&ctx))?;
    let form = ctx.form(BulkForm::default).await?;
    let creates = ctx.may(Verb::Create, Entity::Deal);
    let export = export_link(&ctx, ListAddress::Deals(query.clone()));
    let action = view! { {export}{creates.then(new_deal)} };
    let head = list_head("Deals", group_thousands(list.all.count), filters::toggle(&query), action);
    let rows = if list.rows.is_empty() {
        list_empty_state(&query, Total { count: list.all.count, capped: false }, &EMPTY, creates.then(new_deal))
    } else {
        table(&ctx, &query, list, &menus, &demo, form, asked.all).into_markup()
    };
    let page = view! {
        {head}
        {view_tabs(&ctx, &opened)}
        <div class="list-tools">{filters::filter_bar(&query, &menus, &values)}{columns_menu(&query, asked.choosing)}</div>
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
    form: ShownForm<BulkForm>,
    all: bool,
) -> Markup {
    let chooses = ctx.may(Verb::Update, Entity::Deal);
    let ShownForm { values, errors, .. } = form;
    let chosen: HashSet<String> = values.deal.into_iter().filter_map(|deal| Some(deal.split_once('.')?.0.to_owned())).collect();
    let columns = TableColumns::of(&query.layout.columns, look, look_if_narrow);
    let head = columns.head(query, chooses.then(|| choose_all(query, all)));
    let dots: HashMap<String, &str> = menus.stages.iter().map(|stage| stage.slug.clone()).zip(dots(&menus.stages)).collect();
    let foot = table_foot(query, list.rows.len(), Total { count: list.all.count, capped: false });
    let rows = list
        .rows
        .iter()
        .map(|row| {
            let is_chosen = all || chosen.contains(&row.id.to_string());
            table_row(ctx, row, &columns, &dots, demo, chooses.then_some(is_chosen))
        })
        .collect_view();
    let state = state_of(query);
    let panel = view! {
        <div class="panel overflow-x-auto">
            <table class="list deals" data-wide=columns.wide()>
                <thead>{head}</thead>
                <tbody>{rows}</tbody>
            </table>
            {totals(ctx, list.page, list.all)}
            {foot}
        </div>
    };
    if !chooses {
        return panel.into_markup();
    }
    let bar = bulk_bar(menus, ctx.may(Verb::Delete, Entity::Deal), values.lost_reason);
    view! {
        {error_summary(&errors, &[("deal", "Chosen deals"), ("action", "Change"), ("stage", "Stage"), ("lost_reason", "Reason they were lost"), ("owner_id", "Owner"), ("tag", "Tag")])}
        <form method="post" data-function=ChangeDeals::PATH action="/deals/bulk" class="contents">
            {shown_to()}
            <input type="hidden" name="list" value=state/>
            {panel}
            {bar}
        </form>
    }
    .into_markup()
}

/// The link that selects every deal of the page, or none. Works without a script: it loads the same page with the boxes checked or
/// not.
fn choose_all(query: &DealQuery, all: bool) -> Markup {
    let mut pairs = query.query_pairs();
    if !all {
        pairs.push(("select", "all".to_owned()));
    }
    let (drawing, words) =
        if all { (icon("square-check", "size-4"), "Choose none") } else { (icon("square", "size-4"), "Choose all of this page") };
    view! { <th scope="col" class="w-10"><a class="align-middle" href=list_url(DealQuery::PATH, &pairs) aria-label=words title=words>{drawing}</a></th> }
        .into_markup()
}

/// The classes of a column's cells. By those of their own name a phone places them below the deal's name.
fn look(column: DealColumn) -> &'static str {
    match column {
        DealColumn::Name | DealColumn::Tags => "",
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
    chosen: Option<bool>,
) -> Markup {
    let href = format!("/deals/{}", row.id);
    let choose = chosen.map(|chosen| {
        let value = format!("{}.{}", row.id, row.version);
        view! { <td class="choose"><input type="checkbox" class="input" name="deal" value=value checked=chosen aria-label=format!("Choose {}", row.name)/></td> }
    });
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
        DealColumn::Stage => dotted(dots.get(&row.stage).copied().unwrap_or("bg-stage-1"), &row.stage_name).into_markup(),
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

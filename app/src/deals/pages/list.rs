//! `/deals?view=list`: the deals as a table, with totals and bulk changes.

use super::{
    board::{EMPTY, new_deal},
    bulk::bulk_bar,
    dots, filters,
};
use crate::{
    deals::actions::ChangeDeals,
    demo_data::{demo_ids, with_demo_chip},
    request::{PageError, RequestContext, ShownForm},
    shell,
    ui::{
        dotted,
        error_summary::error_summary,
        form::shown_to,
        icon,
        list::{encode_pairs, list_empty_state, list_head, list_results, list_url, pagination, sort_header, url_with},
        markup::{IntoMarkup, Markup},
        tag,
        times::{self, Urgency, urgency, urgency_class},
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    deals::{BulkForm, DealColumn, DealQuery},
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

/// Renders the list. `all`: whether every deal of the page is selected.
pub(super) async fn list(ctx: RequestContext, query: DealQuery, all: bool) -> Result<Response, PageError> {
    let actor = ctx.actor();
    let store = ctx.store();
    let read = async {
        Ok(tokio::try_join!(store.deals(&actor, &query), store.deal_filters(&actor, &query.filter), store.deal_filter_values(&actor))?)
    };
    let ((list, menus, values), demo) = tokio::try_join!(read, demo_ids(&ctx))?;
    let form = ctx.form(BulkForm::default).await?;
    let creates = ctx.may(Verb::Create, Entity::Deal);
    let head = list_head("Deals", group_thousands(list.all.count), filters::toggle(&query), creates.then(new_deal));
    let rows = if list.rows.is_empty() {
        list_empty_state(&query, Total { count: list.all.count, capped: false }, &EMPTY, creates.then(new_deal))
    } else {
        table(&ctx, &query, list, &menus, &demo, form, all).into_markup()
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
    form: ShownForm<BulkForm>,
    all: bool,
) -> Markup {
    let chooses = ctx.may(Verb::Update, Entity::Deal);
    let ShownForm { values, errors, .. } = form;
    let chosen: HashSet<String> = values.deal.into_iter().filter_map(|deal| Some(deal.split_once('.')?.0.to_owned())).collect();
    let url = |sort| url_with(query, |query| query.sort = sort);
    let dots: HashMap<String, &str> = menus.stages.iter().map(|stage| stage.slug.clone()).zip(dots(&menus.stages)).collect();
    let foot = pagination(query, list.rows.len(), Total { count: list.all.count, capped: false });
    let rows = list
        .rows
        .into_iter()
        .map(|row| {
            let is_chosen = all || chosen.contains(&row.id.to_string());
            table_row(ctx, row, &dots, demo, chooses.then_some(is_chosen))
        })
        .collect_view();
    let state = encode_pairs(query.query_pairs().iter().map(|(name, value)| (*name, value.as_str())));
    let panel = view! {
        <div class="panel overflow-hidden">
            <table class="list deals">
                <thead class="bg-muted/50 max-md:sr-only">
                    <tr>
                        {chooses.then(|| choose_all(query, all))}
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

fn table_row(ctx: &RequestContext, row: DealRow, dots: &HashMap<String, &str>, demo: &DemoIds, chosen: Option<bool>) -> Markup {
    let href = format!("/deals/{}", row.id);
    let choose = chosen.map(|chosen| {
        let value = format!("{}.{}", row.id, row.version);
        view! { <td class="choose"><input type="checkbox" class="input" name="deal" value=value checked=chosen aria-label=format!("Choose {}", row.name)/></td> }
    });
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

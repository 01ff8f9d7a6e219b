//! `/deals?view=board`: the pipeline, a column for each stage.

use super::{
    card::{CardContext, cards},
    filters,
    tools::move_tools,
};
use crate::{
    deals::islands,
    request::{PageError, RequestContext},
    shell,
    ui::{
        icon,
        list::{EmptyText, encode_pairs, list_results, list_url},
        page::empty_state,
        stage_dot_class,
    },
    views::{Opened, view_tabs},
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    deals::{DealFilter, DealQuery},
    ids::DealId,
    money::Currency,
    numbers::group_thousands,
    stages::StageKind,
};
use leptos::{either::Either, prelude::*};
use store::{
    deals::{Board, BoardColumn},
    stages::Stage,
};

/// The empty-state texts of board and list.
pub const EMPTY: EmptyText = EmptyText {
    icon: "square-kanban",
    no_match: "No deal matches this search and these filters.",
    none_yet: "No deals yet. A deal is a sale you work on: who buys, how much, and when it closes.",
};

/// Renders the board.
pub(super) async fn board(ctx: RequestContext, query: DealQuery, opened: Opened) -> Result<Response, PageError> {
    let actor = ctx.actor();
    let store = ctx.store();
    let read = async {
        Ok(tokio::try_join!(
            store.board(&actor, &query.filter),
            store.deal_filters(&actor, &query.filter),
            store.deal_filter_values(&actor),
            store.custom_field_names(&actor, Entity::Deal),
            store.deal_lists(&actor)
        )?)
    };
    let ((board, menus, values, fields, lists), cards) = tokio::try_join!(read, CardContext::of(&ctx))?;
    let (creates, moves) = (ctx.may(Verb::Create, Entity::Deal), ctx.may(Verb::Update, Entity::Deal));
    let currency = Currency::from_code(&ctx.signed_in.currency).unwrap_or_default();
    let stages: Vec<Stage> = board.columns.iter().map(|column| column.stage.clone()).collect();
    let (seq, filter) =
        (board.seq.to_string(), encode_pairs(query.filter.query_pairs().iter().map(|(name, value)| (*name, value.as_str()))));
    let is_empty = board.columns.iter().all(|column| column.totals.count == 0);
    if is_empty && query.filter.is_empty() {
        // Without columns, the island reloads the page when the first deal is added.
        let body = view! {
            <h1>"Deals"</h1>
            {empty_state(icon(EMPTY.icon, "size-5"), EMPTY.none_yet, creates.then(new_deal))}
            {islands::board(view! { <div id="board" data-live data-seq=seq data-filter=filter data-currency=currency.code()></div> })}
        };
        return shell::page(ctx, "Deals", body).await;
    }
    let head = view! {
        <div class="flex flex-wrap items-center gap-x-2 gap-y-2 lg:gap-x-4">
            <h1>"Deals"</h1>
            {filters::toggle(&query)}
            {summary(&board, currency)}
            <div class="flex-1"></div>
            {creates.then(new_deal)}
        </div>
        {view_tabs(&ctx, &opened)}
        {filters::gone_parts(&query, &menus)}
        {filters::filter_bar(&query, &menus, &values, &fields)}
    };
    let nothing = is_empty.then(|| view! { <p class="text-muted-foreground">{EMPTY.no_match}</p> });
    let found: u64 = board.columns.iter().map(|column| column.totals.count).sum();
    let context = BoardContext { cards, currency, creates, filter: query.filter.clone() };
    let columns = board.columns.into_iter().map(|column| column_view(column, &context)).collect_view();
    let board = view! {
        // Columns share the width, so the board stays invisible until the last one is parsed: otherwise they would narrow one by one.
        <div id="board" data-live data-seq=seq data-filter=filter data-currency=currency.code() data-stages=stages_key(&stages) class="-mx-4 flex not-[:has(>[data-last])]:invisible flex-1 snap-x scroll-px-4 gap-3 overflow-x-auto overscroll-x-contain px-4 pb-1 max-sm:snap-mandatory md:-mx-6 md:scroll-px-6 md:px-6">
            {columns}
            <span data-last hidden></span>
        </div>
        {moves.then(|| move_tools(&stages, &lists.lost_reasons))}
    };
    let body = view! {
        {head}
        <p id="count" class="sr-only" aria-live="polite" data-results>{format!("{} found", group_thousands(found))}</p>
        {list_results(nothing)}
        {islands::board(board)}
    };
    shell::page(ctx, "Deals", body).await
}

/// What the board shows of its stages, beside their deals. The island loads the page anew when another board has another one.
fn stages_key(stages: &[Stage]) -> String {
    let shown = |stage: &Stage| format!("{} {} {} {}", stage.slug, stage.kind.slug(), stage.color.slug(), stage.name);
    stages.iter().map(shown).collect::<Vec<_>>().join("\n")
}

/// The button that opens the form of a new deal.
pub fn new_deal() -> impl IntoView {
    view! { <a class="btn" data-size="sm" href="/deals/new" data-form-dialog="deal">{icon("plus", "size-4")} "New deal"</a> }
}

/// The totals of all open deals that match the filter. The board's island updates them by their ids.
fn summary(board: &Board, currency: Currency) -> impl IntoView + use<> {
    view! {
        <p class="text-muted-foreground max-lg:order-last max-lg:w-full">
            <span id="open-count" class="tabular-nums">{group_thousands(board.open_count)}</span>
            " open · "
            <span id="open-value" class="font-medium whitespace-nowrap text-foreground tabular-nums">{currency.show(board.open_value)}</span>
            <span class="max-sm:hidden">
                " · weighted "
                <span id="open-weighted" class="whitespace-nowrap tabular-nums">{currency.show(board.weighted)}</span>
            </span>
        </p>
    }
}

/// The values that all columns of a page share.
struct BoardContext {
    cards: CardContext,
    currency: Currency,
    creates: bool,
    filter: DealFilter,
}

/// The column of a stage. Open stages share the width; won and lost stages are folded strips.
fn column_view(column: BoardColumn, context: &BoardContext) -> impl IntoView + use<> {
    let BoardColumn { stage, totals, cards: shown, .. } = column;
    let (worth, dot) = (context.currency.show(totals.value), stage_dot_class(stage.color));
    let (slug, name, kind, probability) = (stage.slug.clone(), stage.name.clone(), stage.kind.slug(), stage.probability.to_string());
    let (count, hundredths, weighted) =
        (totals.count.to_string(), totals.value.hundredths().to_string(), totals.weighted.hundredths().to_string());
    // A column excluded by the filter is hidden, not left out: a card can still be moved to it.
    let hidden = !context.filter.stage.is_empty() && !context.filter.stage.contains(&stage.slug);
    let more = (totals.count > shown.len() as u64).then(|| more_link(&stage, shown.last().map(|card| card.id), &context.filter));
    let list = view! {
        <ol class="flex flex-1 flex-col gap-2 px-2 pb-2 empty:before:px-1 empty:before:text-xs empty:before:text-muted-foreground empty:before:content-['No_deals_here']">
            {cards(shown, &stage, &context.cards)}
        </ol>
        {more}
    };
    if stage.kind == StageKind::Open {
        let add = context.creates.then(|| {
            view! {
                <a class="btn ml-auto" data-variant="ghost" data-size="icon-xs" href=format!("/deals/new?stage={slug}") data-form-dialog="deal" aria-label=format!("New deal in {name}")>
                    {icon("plus", "size-4")}
                </a>
            }
        });
        Either::Left(view! {
            <section aria-label=name.clone() data-stage=slug data-kind=kind data-p=probability data-deals=count data-worth=hundredths data-weighted=weighted hidden=hidden class="flex min-w-[15.5rem] flex-1 snap-start flex-col rounded-lg bg-muted/70 max-sm:min-w-[85vw]">
                <header class="flex min-h-9 items-center gap-2 px-3 pt-2.5 pb-1">
                    <span class=format!("dot {dot}")></span>
                    <h2 class="text-sm">{name.clone()}</h2>
                    <span class="count bg-background" data-count>{group_thousands(totals.count)}</span>
                    {add}
                </header>
                <p class="px-3 pb-2 text-xs text-muted-foreground tabular-nums" data-total>{worth}</p>
                {list}
            </section>
        })
    } else {
        Either::Right(view! {
            <details data-stage=slug data-kind=kind data-p=probability data-deals=count data-worth=hundredths data-weighted=weighted hidden=hidden class="group/fold w-10 shrink-0 snap-start rounded-lg bg-muted/70 open:w-64 max-sm:open:w-[85vw]">
                // Only the words are vertical: a vertical summary would be as tall as the window.
                <summary class="flex h-full min-h-72 list-none focus-visible:-outline-offset-2 flex-col items-center gap-2 rounded-lg py-3 group-open/fold:h-auto group-open/fold:min-h-9 group-open/fold:flex-row group-open/fold:flex-wrap group-open/fold:px-3 group-open/fold:pt-2.5 group-open/fold:pb-2 [&::-webkit-details-marker]:hidden">
                    <span class=format!("dot {dot}")></span>
                    <h2 class="text-sm [writing-mode:vertical-rl] group-open/fold:[writing-mode:horizontal-tb]">{name}</h2>
                    <span class="count bg-background" data-count>{group_thousands(totals.count)}</span>
                    <span class="text-xs text-muted-foreground tabular-nums [writing-mode:vertical-rl] group-open/fold:w-full group-open/fold:[writing-mode:horizontal-tb]" data-total>{worth}</span>
                </summary>
                {list}
            </details>
        })
    }
}

/// The link to the matching cards of a column below the card `after`.
pub fn more_link(stage: &Stage, after: Option<DealId>, filter: &DealFilter) -> impl IntoView + use<> {
    let mut pairs = filter.query_pairs();
    pairs.push(("column", stage.slug.clone()));
    pairs.extend(after.map(|id| ("after", id.to_string())));
    view! {
        <p class="px-2 pb-2">
            <a data-more href=list_url("/deals/column", &pairs) class="btn w-full justify-center" data-variant="ghost" data-size="sm" aria-label=format!("Show more of {}", stage.name)>
                "Show more"
            </a>
        </p>
    }
}

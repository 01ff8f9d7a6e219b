//! `/deals`: the board, and the rest of a long column.

use super::{
    card::{Look, cards},
    dots,
};
use crate::{
    deals::islands::{self, BoardFacts},
    errors::PageError,
    islands::form_dialog,
    ui::{
        icon,
        list::list_url,
        page::{breadcrumb, empty},
    },
    visit::Visit,
};
use axum::response::{Html, IntoResponse, Response};
use domain::{
    access::{Entity, Verb},
    deals::{COLUMN_PAGE, LOST_REASON_MAX},
    ids::DealId,
    money::{Currency, group_thousands},
    stages::{StageKind, is_slug},
};
use leptos::prelude::*;
use store::{
    deals::{Board, BoardColumn, Card},
    stages::Stage,
};

/// `GET /deals`
pub async fn board(visit: Visit) -> Result<Response, PageError> {
    let board = visit.store().board(&visit.actor()).await?;
    let (creates, moves) = (visit.may(Verb::Create, Entity::Deal), visit.may(Verb::Update, Entity::Deal));
    let new_deal = move || {
        creates.then(
            || view! { <a class="btn" data-size="sm" href="/deals/new" data-form-dialog="deal">{icon("plus", "size-4")} "New deal"</a> },
        )
    };
    if board.columns.iter().all(|column| column.totals.count == 0) {
        let body = view! {
            <h1>"Deals"</h1>
            {empty(icon("square-kanban", "size-5"), "No deals yet. A deal is a sale you work on: who buys, how much, and when it closes.", new_deal())}
        };
        return visit.page_with_islands("Deals", view! { {body} {form_dialog()} }).await;
    }
    let look = Look::of(&visit);
    let currency = Currency::from_code(&visit.who.currency).unwrap_or_default();
    let stages: Vec<Stage> = board.columns.iter().map(|column| column.stage.clone()).collect();
    let dots = dots(&stages);
    let summary = summary(&board, currency);
    let columns =
        board.columns.into_iter().zip(dots.clone()).map(|(column, dot)| column_view(column, dot, look, currency, creates)).collect_view();
    let body = view! {
        <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
            <h1>"Deals"</h1>
            {summary}
            <div class="flex-1"></div>
            {new_deal()}
        </div>
        // The columns share the width, so none is shown before all are there: they would narrow one after another.
        <div id="board" class="-mx-4 flex not-[:has(>[data-last])]:invisible flex-1 snap-x scroll-px-4 gap-3 overflow-x-auto overscroll-x-contain px-4 pb-1 max-sm:snap-mandatory md:-mx-6 md:scroll-px-6 md:px-6">
            {columns}
            <span data-last hidden></span>
        </div>
    };
    if moves {
        let tools = view! { {move_tools(&stages, &dots)} {islands::board(BoardFacts { currency })} {form_dialog()} };
        visit.page_with_islands("Deals", view! { {body} {tools} }).await
    } else {
        visit.page("Deals", body).await
    }
}

/// The figures over all open deals. The board's island keeps them up to date by their ids.
fn summary(board: &Board, currency: Currency) -> impl IntoView + use<> {
    view! {
        <p class="text-muted-foreground max-sm:order-last max-sm:w-full">
            <span id="open-count" class="tabular-nums">{group_thousands(board.open_count)}</span>
            " open · "
            <span id="open-value" class="font-medium whitespace-nowrap text-foreground tabular-nums">{currency.show(board.open_value)}</span>
            <span class="max-sm:hidden">
                " · weighted "
                <span id="open-weighted" class="whitespace-nowrap tabular-nums" data-worth=board.weighted.hundredths().to_string()>{currency.show(board.weighted)}</span>
            </span>
        </p>
    }
}

/// One stage. Open ones share the width; won and lost are strips that unfold.
fn column_view(column: BoardColumn, dot: &'static str, look: Look, currency: Currency, creates: bool) -> AnyView {
    let BoardColumn { stage, totals, cards: shown, .. } = column;
    let worth = currency.show(totals.value);
    let (slug, name, kind, probability) = (stage.slug.clone(), stage.name.clone(), stage.kind.slug(), stage.probability.to_string());
    let (count, hundredths) = (totals.count.to_string(), totals.value.hundredths().to_string());
    let more = (totals.count > shown.len() as u64).then(|| more_link(&stage, shown.last().map(|card| card.id)));
    let list = view! {
        <ol class="flex flex-1 flex-col gap-2 px-2 pb-2 empty:before:px-1 empty:before:text-xs empty:before:text-muted-foreground empty:before:content-['No_deals_here']">
            {cards(shown, &stage, look)}
        </ol>
        {more}
    };
    if stage.kind == StageKind::Open {
        let add = creates.then(|| {
            view! {
                <a class="btn ml-auto" data-variant="ghost" data-size="icon-xs" href=format!("/deals/new?stage={slug}") data-form-dialog="deal" aria-label=format!("New deal in {name}")>
                    {icon("plus", "size-4")}
                </a>
            }
        });
        view! {
            <section aria-label=name.clone() data-stage=slug data-kind=kind data-p=probability data-deals=count data-worth=hundredths class="flex min-w-[15.5rem] flex-1 snap-start flex-col rounded-lg bg-muted/70 max-sm:min-w-[85vw]">
                <header class="flex min-h-9 items-center gap-2 px-3 pt-2.5 pb-1">
                    <span class=format!("dot {dot}")></span>
                    <h2 class="text-sm">{name.clone()}</h2>
                    <span class="count bg-background" data-count>{group_thousands(totals.count)}</span>
                    {add}
                </header>
                <p class="px-3 pb-2 text-xs text-muted-foreground tabular-nums" data-total>{worth}</p>
                {list}
            </section>
        }
        .into_any()
    } else {
        view! {
            <details data-stage=slug data-kind=kind data-p=probability data-deals=count data-worth=hundredths class="group/fold w-10 shrink-0 snap-start rounded-lg bg-muted/70 open:w-64 max-sm:open:w-[85vw]">
                // Only the words stand upright: a summary written upright itself would be as tall as the window.
                <summary class="flex h-full min-h-72 list-none focus-visible:-outline-offset-2 flex-col items-center gap-2 rounded-lg py-3 group-open/fold:h-auto group-open/fold:min-h-9 group-open/fold:flex-row group-open/fold:flex-wrap group-open/fold:px-3 group-open/fold:pt-2.5 group-open/fold:pb-2 [&::-webkit-details-marker]:hidden">
                    <span class=format!("dot {dot}")></span>
                    <h2 class="text-sm [writing-mode:vertical-rl] group-open/fold:[writing-mode:horizontal-tb]">{name}</h2>
                    <span class="count bg-background" data-count>{group_thousands(totals.count)}</span>
                    <span class="text-xs text-muted-foreground tabular-nums [writing-mode:vertical-rl] group-open/fold:w-full group-open/fold:[writing-mode:horizontal-tb]" data-total>{worth}</span>
                </summary>
                {list}
            </details>
        }
        .into_any()
    }
}

/// To the cards of a column that are not shown yet, below this one.
fn more_link(stage: &Stage, after: Option<DealId>) -> impl IntoView + use<> {
    let mut pairs = vec![("stage", stage.slug.clone())];
    pairs.extend(after.map(|id| ("after", id.to_string())));
    view! {
        <p class="px-2 pb-2">
            <a data-more href=list_url("/deals/column", &pairs) class="btn w-full justify-center" data-variant="ghost" data-size="sm" aria-label=format!("Show more of {}", stage.name)>
                "Show more"
            </a>
        </p>
    }
}

/// What the island opens: the one menu for every card, the question why a deal was lost, the words it says.
fn move_tools(stages: &[Stage], dots: &[&'static str]) -> impl IntoView + use<> {
    let stages = stages
        .iter()
        .zip(dots)
        .map(|(stage, dot)| {
            view! { <button type="button" data-to=stage.slug.clone()><span class=format!("dot {dot}")></span> {stage.name.clone()}</button> }
        })
        .collect_view();
    let steps = [
        ("top", "To the top", icon("chevrons-up", "size-4")),
        ("up", "Up", icon("chevron-up", "size-4")),
        ("down", "Down", icon("chevron-down", "size-4")),
        ("bottom", "To the bottom", icon("chevrons-down", "size-4")),
    ]
    .map(|(step, words, arrow)| view! { <button type="button" data-step=step>{arrow} {words}</button> });
    view! {
        <div id="move-menu" popover class="menu max-h-[80dvh] max-w-64 overflow-y-auto" role="group" aria-label="Move the deal">
            <p class="truncate px-2 py-1 text-xs text-muted-foreground">"Move " <span data-name></span></p>
            {stages}
            <hr/>
            {steps.into_iter().collect_view()}
        </div>
        <dialog id="loss" class="dialog" aria-labelledby="loss-title">
            <form method="dialog">
                <header><h2 id="loss-title">"Why was it lost?"</h2></header>
                <section class="field">
                    <label for="loss-reason" class="text-sm font-medium">"Reason for losing “"<span data-name></span>"”"</label>
                    <input id="loss-reason" class="input" required maxlength=LOST_REASON_MAX.to_string() autocomplete="off"/>
                </section>
                <footer>
                    <button type="button" class="btn" data-variant="ghost" data-size="sm" data-cancel>"Cancel"</button>
                    <button class="btn" data-size="sm" value="save">"Mark as lost"</button>
                </footer>
            </form>
        </dialog>
        <p id="board-said" class="sr-only" aria-live="assertive"></p>
        <template id="toast-moved">
            <p class="toast-body">{icon("check", "size-4 text-primary")} <span data-words></span> <button type="button">"Undo"</button></p>
        </template>
        <template id="toast-refused">
            <p class="toast-body" data-kind="error">{icon("circle-alert", "size-4 text-destructive")} <span data-words></span> <a href="/deals">"Reload"</a></p>
        </template>
    }
}

/// What `/deals/column` is asked for.
struct ColumnQuery {
    stage: String,
    after: Option<DealId>,
    /// Only the cards, for the island.
    cards_only: bool,
}

impl ColumnQuery {
    fn read(pairs: Vec<(String, String)>) -> Result<Self, PageError> {
        let (mut stage, mut after, mut cards_only) = (None, None, false);
        for (name, value) in pairs {
            let first = match name.as_str() {
                "stage" if is_slug(&value) => stage.replace(value).is_none(),
                "after" => after.replace(value.parse().map_err(|_| PageError::BadRequest)?).is_none(),
                "part" if value == "cards" => !std::mem::replace(&mut cards_only, true),
                _ => false,
            };
            if !first {
                return Err(PageError::BadRequest);
            }
        }
        Ok(Self { stage: stage.ok_or(PageError::BadRequest)?, after, cards_only })
    }
}

/// `GET /deals/column`: more cards of one column; a page of its own without a script.
pub async fn column(visit: Visit) -> Result<Response, PageError> {
    let query = ColumnQuery::read(visit.query()?)?;
    let (store, actor) = (visit.store(), visit.actor());
    let stages = store.stages(&actor).await?;
    let stage = stages.iter().find(|stage| stage.slug == query.stage).cloned().ok_or(PageError::NotFound)?;
    let shown = store.board_column(&actor, &query.stage, query.after).await?;
    let look = Look::of(&visit);
    if query.cards_only {
        return Ok(Html(fragment(&visit, shown, &stage, look)).into_response());
    }
    let full = shown.len() as u64 == COLUMN_PAGE;
    let more = full.then(|| more_link(&stage, shown.last().map(|card| card.id)));
    let list = if shown.is_empty() {
        view! { <p class="text-muted-foreground">"There are no more deals in this column."</p> }.into_any()
    } else {
        view! { <ol class="flex flex-col gap-2">{cards(shown, &stage, look)}</ol> }.into_any()
    };
    let title = format!("More of {}", stage.name);
    let body = view! {
        <div class="mx-auto flex w-full max-w-2xl flex-col gap-4">
            {breadcrumb("Deals", "/deals")}
            <h1>{title.clone()}</h1>
            {list}
            {more}
        </div>
    };
    visit.page(&title, body).await
}

/// The cards alone, to be put into a page that is already shown.
fn fragment(visit: &Visit, shown: Vec<Card>, stage: &Stage, look: Look) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(crate::ui::IconSprite(visit.state.assets.icons.clone()));
        cards(shown, stage, look).to_html()
    });
    owner.unset_with_forced_cleanup();
    html
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<(String, bool, bool), PageError> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ColumnQuery::read(pairs).map(|query| (query.stage, query.after.is_some(), query.cards_only))
    }

    #[test]
    fn a_column_is_asked_for_by_its_stage() {
        const ID: &str = "0190c7a0-0000-7000-8000-000000000001";
        assert_eq!(read(&[("stage", "proposal")]).unwrap(), ("proposal".to_owned(), false, false));
        assert_eq!(read(&[("stage", "proposal"), ("after", ID), ("part", "cards")]).unwrap(), ("proposal".to_owned(), true, true));
    }

    #[test]
    fn nonsense_is_refused() {
        for pairs in [
            &[][..],
            &[("stage", "A B")],
            &[("stage", "a"), ("after", "1")],
            &[("stage", "a"), ("part", "x")],
            &[("stage", "a"), ("stage", "b")],
            &[("stage", "a"), ("x", "")],
        ] {
            assert_eq!(read(pairs), Err(PageError::BadRequest), "{pairs:?}");
        }
    }
}

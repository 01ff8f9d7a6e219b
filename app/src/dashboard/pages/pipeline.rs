//! Open deals by stage: bars, and the same figures as a table.

use super::{
    Shown,
    parts::{self, noun_of, number, rule},
};
use crate::ui::{
    dotted,
    markup::{IntoMarkup, Markup},
    pluralize, stage_dot_class,
    words::shortened,
};
use domain::{money::Money, numbers::group_thousands, stages::StageColor};
use leptos::prelude::*;
use store::dashboard::StageFigures;

/// Heights in pixels: of a stage in the drawing, of its text, and of its bar. Widths are in percent, so that the text keeps its size at any
/// width.
const STEP: usize = 40;
const TEXT: usize = 20;
const BAR: usize = 8;

/// Most characters of a stage's name in the drawing, so that name and value fit side by side on a phone. The table has the whole name.
const NAME_MAX: usize = 24;

/// The card.
pub(super) fn card(shown: &Shown<'_>) -> Markup {
    let stages = &shown.dashboard.figures.stages;
    let board = view! { <a class="text-muted-foreground hover:underline" href="/deals">"Open board"</a> };
    let body = view! {
        <figure class="mt-3">
            {bars(shown, stages)}
            {table(shown, stages)}
        </figure>
        {rule("Stages neither won nor lost. Weighted: value times probability, rounded half up for each deal")}
    };
    parts::card("pipeline", "Pipeline by stage", board, body.into_markup())
}

/// The drawing. Each bar has its stage's name and value as text above it, so that colour is never the only sign.
fn bars(shown: &Shown<'_>, stages: &[StageFigures]) -> Markup {
    let most = stages.iter().map(|stage| stage.deals.value).max().unwrap_or(Money::ZERO);
    let desc: Vec<String> = stages
        .iter()
        .map(|stage| format!("{}: {}, {}", stage.name, shown.ctx.money(stage.deals.value), pluralize(stage.deals.count, "deal", "deals")))
        .collect();
    let drawn = stages
        .iter()
        .enumerate()
        .map(|(place, stage)| {
            let (top, fill) = (place * STEP, fill_class(stage.color));
            let width = width_of(stage.deals.value, most);
            let (baseline, bar) = ((top + 13).to_string(), (top + TEXT).to_string());
            view! {
                <text x="0" y=baseline.clone() class="fill-foreground text-[12px]">{shortened(stage.name.clone(), NAME_MAX)}</text>
                <text x="100%" y=baseline text-anchor="end" class="fill-muted-foreground text-[12px] tabular-nums">{shown.ctx.money(stage.deals.value)}</text>
                <rect x="0" y=bar.clone() width="100%" height=BAR.to_string() rx="4" class="fill-muted"></rect>
                <rect x="0" y=bar width=width height=BAR.to_string() rx="4" class=fill></rect>
            }
        })
        .collect_view();
    let height = stages.len().max(1) * STEP;
    view! {
        <svg role="img" width="100%" height=height.to_string() aria-labelledby="pipeline-title pipeline-desc">
            <title id="pipeline-title">"Value of open deals by stage"</title>
            <desc id="pipeline-desc">{desc.join("; ")}</desc>
            {drawn}
        </svg>
    }
    .into_markup()
}

/// The class of the bar of a stage.
const fn fill_class(color: StageColor) -> &'static str {
    match color {
        StageColor::Grey => "fill-stage-grey",
        StageColor::Blue => "fill-stage-blue",
        StageColor::Purple => "fill-stage-purple",
        StageColor::Amber => "fill-stage-amber",
        StageColor::Teal => "fill-stage-teal",
        StageColor::Pink => "fill-stage-pink",
        StageColor::Green => "fill-stage-green",
        StageColor::Red => "fill-stage-red",
    }
}

/// The width of a bar: in proportion to the longest, and seen where there is any value.
fn width_of(value: Money, most: Money) -> String {
    if value == Money::ZERO || most == Money::ZERO {
        return "0".to_owned();
    }
    let percent = i128::from(value.hundredths()) * 100 / i128::from(most.hundredths());
    format!("{}%", percent.clamp(1, 100))
}

fn table(shown: &Shown<'_>, stages: &[StageFigures]) -> Markup {
    let rows = stages
        .iter()
        .map(|stage| {
            let (query, deals) = (shown.lists.stage(&stage.slug), stage.deals);
            view! {
                <tr class="border-t">
                    <th scope="row" class="py-2 pr-2 text-left font-normal break-words">{dotted(stage_dot_class(stage.color), &stage.name)}</th>
                    <td class="py-2 text-right">{number(&query, group_thousands(deals.count), format!("{} in {}", noun_of(deals.count, ("deal", "deals")), stage.name))}</td>
                    <td class="py-2 pl-2 text-right">{number(&query, shown.ctx.money(deals.value), format!("value in {}", stage.name))}</td>
                    <td class="py-2 pl-2 text-right max-sm:hidden">{number(&query, shown.ctx.money(deals.weighted), format!("weighted value in {}", stage.name))}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="mt-2 w-full">
            <caption class="sr-only">"Open deals by stage"</caption>
            <thead class="text-xs text-muted-foreground">
                <tr>
                    <th scope="col" class="pb-1 text-left font-normal">"Stage"</th>
                    <th scope="col" class="pb-1 text-right font-normal">"Deals"</th>
                    <th scope="col" class="pb-1 pl-2 text-right font-normal">"Value"</th>
                    <th scope="col" class="pb-1 pl-2 text-right font-normal max-sm:hidden">"Weighted"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_markup()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_in_proportion_and_never_vanish() {
        let width = |value, most| width_of(Money::from_hundredths(value), Money::from_hundredths(most));
        assert_eq!([width(0, 0), width(0, 10), width(5, 10), width(10, 10), width(1, 1_000_000)], ["0", "0", "50%", "100%", "1%"]);
        assert_eq!(width_of(Money::MAX, Money::MAX), "100%");
    }
}

//! Activities: how many of each type, and the newest.

use super::{
    Shown,
    parts::{card, noun_of, number, rule},
};
use crate::{
    activities::pages::activity_icon,
    ui::{
        list::{total_words, url_of},
        markup::{IntoMarkup, Markup},
        times,
    },
};
use domain::activities::{ActivityQuery, ActivityType};
use leptos::prelude::*;
use store::{
    Total,
    dashboard::{DashboardActivity, PeriodTotals},
};

/// The card of their numbers by type, of this week and this month.
pub(super) fn counts(shown: &Shown<'_>) -> Markup {
    let (lists, days, figures) = (shown.lists, shown.days, &shown.dashboard.figures);
    let row = |kind: Option<ActivityType>, totals: PeriodTotals| {
        let label = kind.map_or("All", ActivityType::label);
        let cell = |range, counted: Total, period| {
            let noun = noun_of(counted.count, kind.map_or(("activity", "activities"), nouns));
            let shown = total_words(counted);
            view! { <td class="py-2 text-right">{number(&lists.activities(kind, range), shown, format!("{noun} this {period}"))}</td> }
        };
        view! {
            <tr class="border-t">
                <th scope="row" class="py-2 text-left font-normal"><span class="inline-flex items-center gap-2">{kind.map(activity_icon)} {label}</span></th>
                {cell(days.week, totals.week, "week")}
                {cell(days.month, totals.month, "month")}
            </tr>
        }
    };
    let rows = figures.activities.iter().map(|of| row(Some(of.kind), of.totals)).collect_view();
    let body = view! {
        <table class="mt-2 w-full">
            <thead class="text-xs text-muted-foreground">
                <tr>
                    <th scope="col" class="pb-1 text-left font-normal">"Type"</th>
                    <th scope="col" class="pb-1 text-right font-normal">"This week"</th>
                    <th scope="col" class="pb-1 text-right font-normal">"This month"</th>
                </tr>
            </thead>
            <tbody>{rows} {row(None, figures.all_activities)}</tbody>
        </table>
        {rule("By their date, planned ones too. A week begins on Monday")}
    };
    card("activity-counts", "Activity", (), body.into_markup())
}

/// The card of the newest.
pub(super) fn recent(shown: &Shown<'_>) -> Markup {
    let owner_id = shown.lists.owner.into_iter().collect();
    let all = ActivityQuery { owner_id, ..ActivityQuery::default() };
    let link = view! { <a class="text-muted-foreground hover:underline" href=url_of(&all)>"All activities"</a> };
    let recent = &shown.dashboard.records.recent;
    let body = if recent.is_empty() {
        view! { <p class="mt-2 text-muted-foreground">"Nothing has happened yet. Log the first call, email or meeting."</p> }.into_markup()
    } else {
        let rows = recent.iter().map(|activity| row(shown, activity)).collect_view();
        view! { <ol class="mt-1 divide-y" aria-label="Newest activities">{rows}</ol> }.into_markup()
    };
    card("recent", "Recent activity", link, body)
}

/// What one activity of a type is called, and several.
const fn nouns(kind: ActivityType) -> (&'static str, &'static str) {
    match kind {
        ActivityType::Call => ("call", "calls"),
        ActivityType::Email => ("email", "emails"),
        ActivityType::Meeting => ("meeting", "meetings"),
        ActivityType::Note => ("note", "notes"),
        ActivityType::Sms => ("SMS", "SMS"),
    }
}

fn row(shown: &Shown<'_>, activity: &DashboardActivity) -> Markup {
    let subject = format!("{}: {}", activity.kind.label(), activity.subject);
    let about = about(activity);
    let second = [Some(activity.owner_name.clone()), (!about.is_empty()).then_some(about)];
    let second: Vec<String> = second.into_iter().flatten().collect();
    view! {
        <li class="flex items-start gap-3 py-2">
            <span class="mt-0.5 grid size-6 shrink-0 place-items-center rounded-full border text-muted-foreground">{activity_icon(activity.kind)}</span>
            <div class="min-w-0 flex-1">
                <a class="block truncate font-medium hover:underline" href=format!("/activities/{}", activity.id) title=subject.clone()>{subject.clone()}</a>
                <p class="truncate text-xs text-muted-foreground">{second.join(" · ")}</p>
            </div>
            <div class="shrink-0 text-xs text-muted-foreground">{times::ago(activity.date, shown.ctx.now, shown.ctx.zone())}</div>
        </li>
    }
    .into_markup()
}

/// The names of what an activity is about.
pub(super) fn about(activity: &DashboardActivity) -> String {
    let names = [
        activity.contact.as_ref().map(|contact| &contact.name),
        activity.company.as_ref().map(|company| &company.name),
        activity.deal.as_ref().map(|deal| &deal.name),
    ];
    names.into_iter().flatten().cloned().collect::<Vec<_>>().join(" · ")
}

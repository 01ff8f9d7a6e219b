//! `/team`: figures of each member, which lead to the lists of what they count.

use crate::{
    request::{PageError, RequestContext},
    shell,
    ui::{
        avatar,
        list::url_of,
        markup::{IntoMarkup, Markup},
        times,
    },
};
use axum::response::Response;
use domain::{
    numbers::group_thousands,
    team::{TeamDays, activities_this_week, open_deals, overdue_deals},
};
use leptos::{either::Either, prelude::*};
use store::team::TeamMember;

/// `GET /team`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let days = TeamDays::at(ctx.today());
    let team = ctx.store().team(&ctx.actor(), days, ctx.days_utc(Some(days.monday), Some(days.sunday))).await?;
    let count = group_thousands(team.members.len() as u64);
    let rows = team.members.iter().map(|member| row(&ctx, member, &team.open_stages, days)).collect_view();
    let body = view! {
        <div>
            <div class="flex items-center gap-2"><h1>"Team"</h1><span class="count">{count}</span></div>
            <p class="mt-1 text-muted-foreground">"Each figure counts what the member owns, and leads to the list of just these records."</p>
        </div>
        <ul class="flex flex-col gap-4" aria-label="Members">{rows}</ul>
    };
    shell::page(ctx, "Team", body).await
}

fn row(ctx: &RequestContext, member: &TeamMember, open_stages: &[String], days: TeamDays) -> impl IntoView + use<> {
    let figures = member.figures;
    let is_self = member.user_id == ctx.signed_in.user_id;
    let name = if is_self { format!("{} (you)", member.name) } else { member.name.clone() };
    let seen = match member.last_seen_at {
        Some(at) => Either::Left(view! { "Last seen here " {times::ago(at, ctx.now, ctx.zone())} }),
        None => Either::Right("Not seen here lately"),
    };
    let day = times::day_with_year;
    let week = format!("Dated {} to {}, planned ones too", day(days.monday), day(days.sunday));
    let (open, overdue) = (open_deals(member.user_id, open_stages), overdue_deals(member.user_id, open_stages, days));
    let (open, overdue) = (open.map(|query| url_of(&query)), overdue.map(|query| url_of(&query)));
    let worth = format!("Worth {}. In stages neither won nor lost", ctx.money(figures.open_deals_value));
    view! {
        <li class="panel overflow-hidden">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3">
                {avatar(&member.name, "size-8 text-xs")}
                <div class="min-w-0 flex-1 basis-48">
                    <h2 class="break-words">{name}</h2>
                    <p class="text-muted-foreground">{member.role.label()}</p>
                </div>
                <p class="text-muted-foreground">{seen}</p>
            </div>
            <dl class="grid gap-px border-t bg-border sm:grid-cols-3">
                {figure("Activities this week", figures.activities, Some(url_of(&activities_this_week(member.user_id, days))), week)}
                {figure("Open deals", figures.open_deals, open, worth)}
                {figure("Overdue deals", figures.overdue_deals, overdue, "Open, and expected to close before today".to_owned())}
            </dl>
        </li>
    }
}

/// A figure: label, number and what it counts. `href`: the list of what is counted; `None` if there can't be any.
fn figure(label: &'static str, count: u64, href: Option<String>, what: String) -> Markup {
    let number = group_thousands(count);
    let number = match href {
        Some(href) => Either::Left(
            view! { <a class="text-primary hover:underline" href=href>{number}<span class="sr-only">{format!(" {}", label.to_lowercase())}</span></a> },
        ),
        None => Either::Right(number),
    };
    view! {
        <div class="min-w-0 bg-card px-4 py-3">
            <dt class="text-xs text-muted-foreground">{label}</dt>
            <dd class="mt-0.5 text-base font-semibold tabular-nums">{number}</dd>
            <dd class="text-xs break-words text-muted-foreground tabular-nums">{what}</dd>
        </div>
    }
    .into_markup()
}

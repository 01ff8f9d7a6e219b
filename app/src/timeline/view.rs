//! The view of a timeline, grouped by day.

use super::{changes::sentences, timeline_on_demand};
use crate::{
    activities::pages::{activity_icon, duration},
    request::{PageError, RequestContext},
    ui::{
        icon,
        list::list_url,
        markup::{IntoMarkup, Markup},
        page::empty_state,
        times,
    },
};
use chrono::NaiveDate;
use domain::timeline::TimelineCursor;
use leptos::prelude::*;
use store::timeline::{Timeline, TimelineActivity, TimelineChange, TimelineEntry, TimelineEvent, TimelineOf, TimelineRecord};

/// The page that contains a timeline.
pub struct TimelinePage {
    /// The record.
    pub of: TimelineOf,
    /// The path of the page.
    pub path: String,
    /// The query pairs to keep in links, such as the tab.
    pub pairs: Vec<(&'static str, String)>,
    /// The cursor from the query.
    pub before: Option<TimelineCursor>,
}

/// Parses the cursor in `?before=`.
pub fn timeline_cursor(pairs: &[(String, String)]) -> Result<Option<TimelineCursor>, PageError> {
    match pairs.iter().find(|(name, value)| name == "before" && !value.is_empty()) {
        Some((_, value)) => value.parse().map(Some).map_err(|_| PageError::BadRequest),
        None => Ok(None),
    }
}

/// The timeline, with links to older and to the newest entries. `action`: shown in the empty state.
pub fn timeline(ctx: &RequestContext, page: TimelinePage, timeline: Timeline, action: Option<Markup>) -> impl IntoView + use<> {
    let TimelinePage { of, path, pairs, before } = page;
    let newest = before.map(|_| view! { <p><a class="btn" data-variant="outline" data-size="sm" href=list_url(&path, &pairs)>{icon("arrow-up", "size-4")} "Newest entries"</a></p> });
    let older = timeline.next_cursor.map(|end| {
        let pairs: Vec<_> = pairs.iter().cloned().chain([("before", end.to_string())]).collect();
        view! { <a class="btn" data-variant="outline" data-size="sm" data-older href=list_url(&path, &pairs)>"Show older entries"</a> }
    });
    let entries = if timeline.entries.is_empty() {
        empty_state(icon("message-square", "size-5"), "Nothing happened here yet.", action).into_markup()
    } else {
        days(ctx, of, timeline.entries).into_markup()
    };
    timeline_on_demand(
        view! { <section id="timeline" data-fresh class="timeline" aria-label="Timeline">{newest}{entries}{older}</section> },
    )
}

/// The entries grouped by day of the workspace's time zone.
fn days(ctx: &RequestContext, of: TimelineOf, entries: Vec<TimelineEntry>) -> impl IntoView + use<> {
    let (zone, today) = (ctx.zone(), ctx.today());
    let mut days: Vec<(NaiveDate, Vec<Markup>)> = Vec::new();
    for entry in entries {
        let day = entry.at.with_timezone(&zone).date_naive();
        if days.last().is_none_or(|(last, _)| *last != day) {
            days.push((day, vec![]));
        }
        if let Some((_, of_day)) = days.last_mut() {
            of_day.push(entry_view(ctx, of, entry));
        }
    }
    days.into_iter()
        .map(|(day, entries)| {
            view! { <div data-day=day.to_string()><h3>{times::day_heading(day, today)}</h3><ol>{entries}</ol></div> }
        })
        .collect_view()
}

fn entry_view(ctx: &RequestContext, of: TimelineOf, entry: TimelineEntry) -> Markup {
    let time = times::time_of_day(entry.at, ctx.zone());
    let (drawing, what) = match entry.what {
        TimelineEvent::Activity(activity) => (activity_icon(activity.kind), activity_view(of, activity, entry.at > ctx.now).into_markup()),
        TimelineEvent::Change(change) => (change_sign(&change), change_view(ctx, of, change, entry.who).into_markup()),
    };
    view! { <li><span class="sign">{drawing}</span><div>{what}</div><span class="at">{time}</span></li> }.into_markup()
}

fn activity_view(of: TimelineOf, activity: TimelineActivity, is_planned: bool) -> impl IntoView {
    let with = activity.contact.filter(|contact| of != TimelineOf::Contact(contact.id)).map(|contact| format!(" with {}", contact.name));
    let about = activity.deal.filter(|deal| of != TimelineOf::Deal(deal.id)).map(|deal| format!(" · {}", deal.name));
    let took = activity.duration_minutes.map(|minutes| format!(" · {}", duration(minutes)));
    let notes = match activity.notes {
        0 => None,
        1 => Some(" · 1 note".to_owned()),
        count => Some(format!(" · {count} notes")),
    };
    let outcome = activity.outcome.map(|outcome| view! { <p>"Outcome: "{outcome}</p> });
    let next = activity.next_steps.map(|next| view! { <p class="next">"Next: "{next}</p> });
    view! {
        <p><a href=format!("/activities/{}", activity.id)>{format!("{}: {}", activity.kind.label(), activity.subject)}</a>{with}{took}{about}{notes}{is_planned.then_some(" · planned")}</p>
        {activity.description.map(|description| view! { <p class="said">{description}</p> })}
        {outcome}
        {next}
    }
}

fn change_sign(change: &TimelineChange) -> Markup {
    if matches!(change.record, TimelineRecord::Task(_)) {
        return icon("list-checks", "size-3.5").into_markup();
    }
    match change.action.as_str() {
        "create" => icon("plus", "size-3.5").into_markup(),
        "delete" => icon("trash-2", "size-3.5").into_markup(),
        "restore" => icon("undo-2", "size-3.5").into_markup(),
        "archive" => icon("archive", "size-3.5").into_markup(),
        "bring-back" => icon("archive-restore", "size-3.5").into_markup(),
        "move" => icon("arrow-right-left", "size-3.5").into_markup(),
        _ => icon("pencil", "size-3.5").into_markup(),
    }
}

fn change_view(ctx: &RequestContext, of: TimelineOf, change: TimelineChange, who: Option<String>) -> impl IntoView {
    let what = sentences(ctx, &change).join(". ");
    let own = match &change.record {
        TimelineRecord::Company(company) => of == TimelineOf::Company(company.id),
        TimelineRecord::Contact(contact) => of == TimelineOf::Contact(contact.id),
        TimelineRecord::Deal(deal) => of == TimelineOf::Deal(deal.id),
        TimelineRecord::Task(_) => false,
    };
    let record = (!own).then(|| {
        let (href, name) = match change.record {
            TimelineRecord::Company(company) => (format!("/companies/{}", company.id), company.name),
            TimelineRecord::Contact(contact) => (format!("/contacts/{}", contact.id), contact.name),
            TimelineRecord::Deal(deal) => (format!("/deals/{}", deal.id), deal.name),
            TimelineRecord::Task(task) => (format!("/tasks/{}", task.id), task.name),
        };
        view! { " "<a class="record" href=href>{name}</a> }
    });
    view! { <p><b>{what}</b>{record}{who.map(|who| format!(" by {who}"))}</p> }
}

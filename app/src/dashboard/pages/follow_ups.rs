//! Follow-ups: what is planned, what was planned and is past, and what was promised.

use super::{
    Shown,
    activities::about,
    parts::{self, count, part, row, total},
};
use crate::ui::{
    markup::{IntoMarkup, Markup},
    times,
};
use leptos::prelude::*;
use store::dashboard::DashboardActivity;

/// The card.
pub(super) fn card(shown: &Shown<'_>) -> Markup {
    let (lists, figures, records) = (shown.lists, &shown.dashboard.figures, &shown.dashboard.records);
    let planned = |activities: &[DashboardActivity], class: &'static str| {
        activities.iter().map(|activity| planned_row(shown, activity, class)).collect::<Vec<_>>()
    };
    let promised = records.promised.iter().map(|activity| promised_row(shown, activity)).collect();
    let body = view! {
        {part("Planned", total(&lists.coming, figures.coming, ("activity to come", "activities to come")), "Activities whose time is to come, the next first", planned(&records.coming, "text-muted-foreground"))}
        {part("Overdue", total(&lists.missed, figures.missed, ("overdue activity", "overdue activities")), "Planned ahead, their time is past, and nobody wrote an outcome", planned(&records.missed, "text-destructive"))}
        {part("Promised next steps", count(&lists.promised, figures.promised.count, ("open deal with a promised next step", "open deals with a promised next step")), "Open deals whose newest activity promises a next step: nothing is logged or planned since", promised)}
    };
    parts::card("follow-ups", "Follow-ups", (), body.into_markup())
}

fn planned_row(shown: &Shown<'_>, activity: &DashboardActivity, class: &'static str) -> Markup {
    let subject = format!("{}: {}", activity.kind.label(), activity.subject);
    let about = about(activity);
    let end = view! { <p class=class>{times::ago(activity.date, shown.ctx.now, shown.ctx.zone())}</p> };
    row(format!("/activities/{}", activity.id), subject, (!about.is_empty()).then_some(about), end.into_markup())
}

fn promised_row(shown: &Shown<'_>, activity: &DashboardActivity) -> Markup {
    let deal = activity.deal.as_ref();
    let href = deal.map_or_else(|| format!("/activities/{}", activity.id), |deal| format!("/deals/{}", deal.id));
    let end = view! { <p class="text-muted-foreground">{times::ago(activity.date, shown.ctx.now, shown.ctx.zone())}</p> };
    row(href, activity.next_steps.clone().unwrap_or_default(), deal.map(|deal| deal.name.clone()), end.into_markup())
}

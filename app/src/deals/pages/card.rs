//! A card of the board. A page has hundreds, so the HTML of a card is kept short.

use crate::{
    demo_data::{demo_chip, demo_ids},
    request::{PageError, RequestContext},
    ui::{
        NO_VALUE, icon, initials,
        times::{Urgency, count_days, days_late, short_date, urgency},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    deals::idle_days,
    money::Currency,
    stages::StageKind,
    tasks::DueGroup,
    time_zones::TimeZone,
};
use leptos::prelude::*;
use store::{deals::Card, demo::DemoIds, stages::Stage};

/// The values that all cards of a page share.
pub struct CardContext {
    currency: Currency,
    now: DateTime<Utc>,
    today: NaiveDate,
    zone: TimeZone,
    actor: Actor,
    demo: DemoIds,
}

impl CardContext {
    /// The context of a request.
    pub async fn of(ctx: &RequestContext) -> Result<Self, PageError> {
        Ok(Self {
            currency: Currency::from_code(&ctx.signed_in.currency).unwrap_or_default(),
            now: ctx.now,
            today: ctx.today(),
            zone: ctx.zone().into(),
            actor: ctx.actor(),
            demo: demo_ids(ctx).await?,
        })
    }
}

/// The cards of a column, styled by `style/board.css`. `data-p`: the deal's own probability, absent if it follows the stage.
pub fn cards(cards: Vec<Card>, stage: &Stage, context: &CardContext) -> impl IntoView + use<> {
    let (kind, usual, norm) = (stage.kind, stage.probability, stage.idle_days);
    cards
        .into_iter()
        .map(|card| {
            let href = format!("/deals/{}", card.id);
            let movable = context.actor.may_with(Verb::Update, Entity::Deal, card.owner_id);
            let idle = idle_days(norm, card.touched_at, card.is_planned, context.now);
            let move_link = movable.then(|| {
                view! { <a data-move href=format!("{href}/move") aria-label=format!("Move {}", card.name)>{icon("ellipsis", "size-4")}</a> }
            });
            view! {
                <li data-id=card.id.to_string() data-v=card.version.to_string() data-p=(card.probability != usual).then(|| card.probability.to_string())>
                    <article class="deal">
                        <h3><a href=href>{card.name.clone()}</a></h3>
                        {move_link}
                        <p>{card.company_name}</p>
                        {demo_chip(&context.demo, card.id.0)}
                        <div>
                            <span data-value>{card.value.map_or_else(|| NO_VALUE.to_owned(), |value| context.currency.show(value))}</span>
                            <span>
                                {card.expected_close_date.map(|day| due_date(day, context.today, kind))}
                                <abbr title=card.owner_name.clone()>{initials(&card.owner_name)}</abbr>
                            </span>
                        </div>
                        {next_task(card.next_task_due_by, card.is_planned || idle.is_some(), kind, context)}
                        {idle.map(|days| view! { <small>{icon("clock", "size-3")} {idle_words(days, card.next_task_due_by.is_some())}</small> })}
                    </article>
                </li>
            }
        })
        .collect_view()
}

/// `Idle 20 days, nothing planned`. A task that is overdue is planned no more, but there is something to do.
pub(super) fn idle_words(days: i64, has_task: bool) -> String {
    let planned = if has_task { "" } else { ", nothing planned" };
    format!("Idle {}{planned}", count_days(days))
}

/// What is to be done next for an open deal: when its next task is due, or that nothing is planned. `says_plan`: whether something is planned,
/// or the card says already that nothing is.
fn next_task(due_by: Option<DateTime<Utc>>, says_plan: bool, kind: StageKind, context: &CardContext) -> Option<impl IntoView + use<>> {
    let (near, words) = match due_by.map(|due_by| DueGroup::at(due_by, context.now, context.zone)) {
        _ if kind != StageKind::Open => return None,
        Some(DueGroup::Overdue) => ("late", "Task overdue"),
        Some(DueGroup::Today) => ("today", "Task today"),
        Some(_) => ("later", "Task planned"),
        None if says_plan => return None,
        None => ("none", "Nothing planned"),
    };
    Some(view! { <i data-next=near>{words}</i> })
}

/// The expected close date; of an open deal coloured by urgency.
fn due_date(day: NaiveDate, today: NaiveDate, kind: StageKind) -> impl IntoView + use<> {
    let near = if kind == StageKind::Open { urgency(day, today) } else { Urgency::Calm };
    let words = due_label(day, today, near);
    // A date gets a calendar icon; a label such as `3 days late` needs none.
    let far = (day - today).num_days().abs() > 300;
    let drawing = words.is_none().then(|| icon("calendar", "size-3"));
    let words = words.unwrap_or_else(|| if far { short_date(day, today) } else { day.format("%-d %b").to_string() });
    let colour = match near {
        Urgency::Late => "late",
        Urgency::Soon => "soon",
        Urgency::Calm => "",
    };
    view! { <span data-due=colour>{drawing} {words}</span> }
}

/// `3 days late`, `today`, `in 1 day`, `in 5 days`; `None` for a day 7 or more days ahead, which is shown as a date.
pub fn due_label(day: NaiveDate, today: NaiveDate, near: Urgency) -> Option<String> {
    let days = (day - today).num_days();
    match near {
        Urgency::Late => days_late(day, today),
        Urgency::Soon if days == 0 => Some("today".to_owned()),
        Urgency::Soon if days < 7 => Some(format!("in {}", count_days(days))),
        Urgency::Soon | Urgency::Calm => None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn nearness_is_said_in_words() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let said = |days| {
            let day = today + TimeDelta::days(days);
            due_label(day, today, urgency(day, today))
        };
        assert_eq!([-9, -1, 0, 1, 6].map(|days| said(days).unwrap()), ["9 days late", "1 day late", "today", "in 1 day", "in 6 days"]);
        assert_eq!([7, 14, 45].map(said), [None, None, None]);
        assert_eq!(due_label(today, today, Urgency::Calm), None);
    }
}

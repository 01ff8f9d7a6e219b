//! A deal as a card of the board. There are hundreds on a page, so it says everything once and as shortly as it can.

use crate::{
    request::RequestContext,
    ui::{
        icon, initials,
        times::{Urgency, short_date, urgency},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    deals::idle_days,
    money::Currency,
    stages::StageKind,
};
use leptos::prelude::*;
use store::{deals::Card, stages::Stage};

/// What all cards of a page have in common.
#[derive(Clone, Copy)]
pub struct CardContext {
    currency: Currency,
    now: DateTime<Utc>,
    today: NaiveDate,
    actor: Actor,
}

impl CardContext {
    /// The look of cards for this person, today.
    pub fn of(ctx: &RequestContext) -> Self {
        Self {
            currency: Currency::from_code(&ctx.signed_in.currency).unwrap_or_default(),
            now: ctx.now,
            today: ctx.today(),
            actor: ctx.actor(),
        }
    }
}

/// The cards of a column. The look of their parts is in `style/board.css`; `data-p` is a probability of the deal's own.
pub fn cards(cards: Vec<Card>, stage: &Stage, look: CardContext) -> impl IntoView + use<> {
    let (kind, usual, norm) = (stage.kind, stage.probability, stage.idle_days);
    cards
        .into_iter()
        .map(|card| {
            let href = format!("/deals/{}", card.id);
            let movable = look.actor.may_with(Verb::Update, Entity::Deal, card.owner_id);
            let idle = idle_days(norm, card.touched_at, card.is_planned, look.now);
            let move_link = movable.then(|| {
                view! { <a data-move href=format!("{href}/move") aria-label=format!("Move {}", card.name)>{icon("ellipsis", "size-4")}</a> }
            });
            view! {
                <li data-id=card.id.to_string() data-v=card.version.to_string() data-p=(card.probability != usual).then(|| card.probability.to_string())>
                    <article class="deal">
                        <h3><a href=href>{card.name.clone()}</a></h3>
                        {move_link}
                        <p>{card.company_name}</p>
                        <div>
                            <span data-value>{look.currency.show(card.value)}</span>
                            <span>
                                {card.expected_close_date.map(|day| due(day, look.today, kind))}
                                <abbr title=card.owner_name.clone()>{initials(&card.owner_name)}</abbr>
                            </span>
                        </div>
                        {idle.map(|days| view! { <small>{icon("clock", "size-3")} {format!("Idle {}, nothing planned", count_days(days))}</small> })}
                    </article>
                </li>
            }
        })
        .collect_view()
}

/// The day a deal is expected to close: in colour and words while it is open.
fn due(day: NaiveDate, today: NaiveDate, kind: StageKind) -> impl IntoView + use<> {
    let near = if kind == StageKind::Open { urgency(day, today) } else { Urgency::Calm };
    let words = due_label(day, today, near);
    // Words say by themselves what they are about; a date has a calendar beside it, and its year only when it is far.
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

/// `3 days late`, `today`, `in 1 day`, `in 5 days`; nothing for a day that a date says better.
pub fn due_label(day: NaiveDate, today: NaiveDate, near: Urgency) -> Option<String> {
    let days = (day - today).num_days();
    match near {
        Urgency::Late => Some(format!("{} late", count_days(-days))),
        Urgency::Soon if days == 0 => Some("today".to_owned()),
        Urgency::Soon if days < 7 => Some(format!("in {}", count_days(days))),
        Urgency::Soon | Urgency::Calm => None,
    }
}

/// `1 day`, `19 days`.
pub fn count_days(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
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

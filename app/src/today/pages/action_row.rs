//! One next best action: what it is about, why, and the one click that does it.

use crate::{
    activities::{QUICK_LOG_FORM, quick_log_url},
    request::RequestContext,
    tasks::pages::{done_text_button, next_steps_button},
    today::actions::SnoozeAction,
    ui::{
        form::shown_to,
        icon,
        list::list_url,
        markup::{IntoMarkup, Markup},
        times::{self, count_days},
    },
};
use domain::{
    access::{Entity, Verb},
    today::{ActionRule, SNOOZE_DAYS, SnoozeActionForm},
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::today::NextAction;

/// The id of the form of all buttons that put a record off.
const FORM: &str = "action-buttons";

/// The actions, what comes first first.
pub(super) fn action_list(ctx: &RequestContext, actions: &[NextAction]) -> Markup {
    let rows: Vec<_> = actions.iter().map(|action| row(ctx, action)).collect();
    view! {
        <form id=FORM method="post" action="/today/snooze" data-function=SnoozeAction::PATH hidden>
            {shown_to()}
            <input type="hidden" name="back" value=ctx.address().to_owned()/>
        </form>
        <ol class="next-actions" aria-labelledby="next-actions">{rows}</ol>
    }
    .into_markup()
}

fn row(ctx: &RequestContext, action: &NextAction) -> Markup {
    let (href, name) = subject(action);
    let urgent = matches!(action.rule, ActionRule::TaskOverdue | ActionRule::ClosePassed).then_some("");
    let reason = reason(ctx, action);
    // Of a day there is no time.
    let exact = (action.rule != ActionRule::ClosePassed).then(|| times::exact(action.since, ctx.zone()));
    let about = about(ctx, action);
    view! {
        <li>
            <span class="sign" data-urgent=urgent>{sign(action.rule)}</span>
            <div class="min-w-0 flex-1">
                <a class="title" href=href title=name.clone()>{name.clone()}</a>
                <p class="reason" data-urgent=urgent title=exact>{reason}</p>
                {(!about.is_empty()).then(|| view! { <p class="about">{about}</p> })}
            </div>
            <div class="does">{doing(ctx, action, &name)}{later_menu(ctx, action, &name)}</div>
        </li>
    }
    .into_markup()
}

/// The address and the name of the record: a deal, contact or company, or a task that is linked to none.
fn subject(action: &NextAction) -> (String, String) {
    if let Some(deal) = &action.deal {
        (format!("/deals/{}", deal.id), deal.name.clone())
    } else if let Some(contact) = &action.contact {
        (format!("/contacts/{}", contact.id), contact.name.clone())
    } else if let Some(company) = &action.company {
        (format!("/companies/{}", company.id), company.name.clone())
    } else {
        action.task.as_ref().map(|task| (format!("/tasks/{}", task.id), task.title.clone())).unwrap_or_default()
    }
}

/// Why the record needs an action, in words.
fn reason(ctx: &RequestContext, action: &NextAction) -> String {
    let zone = domain::time_zones::TimeZone::from(ctx.zone());
    let today = ctx.today();
    let days = (today - zone.day(action.since)).num_days();
    let counted = count_days(days);
    match action.rule {
        ActionRule::TaskOverdue => {
            let title = action.task.as_ref().map(|task| task.title.as_str()).unwrap_or_default();
            let since = if days > 0 { format!("overdue for {counted}") } else { "overdue since today".to_owned() };
            let others = match action.tasks {
                0 | 1 => String::new(),
                2 => ", and one more task".to_owned(),
                tasks => format!(", and {} more tasks", tasks - 1),
            };
            match action.deal.is_some() || action.contact.is_some() || action.company.is_some() {
                true => format!("Task {since}: {title}{others}"),
                false => format!("Task {since}"),
            }
        }
        ActionRule::ClosePassed => {
            let close = action.deal.as_ref().and_then(|deal| deal.expected_close_date).unwrap_or(today);
            format!("Expected to close {} ago, and still open", count_days((today - close).num_days()))
        }
        ActionRule::NothingPlanned if days > 0 => format!("Nothing planned, and no contact for {counted}"),
        ActionRule::NothingPlanned => "Nothing planned".to_owned(),
        ActionRule::Idle => {
            let stage = action.deal.as_ref().map(|deal| deal.stage_name.as_str()).unwrap_or_default();
            let allowed = action.deal.as_ref().and_then(|deal| deal.stage_idle_days).unwrap_or_default();
            format!("Idle for {counted}; {stage} allows {}", count_days(allowed.into()))
        }
        ActionRule::NoDecisionMaker => "The company has no primary decision-maker".to_owned(),
        ActionRule::NotContacted => format!("Decides, and had no contact for {counted}"),
        ActionRule::PromisedStep => {
            let promise = action.promise.as_ref().map(|promise| promise.name.as_str()).unwrap_or_default();
            format!("Promised {}: {promise}", if days > 0 { format!("{counted} ago") } else { "today".to_owned() })
        }
        ActionRule::ClosesSoon => {
            let close = action.deal.as_ref().and_then(|deal| deal.expected_close_date).unwrap_or(today);
            let closes = match (close - today).num_days() {
                ..=0 => "Closes today".to_owned(),
                1 => "Closes tomorrow".to_owned(),
                days => format!("Closes in {}", count_days(days)),
            };
            if days > 0 { format!("{closes}, and nothing was logged for {counted}") } else { closes }
        }
        ActionRule::LostEarlier => {
            let why = action.deal.as_ref().and_then(|deal| deal.lost_reason.clone()).unwrap_or_default();
            format!("Lost {counted} ago: {why}. Ask again")
        }
        ActionRule::CustomerNotContacted => format!("Customer without contact for {counted}"),
    }
}

/// What the deal is worth, which a narrow screen must not cut off, and the company.
fn about(ctx: &RequestContext, action: &NextAction) -> String {
    let of_record = action.deal.is_some() || action.contact.is_some();
    let company = action.company.as_ref().filter(|_| of_record).map(|company| company.name.clone());
    let value = action.deal.as_ref().and_then(|deal| deal.value).map(|value| ctx.money(value));
    value.into_iter().chain(company).collect::<Vec<_>>().join(" · ")
}

fn sign(rule: ActionRule) -> Markup {
    match rule {
        ActionRule::TaskOverdue => icon("list-checks", "size-4").into_markup(),
        ActionRule::ClosePassed | ActionRule::ClosesSoon => icon("calendar-clock", "size-4").into_markup(),
        ActionRule::NothingPlanned => icon("calendar-plus", "size-4").into_markup(),
        ActionRule::Idle => icon("clock", "size-4").into_markup(),
        ActionRule::NoDecisionMaker => icon("user-plus", "size-4").into_markup(),
        ActionRule::NotContacted | ActionRule::CustomerNotContacted => icon("phone", "size-4").into_markup(),
        ActionRule::PromisedStep => icon("list-plus", "size-4").into_markup(),
        ActionRule::LostEarlier => icon("undo-2", "size-4").into_markup(),
    }
}

/// The one click that does it, for users who may. `name`: the record's, for screen readers.
fn doing(ctx: &RequestContext, action: &NextAction, name: &str) -> Option<Markup> {
    let deal = action.deal.as_ref().map(|deal| deal.id);
    let links = [
        deal.map(|id| ("deal_id", id.to_string())),
        action.contact.as_ref().map(|contact| ("contact_id", contact.id.to_string())),
        action.company.as_ref().map(|company| ("company_id", company.id.to_string())),
    ];
    // The form takes the company and the contact of a deal by itself.
    let first = || links.clone().into_iter().flatten().take(1).collect::<Vec<_>>();
    let form_link = |words: &'static str, href: String, dialog: &'static str| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=href data-form-dialog=dialog aria-label=format!("{words}: {name}")>{words}</a> }
            .into_markup()
    };
    let log = || {
        let href = list_url("/activities/new", &first());
        let quick = quick_log_url(&href);
        view! { <a class="btn" data-variant="outline" data-size="sm" href=href data-form-dialog=QUICK_LOG_FORM data-show=quick aria-label=format!("Log activity: {name}")>"Log activity"</a> }
            .into_markup()
    };
    match action.rule {
        ActionRule::TaskOverdue => action.task.as_ref().and_then(|task| done_text_button(ctx, task.id, task.owner_id, &task.title)),
        ActionRule::ClosePassed => {
            let deal = deal.filter(|_| ctx.may(Verb::Update, Entity::Deal))?;
            Some(form_link("Change date", format!("/deals/{deal}/edit"), "deal"))
        }
        ActionRule::NothingPlanned => {
            ctx.may(Verb::Create, Entity::Task).then(|| form_link("Plan task", list_url("/tasks/new", &first()), "task"))
        }
        ActionRule::LostEarlier => ctx.may(Verb::Create, Entity::Task).then(|| {
            let title = [("title", "Ask again".to_owned())];
            form_link("Plan task", list_url("/tasks/new", &[first(), title.into()].concat()), "task")
        }),
        ActionRule::NoDecisionMaker => {
            let company = action.company.as_ref().filter(|_| ctx.may(Verb::Create, Entity::Contact))?;
            Some(form_link("Add contact", list_url("/contacts/new", &[("company_id", company.id.to_string())]), "contact"))
        }
        ActionRule::PromisedStep => {
            let promise = action.promise.as_ref()?;
            next_steps_button(ctx, &promise.name, [("deal_id", deal.map(|id| id.to_string())), ("contact_id", None), ("company_id", None)])
        }
        ActionRule::Idle | ActionRule::NotContacted | ActionRule::ClosesSoon | ActionRule::CustomerNotContacted => {
            ctx.may(Verb::Create, Entity::Activity).then(log)
        }
    }
}

/// The menu that puts the record off or dismisses the action.
fn later_menu(ctx: &RequestContext, action: &NextAction, name: &str) -> Markup {
    let choices: Vec<_> = SNOOZE_DAYS
        .into_iter()
        .map(|days| {
            let words = format!("Put off by {}", count_days(days.into()));
            view! { <button form=FORM name="put_off" value=SnoozeActionForm::button(days, action.record_id)>{words}</button> }
        })
        .collect();
    let pairs = [
        ("record_id", action.record_id.to_string()),
        ("rule", action.rule.slug().to_owned()),
        ("since", action.dismissal_ms.to_string()),
        ("back", ctx.address().to_owned()),
    ];
    view! {
        <details class="menu-box" name="later" data-align="end">
            <summary class="btn" data-variant="ghost" data-size="icon-sm" aria-label=format!("Later: {name}") title="Later">{icon("alarm-clock", "size-4")}</summary>
            <div class="menu">{choices}<a href=list_url("/today/dismiss", &pairs)>"Dismiss…"</a></div>
        </details>
    }
    .into_markup()
}

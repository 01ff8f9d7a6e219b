//! The card of the first steps, which stands at the top of the start page.

use super::{PATH, actions::SetFirstSteps};
use crate::{
    demo_data,
    request::{PageError, RequestContext},
    ui::{
        form::shown_to,
        icon,
        markup::{IntoMarkup, Markup},
    },
};
use domain::{
    access::{Entity, Verb},
    first_steps::{FirstStep, StepsDone},
};
use leptos::{either::Either, prelude::*, server_fn::ServerFn};

/// The card; `None` if the steps were dismissed, or the user has none to do. Only admins dismiss it, for everybody: a user who may not sees
/// it as long as a step of theirs is open.
pub async fn card(ctx: &RequestContext) -> Result<Option<Markup>, PageError> {
    let actor = ctx.actor();
    let steps: Vec<FirstStep> = FirstStep::ALL.into_iter().filter(|step| step.is_for(&actor)).collect();
    if !ctx.signed_in.shows_first_steps || steps.is_empty() {
        return Ok(None);
    }
    let done = ctx.store().first_steps(&actor).await?;
    let may_dismiss = ctx.may(Verb::Update, Entity::Workspace);
    let open = steps.iter().filter(|step| !done.is_done(**step)).count();
    if open == 0 && !may_dismiss {
        return Ok(None);
    }
    let progress = if open == 0 { "All done.".to_owned() } else { format!("{} of {} done.", steps.len() - open, steps.len()) };
    let items = steps.into_iter().map(|step| item(step, done)).collect_view();
    let card = view! {
        <section class="panel" aria-labelledby="first-steps">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3">
                <h2 id="first-steps">"First steps"</h2>
                <p class="min-w-0 flex-1 text-muted-foreground tabular-nums">{progress}</p>
                {may_dismiss.then(dismiss)}
            </div>
            <ul class="grid overflow-hidden border-t sm:grid-cols-2 xl:auto-cols-fr xl:grid-flow-col xl:grid-cols-none">{items}</ul>
            {demo_data::line(ctx).map(|line| view! { <p class="border-t px-4 py-3 text-muted-foreground">{line}</p> })}
        </section>
    };
    Ok(Some(card.into_markup()))
}

fn item(step: FirstStep, done: StepsDone) -> Markup {
    let text = if done.is_done(step) {
        Either::Left(view! {
            <span class="grid size-5 shrink-0 place-items-center rounded-full bg-primary text-primary-foreground">{icon("check", "size-3.5")}</span>
            <div class="min-w-0">
                <a class="text-muted-foreground hover:underline" href=step.href()>{step.label()}</a>
                <p class="text-muted-foreground">"Done"</p>
            </div>
        })
    } else {
        Either::Right(view! {
            <span class="size-5 shrink-0 rounded-full border" aria-hidden="true"></span>
            <div class="min-w-0">
                <a class="font-medium hover:underline" href=step.href()>{step.label()}</a>
                <p class="break-words text-muted-foreground">{step.purpose()}</p>
            </div>
        })
    };
    view! { <li class="-mt-px -ml-px flex items-start gap-3 border-t border-l px-4 py-3 sm:max-xl:last:odd:col-span-2">{text}</li> }
        .into_markup()
}

fn dismiss() -> impl IntoView {
    view! {
        <form method="post" action=PATH data-function=SetFirstSteps::PATH>
            {shown_to()}
            <input type="hidden" name="shown" value="no"/>
            <button class="btn" data-variant="ghost" data-size="sm">"Dismiss"<span class="sr-only">" first steps"</span></button>
        </form>
    }
}

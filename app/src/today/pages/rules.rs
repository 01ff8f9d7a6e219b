//! `/settings/next-actions`: the rules of the next best actions, each with its switch.

use crate::{
    request::{PageError, RequestContext},
    settings::{Setting, layout},
    shell,
    today::{RULES, actions::SwitchActionRule},
    ui::{
        form::shown_to,
        markup::{IntoMarkup, Markup},
    },
};
use axum::response::Response;
use domain::today::{ActionRule, RuleSwitchForm};
use leptos::{prelude::*, server_fn::ServerFn};

/// `GET /settings/next-actions`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let enabled = ctx.store().enabled_action_rules(&ctx.actor()).await?;
    let rows: Vec<_> = ActionRule::ALL.into_iter().map(|rule| row(rule, enabled.contains(&rule))).collect();
    let body = view! {
        <div>
            <h1>"Next best actions"</h1>
            <p class="mt-1 max-w-xl text-muted-foreground">"A record has one action on Today: of the first rule that fits. Within a rule the highest value times probability comes first, then what waits for longest."</p>
        </div>
        <form method="post" action=RULES data-function=SwitchActionRule::PATH class="panel max-w-2xl">
            {shown_to()}
            <ol class="divide-y">{rows}</ol>
        </form>
    };
    let body = layout(&ctx, Setting::NextActions, body);
    shell::page(ctx, "Next best actions", body).await
}

fn row(rule: ActionRule, on: bool) -> Markup {
    let (state, verb) = if on { ("On", "Switch off") } else { ("Off", "Switch on") };
    view! {
        <li class="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
            <div class="min-w-0 flex-1 basis-72">
                <p class="font-medium">{rule.label()}</p>
                <p class="text-muted-foreground">{rule.explanation()}</p>
            </div>
            <span class="w-8 text-muted-foreground">{state}</span>
            <button class="btn w-24" data-variant="outline" data-size="sm" name="switch" value=RuleSwitchForm::button(rule, !on) aria-label=format!("{verb}: {}", rule.label())>{verb}</button>
        </li>
    }
    .into_markup()
}

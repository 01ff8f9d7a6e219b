//! `/today/dismiss`: asks why an action is not needed.

use crate::{
    request::{PageError, RequestContext, ShownForm},
    shell,
    today::actions::DismissAction,
    ui::{
        error_summary::error_summary,
        form::{Field, form_footer, shown_to, suggestions, text_field},
        page::breadcrumb,
    },
};
use axum::response::Response;
use domain::{
    page::ListQuery,
    today::{ActionRule, DismissForm, TodayQuery},
    urls::safe_next,
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Reasons that are offered; any other can be typed.
const REASONS: [&str; 4] = ["Waiting for their answer", "Agreed on a later date", "Done elsewhere", "Not needed"];

/// `GET /today/dismiss`. The query says which action: `?record_id=`, `?rule=`, `?since=`; and which page shows it: `?back=`.
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let mut asked = DismissForm::default();
    for (name, value) in ctx.query()? {
        match name.as_str() {
            "record_id" => asked.record_id = value,
            "rule" => asked.rule = value,
            "since" => asked.since = value,
            "back" => asked.back = value,
            _ => {}
        }
    }
    let ShownForm { values, errors, .. } = ctx.form(|| asked).await?;
    let rule = ActionRule::from_slug(&values.rule).ok_or(PageError::NotFound)?;
    let record = values.record_id.parse().map_err(|_| PageError::NotFound)?;
    let back = safe_next(&values.back).unwrap_or(TodayQuery::PATH).to_owned();
    let name = ctx.store().action_subject(&ctx.actor(), record).await?;
    let title = format!("Dismiss “{}” for {name}?", rule.label());
    let sentence = "For you alone. It comes back after another contact, close date or overdue task. Others still see it.";
    let reason = Field::new("reason", "Reason").value(values.reason).required().hint("Why it needs no action").list("reasons");
    let body = view! {
        <div>
            {breadcrumb("Today", TodayQuery::PATH)}
            <h1 class="mt-2 break-words">{title.clone()}</h1>
            <p class="mt-1 max-w-xl break-words text-muted-foreground">{sentence}</p>
        </div>
        {error_summary(&errors, &[("reason", "Reason")])}
        <form method="post" action="/today/dismiss" data-function=DismissAction::PATH class="panel max-w-xl" novalidate>
            {shown_to()}
            <input type="hidden" name="record_id" value=values.record_id/>
            <input type="hidden" name="rule" value=values.rule/>
            <input type="hidden" name="since" value=values.since/>
            <input type="hidden" name="back" value=back.clone()/>
            <div class="p-5">
                {text_field(reason, &errors)}
                {suggestions("reasons", &REASONS)}
            </div>
            {form_footer(back, "Dismiss")}
        </form>
    };
    shell::page(ctx, &title, body).await
}

//! `/activities/quick`: the few fields of the quick log. With a script its form opens in a dialog over any page.

use super::{sign, there};
use crate::{
    activities::actions::QuickLog,
    request::{PageError, RequestContext, ShownForm},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, discard_button, draft_offer, form_key, shown_to, text_field},
        page::breadcrumb,
        picker::{PickerOptions, Source, default_submit_button, picker},
    },
};
use axum::response::Response;
use domain::{
    activities::{ActivityType, QuickLogForm},
    contacts::Whom,
    ids::DealId,
};
use leptos::{prelude::*, server_fn::ServerFn};

/// What the log is about, as the page behind says it.
#[derive(Default)]
struct About {
    /// `contact:ID` or `company:ID`.
    whom: String,
    deal: Option<DealId>,
}

/// `GET /activities/quick`; the query says what it is about: `?contact_id=`, `?company_id=`, `?deal_id=`.
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let About { whom, deal } = about(&ctx).await?;
    let asked = QuickLogForm {
        kind: ActivityType::Call.slug().to_owned(),
        deal_id: deal.map(|id| id.to_string()).unwrap_or_default(),
        deal_whom: deal.map(|_| whom.clone()).unwrap_or_default(),
        whom,
        ..QuickLogForm::default()
    };
    let ShownForm { values, errors, again } = ctx.form(|| asked).await?;
    let discard = again.then(|| discard_button("/activities/quick".to_owned(), "Discard what you typed"));
    let types = ActivityType::ALL
        .into_iter()
        .map(|kind| {
            view! { <label><input type="radio" class="sr-only" name="type" value=kind.slug() checked=kind.slug() == values.kind/>{sign(kind)} {kind.label()}</label> }
        })
        .collect_view();
    let known = !values.whom.is_empty();
    // Found while typing; without a script the link that opens this leads to the whole form.
    let offered = PickerOptions::selected_party(&ctx, &values.whom).await?;
    let with = picker(Field::new("whom", "With").value(values.whom), Source::Whom, "Nobody", offered, &errors);
    let deal = match values.deal_id.parse() {
        Ok(id) => there(ctx.store().deal(&ctx.actor(), id).await)?,
        Err(_) => None,
    };
    let about = deal.map(|deal| {
        view! {
            <p class="text-muted-foreground">"About the deal " <span class="text-foreground">{deal.name}</span></p>
        }
    });
    let body = view! {
        <div class="mx-auto flex w-full max-w-md flex-col gap-5">
            <div>{breadcrumb("Activities", "/activities")}<h1 class="mt-2">"Log activity"</h1></div>
            {error_summary(&errors, &[("subject", "Subject"), ("whom", "With")])}
            {discard}
            <form id="quick-log" method="post" action="/activities/quick" data-function=QuickLog::PATH data-draft data-again=again class="panel" novalidate>
                {default_submit_button("Log activity")}
                {shown_to()}
                {form_key(ctx.form_key(&values.form_key))}
                {draft_offer(None)}
                <input type="hidden" name="deal_id" value=values.deal_id/>
                <input type="hidden" name="deal_whom" value=values.deal_whom/>
                <div class="flex flex-col gap-4 p-5">
                    <fieldset class="segments"><legend class="sr-only">"Type"</legend>{types}</fieldset>
                    <div data-first=!known>{with}</div>
                    {about}
                    <div data-first=known>{text_field(Field::new("subject", "Subject").value(values.subject).required().autocomplete("off"), &errors)}</div>
                </div>
                <footer class="flex items-center gap-2 rounded-b-lg border-t bg-card px-5 py-3">
                    <button formmethod="get" formaction="/activities/new" class="btn" data-variant="ghost" data-size="sm">"All fields"</button>
                    <div class="flex-1"></div>
                    <a class="btn" data-variant="ghost" data-size="sm" href="/activities">"Cancel"</a>
                    <button class="btn" data-size="sm">"Log activity"</button>
                </footer>
            </form>
        </div>
    };
    shell::page(ctx, "Log activity", body).await
}

/// What the query names, as far as it is there: somebody may have deleted it while the page was open.
async fn about(ctx: &RequestContext) -> Result<About, PageError> {
    let mut about = About::default();
    for (name, value) in ctx.query()? {
        match name.as_str() {
            "contact_id" => about.whom = Whom::Contact(value.parse().map_err(|_| PageError::BadRequest)?).to_string(),
            "company_id" if about.whom.is_empty() => {
                about.whom = Whom::Company(value.parse().map_err(|_| PageError::BadRequest)?).to_string();
            }
            "deal_id" => {
                let id = value.parse().map_err(|_| PageError::BadRequest)?;
                if let Some(deal) = there(ctx.store().deal(&ctx.actor(), id).await)? {
                    about.whom = deal.contact_id.map_or(Whom::Company(deal.company_id), Whom::Contact).to_string();
                    about.deal = Some(id);
                }
            }
            _ => {}
        }
    }
    Ok(about)
}

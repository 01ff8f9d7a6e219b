//! `/activities/quick`: the quick log, a short form of an activity. With a script it opens in a dialog over any page.

use super::activity_icon;
use crate::{
    activities::actions::QuickLog,
    request::{PageError, RequestContext, ShownForm, not_found_to_none},
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
    contacts::PartyId,
    ids::DealId,
};
use leptos::{prelude::*, server_fn::ServerFn};

/// The records that the activity is linked to, from the query.
#[derive(Default)]
struct About {
    /// `contact:ID` or `company:ID`.
    party: String,
    deal: Option<DealId>,
}

/// `GET /activities/quick`. The query links records: `?contact_id=`, `?company_id=`, `?deal_id=`.
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let About { party, deal } = about(&ctx).await?;
    let initial = QuickLogForm {
        kind: ActivityType::Call.slug().to_owned(),
        deal_id: deal.map(|id| id.to_string()).unwrap_or_default(),
        deal_whom: deal.map(|_| party.clone()).unwrap_or_default(),
        whom: party,
        ..QuickLogForm::default()
    };
    let ShownForm { values, errors, is_redisplay } = ctx.form(|| initial).await?;
    let discard = is_redisplay.then(|| discard_button("/activities/quick".to_owned(), "Discard what you typed"));
    let types = ActivityType::ALL
        .into_iter()
        .map(|kind| {
            view! { <label><input type="radio" class="sr-only" name="type" value=kind.slug() checked=kind.slug() == values.kind/>{activity_icon(kind)} {kind.label()}</label> }
        })
        .collect_view();
    let known = !values.whom.is_empty();
    // Without a script, the link leads to the full form instead, so the select needs no further options.
    let offered = PickerOptions::selected_party(&ctx, &values.whom).await?;
    let with = picker(Field::new("whom", "With").value(values.whom), Source::Parties, "Nobody", offered, &errors);
    let deal = match values.deal_id.parse() {
        Ok(id) => not_found_to_none(ctx.store().deal(&ctx.actor(), id).await)?,
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
            <form id="quick-log" method="post" action="/activities/quick" data-function=QuickLog::PATH data-draft data-again=is_redisplay class="panel" novalidate>
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

/// Reads the query. A deal that was deleted while the page was open is left out.
async fn about(ctx: &RequestContext) -> Result<About, PageError> {
    let mut about = About::default();
    for (name, value) in ctx.query()? {
        match name.as_str() {
            "contact_id" => about.party = PartyId::Contact(value.parse().map_err(|_| PageError::BadRequest)?).to_string(),
            "company_id" if about.party.is_empty() => {
                about.party = PartyId::Company(value.parse().map_err(|_| PageError::BadRequest)?).to_string();
            }
            "deal_id" => {
                let id = value.parse().map_err(|_| PageError::BadRequest)?;
                if let Some(deal) = not_found_to_none(ctx.store().deal(&ctx.actor(), id).await)? {
                    about.party = deal.contact_id.map_or(PartyId::Company(deal.company_id), PartyId::Contact).to_string();
                    about.deal = Some(id);
                }
            }
            _ => {}
        }
    }
    Ok(about)
}

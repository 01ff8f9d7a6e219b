//! The page of the lists of sources and lost reasons.

use super::{PATH, actions::UpdateDealLists};
use crate::{
    request::{PageError, RequestContext, ShownForm},
    settings::{Setting, layout},
    shell,
    ui::{
        conflict::conflict_panel,
        error_summary::error_summary,
        form::{Field, save_footer, shown_to, text_area},
    },
};
use axum::response::Response;
use domain::deal_lists::DealListsForm;
use leptos::{prelude::*, server_fn::ServerFn};

/// Field names and labels in form order.
const LABELS: [(&str, &str); 2] = [("sources", "Sources"), ("lost_reasons", "Lost reasons")];

/// `GET /settings/deal-lists`
pub async fn edit(ctx: RequestContext) -> Result<Response, PageError> {
    let (lists, version) = ctx.store().deal_lists_to_edit(&ctx.actor()).await?;
    let kept = DealListsForm::of(&lists, version);
    let ShownForm { mut values, errors, .. } = ctx.form(|| kept.clone()).await?;
    let conflict = conflict_panel(&values, &kept, &LABELS, PATH.to_owned(), |_, value| value.to_owned());
    // The page shows the other user's version, so saving from here may replace it.
    values.version = kept.version;
    let summary = conflict.is_none().then(|| error_summary(&errors, &LABELS));
    let sources = Field::new("sources", "Sources").value(values.sources).hint("One a line: where deals come from");
    let reasons = Field::new("lost_reasons", "Lost reasons").value(values.lost_reasons).hint("One a line: why deals are lost");
    let body = view! {
        <div>
            <h1>"Deal lists"</h1>
            <p class="mt-1 text-muted-foreground">"The forms of deals offer these, in this order. Anything else can be typed as well, and deals keep what they have."</p>
        </div>
        {conflict}
        {summary}
        <form id="deal-lists" method="post" action=PATH data-function=UpdateDealLists::PATH class="panel max-w-xl" novalidate>
            {shown_to()}
            <input type="hidden" name="version" value=values.version/>
            <div class="grid gap-5 p-5">
                {text_area(sources, 8, &errors)}
                {text_area(reasons, 8, &errors)}
            </div>
            {save_footer("Save changes")}
        </form>
    };
    let body = layout(&ctx, Setting::DealLists, body);
    shell::page(ctx, "Deal lists", body).await
}

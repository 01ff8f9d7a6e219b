//! Bulk changes of the deal list: the bar below the table, and the delete confirmation.

use crate::{
    auth::shown_to::ShownTo,
    deals::actions::ChangeDeals,
    request::{PageError, RequestContext, refused_forms::RefusedForm, submitted_form::SubmittedForm},
    shell,
    ui::{
        form::shown_to,
        icon,
        list::url_of,
        markup::{IntoMarkup, Markup},
        page::restore_hint,
        pluralize,
    },
};
use axum::response::Response;
use domain::{
    deals::{BulkForm, DealQuery, LOST_REASON_MAX},
    page::ListQuery,
    stages::StageKind,
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::deals::DealFilters;

/// The bar of bulk changes, part of the form around the table. The style sheet shows it while a deal is selected.
pub fn bulk_bar(menus: &DealFilters, deletes: bool, lost_reason: String) -> Markup {
    let press = |what: &str, with: &str, words: String| {
        view! { <button name="action" value=format!("{what}:{with}")>{words}</button> }
    };
    let stages: Vec<_> = menus
        .stages
        .iter()
        .filter(|stage| stage.kind != StageKind::Lost)
        .map(|stage| press("stage", &stage.slug, stage.name.clone()))
        .collect();
    let lost: Vec<_> = menus
        .stages
        .iter()
        .filter(|stage| stage.kind == StageKind::Lost)
        .map(|stage| press("stage", &stage.slug, stage.name.clone()))
        .collect();
    let owners: Vec<_> = menus
        .owners
        .iter()
        .filter(|owner| owner.role.can_own_records())
        .map(|owner| press("owner", &owner.user_id.to_string(), owner.name.clone()))
        .collect();
    let add: Vec<_> = menus.tags.iter().map(|tag| press("add_tag", &tag.id.to_string(), tag.name.clone())).collect();
    let remove: Vec<_> = menus.tags.iter().map(|tag| press("remove_tag", &tag.id.to_string(), tag.name.clone())).collect();
    let delete = deletes.then(|| {
        view! { <button class="btn" data-variant="outline" data-size="sm" formmethod="get" formaction="/deals/bulk/delete">{icon("trash-2", "size-4")} "Delete"</button> }
    });
    let menu = |label: &'static str, drawing, choices: Markup| {
        view! {
            <details class="menu-box" name="bulk" data-align="start">
                <summary class="btn" data-variant="outline" data-size="sm">{drawing} {label}</summary>
                <div class="menu">{choices}</div>
            </details>
        }
    };
    let reason = view! {
        <hr/>
        <label class="flex flex-col gap-1 p-2">"Reason they were lost" <input name="lost_reason" value=lost_reason maxlength=LOST_REASON_MAX.to_string() class="input w-52" autocomplete="off"/></label>
        {lost}
    };
    let tags = (!add.is_empty()).then(|| {
        view! { {menu("Add tag", icon("tag", "size-4"), add.into_markup())} {menu("Remove tag", icon("x", "size-4"), remove.into_markup())} }
    });
    view! {
        <div class="bulk-bar" role="group" aria-label="Change the chosen deals">
            <span class="text-muted-foreground">"Chosen deals:"</span>
            {menu("Stage", icon("arrow-right-left", "size-4"), view! { {stages} {reason} }.into_markup())}
            {menu("Owner", icon("user", "size-4"), owners.into_markup())}
            {tags}
            {delete}
        </div>
    }
    .into_markup()
}

/// `GET /deals/bulk/delete`: the confirmation.
pub async fn delete_many(ctx: RequestContext) -> Result<Response, PageError> {
    let mut form = BulkForm { action: "delete".to_owned(), ..BulkForm::default() };
    for (name, value) in ctx.query()? {
        match name.as_str() {
            "deal" => form.deal.push(value),
            "list" => form.list = value,
            _ => {}
        }
    }
    let list = super::query_of(&form.list)?;
    let back = url_of(&list);
    let chosen = match form.selected_deals() {
        Ok(chosen) => chosen,
        Err(errors) => {
            let values = serde_json::json!(SubmittedForm::of(form));
            let refused = RefusedForm {
                shown_to: ShownTo::now().map(|now| now.to_string()),
                path: DealQuery::PATH.to_owned(),
                shown_at: back,
                values,
                errors,
                lasts: false,
                at: ctx.now,
            };
            return ctx.redirect_with_errors(refused).await;
        }
    };
    let names = ctx.store().deal_names(&ctx.actor(), &chosen).await?;
    let title = format!("Delete {}?", pluralize(names.len() as u64, "deal", "deals"));
    let hidden = form.deal.into_iter().map(|deal| view! { <input type="hidden" name="deal" value=deal/> }).collect_view();
    let body = view! {
        <div class="panel mx-auto w-full max-w-lg">
            <div class="flex gap-3 p-5">
                <span class="grid size-9 shrink-0 place-items-center rounded-full bg-destructive/10 text-destructive">{icon("trash-2", "size-4")}</span>
                <div class="min-w-0">
                    <h1 class="break-words">{title.clone()}</h1>
                    <p class="mt-1 text-muted-foreground">"They leave the board and all totals. Their activities stay with their companies. "{restore_hint("them")}</p>
                    <ul class="mt-3 flex list-disc flex-col gap-1 pl-4">{names.into_iter().map(|name| view! { <li class="break-words">{name}</li> }).collect_view()}</ul>
                </div>
            </div>
            <form method="post" data-function=ChangeDeals::PATH action="/deals/bulk" class="flex items-center justify-end gap-2 border-t px-5 py-3">
                {shown_to()}
                {hidden}
                <input type="hidden" name="list" value=form.list/>
                <a class="btn" data-variant="ghost" data-size="sm" href=back>"Cancel"</a>
                <button class="btn" data-variant="destructive" data-size="sm" name="action" value="delete">"Delete deals"</button>
            </form>
        </div>
    };
    shell::page(ctx, &title, body).await
}

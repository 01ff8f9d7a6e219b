//! Archiving: the page that asks why, and what a company's page says of an archived one.

use crate::{
    companies::actions::ArchiveCompany,
    request::{Id, PageError, RequestContext, ShownForm},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, form_footer, shown_to, text_area},
        icon,
        markup::{IntoMarkup, Markup},
        page::{breadcrumb, goes_along_in_words},
        times,
    },
};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{
    access::{Entity, Verb},
    bin::GoesAlong,
    companies::ArchiveForm,
    ids::CompanyId,
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::companies::CompanyDetail;

/// What an archived company is excluded from.
const LEFT_OUT: &str = "out of lists, searches and counts unless somebody asks for archived companies";

/// `GET /companies/{id}/archive`
pub async fn page(ctx: RequestContext, Id(id): Id<CompanyId>) -> Result<Response, PageError> {
    let company = ctx.store().company(&ctx.actor(), id).await?;
    if !ctx.actor().may_with(Verb::Update, Entity::Company, company.owner_id) {
        return Err(PageError::Denied);
    }
    let path = format!("/companies/{id}");
    let ShownForm { values, errors, is_redisplay } = ctx.form(ArchiveForm::default).await?;
    if company.archived.is_some() && !is_redisplay {
        return Ok(Redirect::to(&path).into_response());
    }
    let title = format!("Archive {}?", company.name);
    let reason = Field::new("reason", "Reason").value(values.reason).required().hint("Shown on its page and in its history");
    let body = view! {
        <div>
            {breadcrumb("Companies", "/companies")}
            <h1 class="mt-2 break-words">{title.clone()}</h1>
            <p class="mt-1 max-w-xl break-words text-muted-foreground">{consequence(&company)}</p>
        </div>
        {error_summary(&errors, &[("reason", "Reason")])}
        <form id="archive-company" method="post" action=format!("{path}/archive") data-function=ArchiveCompany::PATH class="panel max-w-xl" novalidate>
            {shown_to()}
            <input type="hidden" name="version" value=company.version.to_string()/>
            <div class="p-5">{text_area(reason, 3, &errors)}</div>
            {form_footer(path.clone(), "Archive company")}
        </form>
    };
    shell::page(ctx, &title, body).await
}

/// What archiving does, and what it doesn't.
fn consequence(company: &CompanyDetail) -> String {
    let there = GoesAlong {
        contacts: company.contacts_count,
        deals: company.deals_count,
        activities: company.activities_count,
        tasks: company.open_tasks_count,
    };
    let stays = goes_along_in_words(&there)
        .map_or_else(String::new, |there| format!(" What is there ({there}) stays in its own lists and can be edited."));
    format!(
        "It will be {LEFT_OUT}. It can be read, but not edited, and nothing new can be added to it.{stays} You can bring it back at any time."
    )
}

/// The panel of an archived company: by whom, when and why, and the way back for users who may edit it. `None` for any other company.
pub(super) fn archived_panel(ctx: &RequestContext, company: &CompanyDetail) -> Option<Markup> {
    let archived = company.archived.as_ref()?;
    let archived_by = archived.by.as_ref().map_or_else(|| "Archived, ".to_owned(), |name| format!("Archived by {name}, "));
    let at = times::ago(archived.at, ctx.now, ctx.zone());
    let back = ctx.actor().may_with(Verb::Update, Entity::Company, company.owner_id).then(|| {
        view! {
            <form method="post" action=format!("/companies/{}/bring-back", company.id) class="print:hidden">
                {shown_to()}
                <button class="btn" data-variant="outline" data-size="sm">{icon("archive-restore", "size-4")} "Bring back"</button>
            </form>
        }
    });
    let panel = view! {
        <section class="panel flex flex-wrap items-start gap-3 p-4" aria-label="Archived">
            <span class="grid size-9 shrink-0 place-items-center rounded-lg bg-muted text-muted-foreground">{icon("archive", "size-4")}</span>
            <div class="min-w-0 flex-1 basis-60 break-words">
                <p class="font-medium">{archived_by}{at}</p>
                <p class="mt-1 whitespace-pre-line">{archived.reason.clone()}</p>
                <p class="mt-1 text-muted-foreground">
                    {format!("It is {LEFT_OUT}, and can’t be edited. Its contacts, deals and activities can; new ones can’t be added.")}
                </p>
            </div>
            {back}
        </section>
    };
    Some(panel.into_markup())
}

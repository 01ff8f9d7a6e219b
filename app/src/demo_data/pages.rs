//! `/settings/workspace/demo-data`: filling in demo data, and the question before its removal.

use super::{
    PATH, REMOVE_PATH,
    actions::{FillWithDemoData, RemoveDemoData},
};
use crate::{
    request::{PageError, RequestContext},
    settings::{Setting, layout, workspace},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, check_box_field, form_footer, form_key, select_field, shown_to},
        icon, join_list,
        markup::{IntoMarkup, Markup},
        page::breadcrumb,
        pluralize_all,
    },
};
use axum::response::Response;
use domain::{
    access::Entity,
    bin::BIN_DAYS,
    demo_data::{DemoLanguage, DemoRemovalForm, FillForm, changed_text},
    forms::FormErrors,
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::demo::{DemoRemoval, RemainingRecord};

/// `GET /settings/workspace/demo-data`
pub async fn fill(ctx: RequestContext) -> Result<Response, PageError> {
    let shown = ctx.form(|| FillForm { language: DemoLanguage::default().code().to_owned(), ..FillForm::default() }).await?;
    let (values, errors) = (shown.values, shown.errors);
    let key = ctx.form_key(&values.form_key);
    let summary = error_summary(&errors, &[("language", "Language")]);
    let part = if ctx.signed_in.has_demo_data { filled().into_markup() } else { fill_form(values, &errors, key) };
    let body = view! {
        <div>
            {breadcrumb("Workspace", workspace::PATH)}
            <h1 class="mt-2">"Demo data"</h1>
            <p class="mt-1 max-w-xl text-muted-foreground">
                "Companies with the people who decide there, deals in every stage, calls and meetings past and planned, to look around with. Each record is marked “Demo”, and you can remove all of them again."
            </p>
        </div>
        {summary}
        {part}
    };
    let body = layout(&ctx, Setting::Workspace, body);
    shell::page(ctx, "Demo data", body).await
}

fn fill_form(values: FillForm, errors: &FormErrors, key: String) -> Markup {
    let language = Field::new("language", "Language").value(values.language).hint("Of the records. Your own ones stay as they are.");
    let languages = DemoLanguage::ALL.map(|language| (language.code().to_owned(), language.label().to_owned())).into();
    view! {
        <form method="post" action=PATH data-function=FillWithDemoData::PATH class="panel max-w-xl" novalidate>
            {shown_to()}
            {form_key(key)}
            <div class="p-5">{select_field(language, languages, errors)}</div>
            {form_footer(workspace::PATH.to_owned(), "Fill with demo data")}
        </form>
    }
    .into_markup()
}

fn filled() -> impl IntoView {
    view! {
        <section class="panel flex max-w-xl flex-wrap items-center gap-3 p-5">
            <p class="min-w-0 flex-1 basis-60 text-muted-foreground">"This workspace has demo data."</p>
            <a class="btn" data-variant="outline" data-size="sm" href=REMOVE_PATH>{icon("trash-2", "size-4")} "Remove demo data"</a>
        </section>
    }
}

/// `GET /settings/workspace/demo-data/remove`
pub async fn remove(ctx: RequestContext) -> Result<Response, PageError> {
    let removal = ctx.store().demo_removal(&ctx.actor()).await?;
    let shown = ctx.form(DemoRemovalForm::default).await?;
    let (values, errors) = (shown.values, shown.errors);
    let part = if ctx.signed_in.has_demo_data {
        removal_form(&removal, &values, &errors)
    } else {
        view! { <p class="text-muted-foreground">"This workspace has no demo data. "<a class="underline" href=PATH>"Fill with demo data"</a></p> }
            .into_markup()
    };
    let body = view! {
        <div>{breadcrumb("Demo data", PATH)}<h1 class="mt-2">"Remove demo data?"</h1></div>
        {error_summary(&errors, &[("changed_too", "Remove the changed ones too")])}
        {part}
    };
    let body = layout(&ctx, Setting::Workspace, body);
    shell::page(ctx, "Remove demo data", body).await
}

fn removal_form(removal: &DemoRemoval, values: &DemoRemovalForm, errors: &FormErrors) -> Markup {
    let changed = changed_text(removal.changed.iter().map(RemainingRecord::shown));
    let changed_too = (!removal.changed.is_empty()).then(|| {
        let hint = "They go to the bin as well, with the records that stay for their sake.";
        view! { <div class="border-t p-5">{check_box_field("changed_too", "Remove the changed ones too", hint, !values.changed_too.is_empty(), errors)}</div> }
    });
    view! {
        <form method="post" action=REMOVE_PATH data-function=RemoveDemoData::PATH class="panel max-w-xl" novalidate>
            {shown_to()}
            <input type="hidden" name="changed" value=changed/>
            <p class="p-5">{consequence(removal)}</p>
            {remaining("You changed these. They stay:", &removal.changed)}
            {remaining("These stay as well, as the changed ones refer to them:", &removal.needed_by_changed)}
            {remaining("Records of your own refer to these, so they stay in any case:", &removal.needed_by_own)}
            {changed_too}
            <footer class="flex items-center justify-end gap-2 border-t px-5 py-3">
                <a class="btn" data-variant="ghost" data-size="sm" href=PATH>"Cancel"</a>
                <button class="btn" data-variant="destructive" data-size="sm">"Remove demo data"</button>
            </footer>
        </form>
    }
    .into_markup()
}

/// What goes, in words.
fn consequence(removal: &DemoRemoval) -> String {
    let others = removal.others;
    let parts = pluralize_all([
        (removal.companies, "company", "companies"),
        (others.contacts, "contact", "contacts"),
        (others.deals, "deal", "deals"),
        (others.activities, "activity", "activities"),
        (others.tasks, "task", "tasks"),
    ]);
    let goes = match parts.len() {
        0 => "Nothing that nobody changed is left.".to_owned(),
        _ => format!("{} that nobody changed will go to the bin, where you can restore them for {BIN_DAYS} days.", join_list(&parts)),
    };
    format!("{goes} Tags of the demo that nothing else has go with them. What stays is yours, and no longer marked “Demo”.")
}

/// The records that stay for one reason, with links; `None` without any.
fn remaining(heading: &'static str, records: &[RemainingRecord]) -> Option<impl IntoView + use<>> {
    let item = |record: &RemainingRecord| {
        let noun = record.entity.noun();
        let path = match record.entity {
            Entity::Contact => "/contacts",
            Entity::Deal => "/deals",
            Entity::Activity => "/activities",
            Entity::Task => "/tasks",
            _ => "/companies",
        };
        view! {
            <li class="break-words"><a class="text-primary hover:underline" href=format!("{path}/{}", record.id)>{record.name.clone()}</a>" "<span class="text-muted-foreground">{noun}</span></li>
        }
    };
    (!records.is_empty()).then(|| {
        let items = records.iter().map(item).collect_view();
        view! { <div class="border-t p-5"><p class="font-medium">{heading}</p><ul class="mt-2 flex flex-col gap-1">{items}</ul></div> }
    })
}

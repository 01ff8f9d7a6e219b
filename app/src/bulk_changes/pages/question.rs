//! `/bulk-changes/new`: the question before a bulk change, with the number of its records and what goes along.

use crate::{
    bulk_changes::{
        actions::BeginBulkChange,
        scope::{ACTION, ListOfForm, selection_of},
        words::{button, question, records},
    },
    request::{PageError, RequestContext, ShownForm, as_str_pairs},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, form_key, shown_to, suggestions, text_area, text_field},
        icon,
        markup::{IntoMarkup, Markup},
        page::{goes_along_in_words, restore_hint},
    },
};
use axum::response::Response;
use domain::{
    bulk_changes::{BULK_AT_ONCE, BulkChange, BulkForm, BulkNumbers},
    forms::FormErrors,
    record_kinds::RecordKind,
    stages::StageKind,
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::bulk_changes::BulkPreview;

/// Labels of the fields in the summary of errors.
const LABELS: [(&str, &str); 9] = [
    ("selected", "Records"),
    ("count", "Number of records"),
    ("action", "Change"),
    ("stage", "Stage"),
    ("lost_reason", "Reason they were lost"),
    ("reason", "Reason"),
    ("owner_id", "Owner"),
    ("tag", "Tag"),
    ("scope", "Records"),
];

/// `GET /bulk-changes/new`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let asked = form_of(&ctx.query()?);
    let list = ListOfForm::read(&ctx, &asked)?;
    let back = list.url();
    let (selection, change) = match selection_of(&asked, &list).and_then(|selection| Ok((selection, asked.asked_change()?))) {
        Ok(read) => read,
        Err(errors) => return shell::page(ctx, "Nothing chosen", nothing_chosen(&errors, back)).await,
    };
    let ShownForm { values, errors, .. } = ctx.form(|| asked.clone()).await?;
    let preview = ctx.store().preview_bulk_change(&ctx.actor(), &selection, &change).await?;
    let kind = selection.kind();
    if preview.numbers.records == 0 {
        let errors = FormErrors::of("", format!("None of these {} is there any more.", kind.slug()));
        return shell::page(ctx, "Nothing to change", nothing_chosen(&errors, back)).await;
    }
    let is_lost = match &change {
        BulkChange::Stage { stage, .. } => {
            let stages = ctx.store().stages(&ctx.actor()).await?;
            stages.iter().any(|known| known.slug == *stage && known.kind == StageKind::Lost)
        }
        _ => false,
    };
    let title = question(&change, &records(kind, preview.numbers.records), preview.value_name.as_deref());
    let texts = match &change {
        BulkChange::Archive { .. } => {
            let reason = Field::new("reason", "Reason").value(values.reason).required().hint("Shown on each page and in each history");
            Some(text_area(reason, 3, &errors))
        }
        _ if is_lost => {
            let lists = ctx.store().deal_lists(&ctx.actor()).await?;
            let reason = Field::new("lost_reason", "Reason they were lost").value(values.lost_reason).required();
            let field = text_field(reason.list("lost-reasons").autocomplete("off"), &errors);
            Some(view! { {field} {suggestions("lost-reasons", &lists.lost_reasons)} }.into_markup())
        }
        _ => None,
    };
    let texts = texts.map(|texts| view! { <div class="border-t p-5">{texts}</div> });
    let variant = if change == BulkChange::Delete { "destructive" } else { "primary" };
    let body = view! {
        <div class="mx-auto w-full max-w-lg not-empty:mb-4">{error_summary(&errors, &LABELS)}</div>
        <div class="panel mx-auto w-full max-w-lg">
            <div class="flex gap-3 p-5">
                {drawing(&change)}
                <div class="min-w-0">
                    <h1 class="break-words">{title.clone()}</h1>
                    {consequences(kind, &change, &preview.numbers)}
                    {names(&preview)}
                </div>
            </div>
            <form id="bulk-change" method="post" data-function=BeginBulkChange::PATH action=ACTION novalidate>
                {shown_to()}
                {form_key(ctx.form_key(&values.form_key))}
                {hidden(&asked, &preview.numbers)}
                {texts}
                <div class="flex items-center justify-end gap-2 border-t px-5 py-3">
                    <a class="btn" data-variant="ghost" data-size="sm" href=back>"Cancel"</a>
                    <button class="btn" data-variant=variant data-size="sm">{button(&change)}</button>
                </div>
            </form>
        </div>
    };
    shell::page(ctx, &title, body).await
}

/// The form that the URL's query fills in. A list's form brings further fields along, which are no part of the question.
fn form_of(pairs: &[(String, String)]) -> BulkForm {
    let mut form = BulkForm::default();
    for (name, value) in as_str_pairs(pairs) {
        let value = value.to_owned();
        match name {
            "kind" => form.kind = value,
            "selected" => form.selected.push(value),
            "scope" => form.scope = value,
            "action" => form.action = value,
            "lost_reason" => form.lost_reason = value,
            "list" => form.list = value,
            _ => {}
        }
    }
    form
}

fn drawing(change: &BulkChange) -> Markup {
    match change {
        BulkChange::Delete => {
            view! { <span class="grid size-9 shrink-0 place-items-center rounded-full bg-destructive/10 text-destructive">{icon("trash-2", "size-4")}</span> }
                .into_markup()
        }
        _ => view! { <span class="grid size-9 shrink-0 place-items-center rounded-full bg-muted text-muted-foreground">{icon("list-checks", "size-4")}</span> }
            .into_markup(),
    }
}

/// What the change brings along, and that a large one takes its time.
fn consequences(kind: RecordKind, change: &BulkChange, numbers: &BulkNumbers) -> Markup {
    let mut sentences = Vec::new();
    if *change == BulkChange::Delete {
        if let Some(along) = goes_along_in_words(&numbers.goes_along) {
            sentences.push(format!("{along} will be deleted with them."));
        }
        if kind == RecordKind::Deals {
            sentences.push("They leave the board and all totals. Their activities and tasks stay with their companies.".to_owned());
        }
        if kind == RecordKind::Tasks {
            sentences.push("Of one that repeats after it is done, the next one is added at once.".to_owned());
        }
        sentences.push(restore_hint("them"));
    }
    if numbers.records > BULK_AT_ONCE as u64 {
        sentences.push("This runs in the background, and a page shows how far it is.".to_owned());
    }
    sentences.push("What somebody changes meanwhile, and what isn’t yours to change, is left as it is.".to_owned());
    view! { <p class="mt-1 text-muted-foreground">{sentences.join(" ")}</p> }.into_markup()
}

/// The names of the first records.
fn names(preview: &BulkPreview) -> Markup {
    let rest = preview.numbers.records.saturating_sub(preview.names.len() as u64);
    let rest = (rest > 0).then(|| view! { <li>{format!("and {} more", domain::numbers::group_thousands(rest))}</li> });
    let names = preview.names.iter().map(|name| view! { <li class="break-words">{name.clone()}</li> }).collect_view();
    view! { <ul class="mt-3 flex list-disc flex-col gap-1 pl-4">{names}{rest}</ul> }.into_markup()
}

/// What the form is about, and the numbers that the question names.
fn hidden(asked: &BulkForm, numbers: &BulkNumbers) -> Markup {
    let along = numbers.goes_along.by_kind().into_iter().filter(|(_, number)| *number > 0).map(|(name, number)| (name, number.to_string()));
    let fields = [
        ("kind", asked.kind.clone()),
        ("scope", asked.scope.clone()),
        ("action", asked.action.clone()),
        ("list", asked.list.clone()),
        ("count", numbers.records.to_string()),
    ];
    let records = asked.selected.iter().map(|record| ("selected", record.clone()));
    let fields = fields.into_iter().chain(along).chain(records);
    fields.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view().into_markup()
}

/// The page for a form that is about nothing.
fn nothing_chosen(errors: &FormErrors, back: String) -> Markup {
    view! {
        <div class="mx-auto flex w-full max-w-lg flex-col gap-4">
            <h1>"Nothing to change"</h1>
            {error_summary(errors, &LABELS)}
            <a class="btn self-start" data-variant="outline" data-size="sm" href=back>"Back to the list"</a>
        </div>
    }
    .into_markup()
}

//! `/companies/export` and the other lists' pages: in which format, and which columns. They have the query of the list's URL.

use super::status::state_line;
use crate::{
    exports::write::filter_in_zone,
    request::{PageError, RequestContext, as_str_pairs, pairs_of},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, form_footer, select_field, shown_to},
        list::{encode_pairs, list_url, percent_encoded},
        markup::{IntoMarkup, Markup},
        page::breadcrumb,
        pluralize,
    },
};
use axum::response::Response;
use domain::{
    exports::{DIRECT_ROWS_MAX, ExportColumns, ExportForm, ExportFormat, ListAddress},
    forms::FormErrors,
    numbers::group_thousands,
    record_kinds::RecordKind,
};
use leptos::prelude::*;
use serde_json::{Map, Value};
use store::exports::Export;

const LABELS: [(&str, &str); 2] = [("format", "Format"), ("columns", "Columns")];

/// The path that the form is posted to.
const ACTION: &str = "/exports";

/// `GET /companies/export`
pub async fn companies(ctx: RequestContext) -> Result<Response, PageError> {
    page(ctx, RecordKind::Companies).await
}

/// `GET /contacts/export`
pub async fn contacts(ctx: RequestContext) -> Result<Response, PageError> {
    page(ctx, RecordKind::Contacts).await
}

/// `GET /deals/export`
pub async fn deals(ctx: RequestContext) -> Result<Response, PageError> {
    page(ctx, RecordKind::Deals).await
}

/// `GET /activities/export`
pub async fn activities(ctx: RequestContext) -> Result<Response, PageError> {
    page(ctx, RecordKind::Activities).await
}

/// `GET /tasks/export`
pub async fn tasks(ctx: RequestContext) -> Result<Response, PageError> {
    page(ctx, RecordKind::Tasks).await
}

/// The location of the form: the page of the list that its fields name.
pub fn of_form(_: &str, fields: &Map<String, Value>) -> (String, String) {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let list = RecordKind::from_slug(text("list")).unwrap_or(RecordKind::Companies);
    let path = format!("{}/export", list.path());
    // What can't be read becomes a filter that there is not, and is answered as such.
    let query = match pairs_of(text("query")) {
        Ok(pairs) => encode_pairs(as_str_pairs(&pairs)),
        Err(_) => percent_encoded("", text("query"), ""),
    };
    let url = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
    (path, url)
}

async fn page(ctx: RequestContext, list: RecordKind) -> Result<Response, PageError> {
    let address = ListAddress::parse(list, &ctx.query()?)?;
    let shown = ctx.form(|| default_form(&address)).await?;
    let list_href = list_url(list.path(), &address.query_pairs());
    let actor = ctx.actor();
    let filter = filter_in_zone(address.clone(), ctx.zone(), ctx.now);
    let (ids, files) = tokio::try_join!(ctx.store().exported_ids(&actor, &filter), ctx.store().own_exports(&actor, list))?;
    let title = format!("Export {}", list.label().to_lowercase());
    let body = view! {
        <div>
            {breadcrumb(list.label(), list.path())}
            <h1 class="mt-2">{title.clone()}</h1>
            <p class="mt-1 max-w-xl text-muted-foreground">{explanation(ids.len() as u64)}</p>
        </div>
        {error_summary(&shown.errors, &LABELS)}
        {form(shown.values, &shown.errors, list_href)}
        {recent_files(&ctx, files)}
    };
    shell::page(ctx, &title, body).await
}

fn default_form(address: &ListAddress) -> ExportForm {
    let pairs = address.query_pairs();
    ExportForm {
        list: address.list().slug().to_owned(),
        query: encode_pairs(pairs.iter().map(|(name, value)| (*name, value.as_str()))),
        format: ExportFormat::default().slug().to_owned(),
        columns: ExportColumns::default().slug().to_owned(),
    }
}

/// How many rows there are, and what becomes of them.
fn explanation(rows: u64) -> String {
    let matching = format!("{} of this list, on all its pages and in its order.", pluralize(rows, "row", "rows"));
    if rows > DIRECT_ROWS_MAX {
        format!("{matching} As there are more than {}, the file is written in the background.", group_thousands(DIRECT_ROWS_MAX))
    } else {
        matching
    }
}

fn form(values: ExportForm, errors: &FormErrors, list_href: String) -> Markup {
    let format = Field::new("format", "Format").value(values.format).hint("CSV has the separator of your preferences.");
    let columns = Field::new("columns", "Columns").value(values.columns);
    let formats = ExportFormat::ALL.map(|format| (format.slug().to_owned(), format.label().to_owned())).into();
    let choices = ExportColumns::ALL.map(|columns| (columns.slug().to_owned(), columns.label().to_owned())).into();
    // Sent by the browser itself, which saves the file and stays on this page.
    view! {
        <form method="post" action=ACTION class="panel max-w-xl" novalidate>
            {shown_to()}
            <input type="hidden" name="list" value=values.list/>
            <input type="hidden" name="query" value=values.query/>
            <div class="flex flex-col gap-5 p-5">{select_field(format, formats, errors)}{select_field(columns, choices, errors)}</div>
            {form_footer(list_href, "Export")}
        </form>
    }
    .into_markup()
}

/// The user's files of this list that are written in the background; `None` without any.
fn recent_files(ctx: &RequestContext, files: Vec<Export>) -> Option<Markup> {
    let rows: Vec<_> = files
        .into_iter()
        .map(|export| {
            let name = format!("{} {}", group_thousands(export.row_count), export.format.slug().to_uppercase());
            view! {
                <li class="flex flex-wrap items-center gap-x-3 px-5 py-3">
                    <a class="font-medium hover:underline" href=format!("/exports/{}", export.id)>{name}</a>
                    <span class="text-muted-foreground">{state_line(ctx, &export)}</span>
                </li>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="panel max-w-xl" aria-labelledby="files">
                <h2 id="files" class="border-b px-5 py-3">"Your files of this list"</h2>
                <ul class="divide-y">{rows}</ul>
            </section>
        }
        .into_markup()
    })
}

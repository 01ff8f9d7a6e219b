//! `/views/new` and `/views/{id}/edit`.

use super::{kept_state, list_of, new_view_url, state_url, url_of_view, view_icon};
use crate::{
    request::{Id, PageError, RequestContext, ShownForm},
    shell,
    ui::{
        conflict::conflict_panel,
        error_summary::error_summary,
        form::{Field, check_box_field, error_line, form_footer, form_key, shown_to, text_field},
        icon,
        markup::{IntoMarkup, Markup},
    },
    views::actions::{CreateView, UpdateView},
};
use axum::response::Response;
use domain::{
    access::Role,
    forms::FormErrors,
    ids::ViewId,
    record_kinds::RecordKind,
    views::{ViewForm, ViewIcon},
};
use leptos::{prelude::*, server_fn::ServerFn};
use serde_json::{Map, Value};

/// Field names and labels in form order.
const LABELS: [(&str, &str); 4] = [("name", "Name"), ("icon", "Icon"), ("is_shared", "Shared"), ("state", "Filters")];

/// `GET /views/new`: `?list=` the list, `?state=` its address without the path.
pub async fn new(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let value = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let list = list_of(&value("list")).map_err(|_| PageError::BadRequest)?;
    let state = kept_state(list, &value("state")).map_err(|_| PageError::BadRequest)?;
    let first = ViewForm { list: list.slug().to_owned(), state: state.clone(), ..ViewForm::default() };
    let mut form = ctx.form(|| first).await?;
    form.values.form_key = ctx.form_key(&form.values.form_key);
    let shown = ShownView {
        heading: "Save view",
        verb: "Save view",
        action: "/views/new".to_owned(),
        function: CreateView::PATH,
        cancel: state_url(list, &state),
        delete: None,
    };
    let body = form_page(&ctx, shown, None, form);
    shell::page(ctx, "Save view", body).await
}

/// `GET /views/{id}/edit`
pub async fn edit(ctx: RequestContext, Id(id): Id<ViewId>) -> Result<Response, PageError> {
    let view = ctx.store().view(&ctx.actor(), id).await?;
    if !view.is_changed_by(&ctx.actor()) {
        return Err(PageError::Denied);
    }
    let kept = ViewForm {
        name: view.name.clone(),
        icon: view.icon.slug().to_owned(),
        is_shared: if view.is_shared { "on".to_owned() } else { String::new() },
        list: view.list.slug().to_owned(),
        version: view.version.to_string(),
        ..ViewForm::default()
    };
    let mut form = ctx.form(|| kept.clone()).await?;
    let path = format!("/views/{id}/edit");
    let conflict = conflict_panel(&form.values, &kept, &LABELS, path.clone(), |_, value| value.to_owned());
    // The page shows the other user's version, so saving from here may replace it.
    form.values.version = kept.version;
    let shown = ShownView {
        heading: "Edit view",
        verb: "Save changes",
        action: path,
        function: UpdateView::PATH,
        cancel: url_of_view(view.list, id),
        delete: Some(format!("/views/{id}/delete")),
    };
    let title = format!("Edit view {}", view.name);
    let body = form_page(&ctx, shown, conflict, form);
    shell::page(ctx, &title, body).await
}

/// The location of the form of a new view: its list, in its state.
pub fn of_view_form(_: &str, fields: &Map<String, Value>) -> (String, String) {
    let field = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let list = RecordKind::from_slug(field("list")).unwrap_or(RecordKind::Companies);
    ("/views/new".to_owned(), new_view_url(list, field("state")))
}

/// What the form is shown as.
struct ShownView {
    heading: &'static str,
    verb: &'static str,
    action: String,
    function: &'static str,
    cancel: String,
    /// The path of the page that deletes the view.
    delete: Option<String>,
}

fn form_page(ctx: &RequestContext, shown: ShownView, conflict: Option<Markup>, form: ShownForm<ViewForm>) -> impl IntoView + use<> {
    let ShownForm { values, errors, .. } = form;
    // The conflict panel replaces the error summary.
    let summary = conflict.is_none().then(|| error_summary(&errors, &LABELS));
    let may_share = ctx.actor().role >= Role::Member || !values.is_shared.is_empty();
    let sharing = may_share.then(|| {
        let hint = "Everybody in this workspace sees it. You and admins may change it.";
        check_box_field("is_shared", "Share with the workspace", hint, !values.is_shared.is_empty(), &errors)
    });
    let delete = shown.delete.map(|href| {
        view! { <a class="btn self-start" data-variant="ghost" data-size="sm" href=href>{icon("trash-2", "size-4")} "Delete view"</a> }
    });
    view! {
        <div class="mx-auto flex w-full max-w-xl flex-col gap-4">
            <h1>{shown.heading}</h1>
            {conflict}
            {summary}
            <form id="view" method="post" action=shown.action data-function=shown.function class="panel" novalidate>
                <input type="hidden" name="version" value=values.version/>
                <input type="hidden" name="list" value=values.list/>
                <input type="hidden" name="state" value=values.state/>
                {shown_to()}
                {form_key(values.form_key)}
                <div class="grid gap-5 p-5">
                    {text_field(Field::new("name", "Name").value(values.name).required().autocomplete("off").hint("Search, filters, order, columns and rows a page are kept."), &errors)}
                    {icons(&values.icon, &errors)}
                    {sharing}
                </div>
                {form_footer(shown.cancel, shown.verb)}
            </form>
            {delete}
        </div>
    }
}

/// The radio buttons of the icons.
fn icons(chosen: &str, errors: &FormErrors) -> impl IntoView + use<> {
    let chosen = ViewIcon::from_slug(chosen).unwrap_or_default();
    let choices: Vec<_> = ViewIcon::ALL
        .into_iter()
        .map(|of| {
            view! {
                <label class="view-icon">
                    <input type="radio" class="sr-only" name="icon" value=of.slug() checked=of == chosen/>
                    {view_icon(of)}<span class="sr-only">{of.slug()}</span>
                </label>
            }
            .into_markup()
        })
        .collect();
    view! {
        <fieldset id="icon" class="field">
            <legend class="mb-2 text-sm font-medium">"Icon"</legend>
            <div class="flex flex-wrap gap-2">{choices}</div>
            {error_line("icon", errors)}
        </fieldset>
    }
}

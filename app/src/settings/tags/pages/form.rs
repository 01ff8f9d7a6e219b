//! `/settings/tags/new` and `/settings/tags/{id}/edit`.

use super::PATH;
use crate::{
    request::{Id, PageError, RequestContext, ShownForm},
    settings::{
        Setting, layout,
        tags::{
            actions::{CreateTag, UpdateTag},
            merged::tag_or_redirect,
        },
    },
    shell,
    ui::{
        color_field::{ColorChoice, color_field},
        conflict::conflict_panel,
        error_summary::error_summary,
        form::{Field, form_footer, form_key, shown_to, text_field},
        markup::{IntoMarkup, Markup},
        page::breadcrumb,
    },
};
use axum::response::Response;
use domain::{
    forms::FormErrors,
    ids::TagId,
    tags::{PALETTE, TagForm},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Field names and labels in form order.
const LABELS: [(&str, &str); 2] = [("name", "Name"), ("color", "Color")];

/// `GET /settings/tags/new`
pub async fn new(ctx: RequestContext) -> Result<Response, PageError> {
    let mut form = ctx.form(TagForm::default).await?;
    form.values.form_key = ctx.form_key(&form.values.form_key);
    let body = form_page("New tag", "Create tag", format!("{PATH}/new"), CreateTag::PATH, None, form);
    let body = layout(&ctx, Setting::Tags, body);
    shell::page(ctx, "New tag", body).await
}

/// `GET /settings/tags/{id}/edit`
pub async fn edit(ctx: RequestContext, Id(id): Id<TagId>) -> Result<Response, PageError> {
    let in_use = match tag_or_redirect(&ctx, id).await? {
        Ok(tag) => tag,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let kept =
        TagForm { name: in_use.tag.name.clone(), color: in_use.tag.color, version: in_use.version.to_string(), ..TagForm::default() };
    let mut form = ctx.form(|| kept.clone()).await?;
    let path = format!("{PATH}/{id}/edit");
    let conflict = conflict_panel(&form.values, &kept, &LABELS, path.clone(), display_value);
    // The page shows the other user's version, so saving from here may replace it.
    form.values.version = kept.version;
    let title = format!("Edit {}", in_use.tag.name);
    let body = layout(&ctx, Setting::Tags, form_page("Edit tag", "Save changes", path, UpdateTag::PATH, conflict, form));
    shell::page(ctx, &title, body).await
}

/// A field's value as the conflict panel shows it: a colour of the palette by its name.
fn display_value(field: &str, value: &str) -> String {
    let color = (field == "color").then(|| PALETTE.iter().find(|(hex, _)| *hex == value)).flatten();
    color.map_or(value, |(_, name)| *name).to_owned()
}

fn form_page(
    heading: &'static str,
    verb: &'static str,
    action: String,
    function: &'static str,
    conflict: Option<Markup>,
    form: ShownForm<TagForm>,
) -> impl IntoView {
    let ShownForm { values, errors, .. } = form;
    // The conflict panel replaces the error summary.
    let summary = conflict.is_none().then(|| error_summary(&errors, &LABELS));
    view! {
        <div>{breadcrumb("Tags", PATH)}<h1 class="mt-2">{heading}</h1></div>
        {conflict}
        {summary}
        <form id="tag" method="post" action=action data-function=function class="panel max-w-xl" novalidate>
            <input type="hidden" name="version" value=values.version/>
            {shown_to()}
            {form_key(values.form_key)}
            <div class="grid gap-5 p-5">
                {text_field(Field::new("name", "Name").value(values.name).required().autocomplete("off"), &errors)}
                {colors(&values.color, &errors)}
            </div>
            {form_footer(PATH.to_owned(), verb)}
        </form>
    }
}

/// The radio buttons of the palette. A colour outside the palette comes first.
fn colors(chosen: &str, errors: &FormErrors) -> Markup {
    let chosen = if chosen.is_empty() { PALETTE[0].0 } else { chosen };
    let own = (!PALETTE.iter().any(|(hex, _)| *hex == chosen)).then_some((chosen, "Its own"));
    let choices = own.into_iter().chain(PALETTE.iter().copied()).map(|(hex, label)| {
        let value = hex.to_owned();
        let fill = value.clone();
        let dot = view! { <svg class="size-5" viewBox="0 0 2 2" aria-hidden="true"><circle cx="1" cy="1" r="1" fill=fill></circle></svg> };
        ColorChoice { value, label, dot: dot.into_markup() }
    });
    color_field(chosen, choices, errors)
}

//! `/settings/tags`: the list of tags, with the numbers of their records.

use super::{PATH, carriers_in_words};
use crate::{
    request::{PageError, RequestContext},
    settings::{Setting, layout},
    shell,
    ui::{
        icon,
        markup::{IntoMarkup, Markup},
        page::empty_state,
        tag,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    numbers::group_thousands,
};
use leptos::prelude::*;
use store::tags::TagInUse;

/// `GET /settings/tags`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let tags = ctx.store().tags_in_use(&ctx.actor()).await?;
    let new = || ctx.may(Verb::Create, Entity::Tag).then(new_button);
    let count = tags.len();
    let list = if tags.is_empty() {
        empty_state(icon("tag", "size-5"), "No tags yet. A tag groups companies and people across your lists.", new()).into_markup()
    } else {
        table(&ctx, tags).into_markup()
    };
    let body = view! {
        <div class="flex flex-wrap items-center gap-2">
            <h1>"Tags"</h1>
            <span class="count">{group_thousands(count as u64)}</span>
            <div class="flex-1"></div>
            {(count > 0).then(new)}
        </div>
        {list}
    };
    let body = layout(&ctx, Setting::Tags, body);
    shell::page(ctx, "Tags", body).await
}

fn new_button() -> impl IntoView {
    view! { <a class="btn" data-size="sm" href=format!("{PATH}/new")>{icon("plus", "size-4")} "New tag"</a> }
}

fn table(ctx: &RequestContext, tags: Vec<TagInUse>) -> impl IntoView + use<> {
    let (edits, deletes) = (ctx.may(Verb::Update, Entity::Tag), ctx.may(Verb::Delete, Entity::Tag));
    // Merging needs another tag.
    let merges = deletes && tags.len() > 1;
    let rows = tags.into_iter().map(|tag| row(tag, edits, merges, deletes)).collect_view();
    let actions = (edits || deletes).then(|| view! { <th scope="col"><span class="sr-only">"Actions"</span></th> });
    view! {
        <div class="panel overflow-hidden">
            <table class="list tag-list">
                <thead class="bg-muted/50">
                    <tr><th scope="col">"Name"</th><th scope="col" class="num">"Companies"</th><th scope="col" class="num">"Contacts"</th><th scope="col" class="num">"Deals"</th>{actions}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(in_use: TagInUse, edits: bool, merges: bool, deletes: bool) -> impl IntoView {
    let TagInUse { tag: this, carriers, .. } = in_use;
    let action = |verb: &'static str, path: &str, sign: Markup| {
        let label = format!("{verb} {}", this.name);
        view! { <a class="btn" data-variant="ghost" data-size="icon-sm" href=format!("{PATH}/{}/{path}", this.id) aria-label=label title=verb>{sign}</a> }
    };
    let actions = (edits || deletes).then(|| {
        view! {
            <td>
                {edits.then(|| action("Edit", "edit", icon("pencil", "size-4").into_markup()))}
                {merges.then(|| action("Merge", "merge", icon("merge", "size-4").into_markup()))}
                {deletes.then(|| action("Delete", "delete", icon("trash-2", "size-4").into_markup()))}
            </td>
        }
    });
    let with = |count: u64, list: &str| match count {
        0 => view! { "0" }.into_markup(),
        count => view! { <a class="hover:underline" href=format!("{list}?tag={}", this.id)>{group_thousands(count)}</a> }.into_markup(),
    };
    let (companies, contacts) = (with(carriers.companies, "/companies"), with(carriers.contacts, "/contacts"));
    view! {
        <tr>
            <td>{tag(&this.name, &this.color)}<p>{carriers_in_words(&carriers, 0)}</p></td>
            <td class="num" data-what="companies">{companies}</td>
            <td class="num" data-what="contacts">{contacts}</td>
            <td class="num" data-what="deals">{group_thousands(carriers.deals)}</td>
            {actions}
        </tr>
    }
}

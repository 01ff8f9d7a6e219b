//! `/settings/tags/{id}/merge` and `/settings/tags/{id}/delete`: the confirmations.

use super::{PATH, carriers_in_words};
use crate::{
    request::{Id, PageError, RequestContext, ShownForm},
    settings::{
        Setting, layout,
        tags::{
            actions::{DeleteTag, MergeTags},
            merged::tag_or_redirect,
        },
    },
    shell,
    ui::{
        error_summary::error_summary,
        form::{Choice, Field, form_footer, select_field, shown_to},
        page::{DeleteQuestion, breadcrumb, confirm_delete},
    },
};
use axum::response::Response;
use domain::{bin::GoesAlong, ids::TagId, tags::MergeForm};
use leptos::{prelude::*, server_fn::ServerFn};
use store::tags::TagInUse;

/// `GET /settings/tags/{id}/delete`
pub async fn delete(ctx: RequestContext, Id(id): Id<TagId>) -> Result<Response, PageError> {
    let in_use = match tag_or_redirect(&ctx, id).await? {
        Ok(tag) => tag,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let consequence = match all_carriers(&ctx, &in_use).await? {
        None => "Nothing carries it. This can’t be undone.".to_owned(),
        Some(words) => format!("{words} will no longer carry it; the records themselves stay. This can’t be undone."),
    };
    let title = format!("Delete tag {}?", in_use.tag.name);
    let question = DeleteQuestion {
        title: title.clone(),
        consequence,
        verb: "Delete tag",
        action: format!("{PATH}/{id}/delete"),
        function: DeleteTag::PATH,
        cancel: PATH.to_owned(),
        version: in_use.version,
        goes_along: GoesAlong::default(),
    };
    let question = confirm_delete(&ctx, question).await?;
    let body = layout(&ctx, Setting::Tags, question);
    shell::page(ctx, &title, body).await
}

/// `GET /settings/tags/{id}/merge`
pub async fn merge(ctx: RequestContext, Id(id): Id<TagId>) -> Result<Response, PageError> {
    let in_use = match tag_or_redirect(&ctx, id).await? {
        Ok(tag) => tag,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let tags = ctx.store().tags(&ctx.actor()).await?;
    let form = ctx.form(MergeForm::default).await?;
    let ShownForm { values, errors, .. } = form;
    let others: Vec<Choice> = std::iter::once((String::new(), "Choose…".to_owned()))
        .chain(tags.into_iter().filter(|tag| tag.id != id).map(|tag| (tag.id.to_string(), tag.name)))
        .collect();
    let carried = all_carriers(&ctx, &in_use).await?.unwrap_or_else(|| "Nothing".to_owned());
    let sentence =
        format!("What carries {} now will carry the other tag instead: {carried}. Then it is gone. This can’t be undone.", in_use.tag.name);
    let title = format!("Merge {}", in_use.tag.name);
    let field = Field::new("into", "Merge into").value(values.into).required();
    let body = view! {
        <div>{breadcrumb("Tags", PATH)}<h1 class="mt-2 break-words">{title.clone()}</h1><p class="mt-1 break-words text-muted-foreground">{sentence}</p></div>
        {error_summary(&errors, &[("into", "Merge into")])}
        <form method="post" action=format!("{PATH}/{id}/merge") data-function=MergeTags::PATH class="panel max-w-xl" novalidate>
            {shown_to()}
            <input type="hidden" name="version" value=in_use.version.to_string()/>
            <div class="p-5">{select_field(field, others, &errors)}</div>
            {form_footer(PATH.to_owned(), "Merge tags")}
        </form>
    };
    let body = layout(&ctx, Setting::Tags, body);
    shell::page(ctx, &title, body).await
}

/// What carries the tag, archived companies among it; `None` for an unused tag.
async fn all_carriers(ctx: &RequestContext, in_use: &TagInUse) -> Result<Option<String>, PageError> {
    let archived = ctx.store().archived_carriers(&ctx.actor(), in_use.tag.id).await?;
    Ok(carriers_in_words(&in_use.carriers, archived))
}

//! `/contacts/{id}/delete`: the delete confirmation, with the number of dependent records.

use crate::{
    contacts::actions::DeleteContact,
    request::{Id, PageError, RequestContext},
    shell,
    ui::{
        join_list,
        page::{DeleteQuestion, confirm_delete, goes_along_in_words, restore_hint},
        pluralize, pluralize_all,
    },
};
use axum::response::Response;
use domain::ids::ContactId;
use leptos::server_fn::ServerFn;
use store::contacts::ContactDeletion;

/// `GET /contacts/{id}/delete`
pub async fn page(ctx: RequestContext, Id(id): Id<ContactId>) -> Result<Response, PageError> {
    let deletion = ctx.store().contact_deletion(&ctx.actor(), id).await?;
    let path = format!("/contacts/{}", deletion.id);
    let title = format!("Delete {}?", deletion.name);
    let question = DeleteQuestion {
        title: title.clone(),
        consequence: consequence(&deletion),
        verb: "Delete contact",
        action: format!("{path}/delete"),
        function: DeleteContact::PATH,
        cancel: path,
        version: deletion.version,
        goes_along: deletion.goes_along,
    };
    let body = confirm_delete(&ctx, question).await?;
    shell::page(ctx, &title, body).await
}

fn consequence(deletion: &ContactDeletion) -> String {
    let mut sentences = Vec::new();
    if let Some(along) = goes_along_in_words(&deletion.goes_along) {
        let verb = if deletion.goes_along.total() == 1 { "goes" } else { "go" };
        sentences.push(format!("{along} of this contact alone {verb} with it."));
    }
    let stays = pluralize_all([
        (deletion.deals_left, "deal", "deals"),
        (deletion.activities_left, "activity", "activities"),
        (deletion.tasks_left, "task", "tasks"),
    ]);
    if !stays.is_empty() {
        sentences.push(format!("Without this contact, there will still be {}.", join_list(&stays)));
    }
    if deletion.reports > 0 {
        let verb = if deletion.reports == 1 { "reports" } else { "report" };
        sentences.push(format!("{} {verb} to this one, and then to nobody.", pluralize(deletion.reports, "contact", "contacts")));
    }
    if sentences.is_empty() {
        sentences.push("Nothing else goes with it.".to_owned());
    }
    sentences.push(restore_hint("it"));
    sentences.join(" ")
}

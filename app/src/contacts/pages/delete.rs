//! `/contacts/{id}/delete`: asks first, and says what goes with it.

use crate::{
    contacts::actions::DeleteContact,
    errors::PageError,
    requests::Id,
    ui::{
        all_of, counted, counted_all,
        page::{DeleteQuestion, confirm_delete, to_the_bin},
    },
    visit::Visit,
};
use axum::response::Response;
use domain::ids::ContactId;
use leptos::server_fn::ServerFn;
use store::contacts::ContactDeletion;

/// `GET /contacts/{id}/delete`
pub async fn page(visit: Visit, Id(id): Id<ContactId>) -> Result<Response, PageError> {
    let deletion = visit.store().contact_deletion(&visit.actor(), id).await?;
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
    let body = confirm_delete(&visit, question).await?;
    visit.page(&title, body).await
}

fn consequence(deletion: &ContactDeletion) -> String {
    let mut sentences = Vec::new();
    let activities = deletion.goes_along.activities;
    if activities > 0 {
        let verb = if activities == 1 { "goes" } else { "go" };
        sentences.push(format!("{} logged with this contact alone {verb} with it.", counted(activities, "activity", "activities")));
    }
    let stays = counted_all([(deletion.deals_left, "deal", "deals"), (deletion.activities_left, "activity", "activities")]);
    if !stays.is_empty() {
        sentences.push(format!("Without this contact, there will still be {}.", all_of(&stays)));
    }
    if deletion.reports > 0 {
        let verb = if deletion.reports == 1 { "reports" } else { "report" };
        sentences.push(format!("{} {verb} to this one, and then to nobody.", counted(deletion.reports, "contact", "contacts")));
    }
    if sentences.is_empty() {
        sentences.push("Nothing else goes with it.".to_owned());
    }
    sentences.push(to_the_bin("it"));
    sentences.join(" ")
}

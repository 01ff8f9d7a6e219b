//! `/companies/{id}/delete`: asks first, and says what goes with it.

use crate::{
    companies::actions::DeleteCompany,
    errors::PageError,
    requests::Id,
    ui::{
        all_of, counted_all,
        page::{DeleteQuestion, confirm_delete, to_the_bin},
    },
    visit::Visit,
};
use axum::response::Response;
use domain::ids::CompanyId;
use leptos::server_fn::ServerFn;

/// `GET /companies/{id}/delete`
pub async fn page(visit: Visit, Id(id): Id<CompanyId>) -> Result<Response, PageError> {
    let deletion = visit.store().company_deletion(&visit.actor(), id).await?;
    let goes_along = counted_all([
        (deletion.contacts, "contact", "contacts"),
        (deletion.deals, "deal", "deals"),
        (deletion.activities, "activity", "activities"),
    ]);
    let consequence = if goes_along.is_empty() {
        "Nothing else goes with it.".to_owned()
    } else {
        format!("{} of this company will be deleted with it.", all_of(&goes_along))
    };
    let consequence = format!("{consequence} {}", to_the_bin("it"));
    let title = format!("Delete {}?", deletion.name);
    let question = DeleteQuestion {
        title: title.clone(),
        consequence,
        verb: "Delete company",
        action: format!("/companies/{id}/delete"),
        function: DeleteCompany::PATH,
        cancel: format!("/companies/{id}"),
        version: deletion.version,
    };
    let body = confirm_delete(&visit, question).await?;
    visit.page(&title, body).await
}

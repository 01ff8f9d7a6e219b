//! `/companies/{id}/delete`: asks first, and says what goes with it.

use crate::{
    companies::actions::DeleteCompany,
    errors::PageError,
    requests::Id,
    ui::page::{DeleteQuestion, confirm_delete, goes_along_in_words, to_the_bin},
    visit::Visit,
};
use axum::response::Response;
use domain::ids::CompanyId;
use leptos::server_fn::ServerFn;

/// `GET /companies/{id}/delete`
pub async fn page(visit: Visit, Id(id): Id<CompanyId>) -> Result<Response, PageError> {
    let deletion = visit.store().company_deletion(&visit.actor(), id).await?;
    let consequence = goes_along_in_words(&deletion.goes_along).map_or_else(
        || "Nothing else goes with it.".to_owned(),
        |goes_along| format!("{goes_along} of this company will be deleted with it."),
    );
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
        goes_along: deletion.goes_along,
    };
    let body = confirm_delete(&visit, question).await?;
    visit.page(&title, body).await
}

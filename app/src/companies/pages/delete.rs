//! `/companies/{id}/delete`: asks first, and says what goes with it.

use crate::{
    errors::PageError,
    requests::Id,
    ui::{
        counted_all,
        page::{TO_THE_BIN, confirm_delete},
    },
    visit::Visit,
};
use axum::response::Response;
use domain::ids::CompanyId;

/// `GET /companies/{id}/delete`
pub async fn page(visit: Visit, Id(id): Id<CompanyId>) -> Result<Response, PageError> {
    let deletion = visit.store().company_deletion(&visit.actor(), id).await?;
    let goes_along = counted_all([
        (deletion.contacts, "contact", "contacts"),
        (deletion.deals, "deal", "deals"),
        (deletion.activities, "activity", "activities"),
    ]);
    let consequence = match goes_along.as_slice() {
        [] => "Nothing else goes with it.".to_owned(),
        [only] => format!("{only} of this company will be deleted with it."),
        [first @ .., last] => format!("{} and {last} of this company will be deleted with it.", first.join(", ")),
    };
    let consequence = format!("{consequence} {TO_THE_BIN}");
    let title = format!("Delete {}?", deletion.name);
    let body = confirm_delete(
        title.clone(),
        consequence,
        "Delete company",
        format!("/companies/{id}/delete"),
        format!("/companies/{id}"),
        deletion.version,
    );
    visit.page(&title, body).await
}

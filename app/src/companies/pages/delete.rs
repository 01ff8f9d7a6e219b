//! `/companies/{id}/delete`: the delete confirmation, with the number of dependent records.

use crate::{
    companies::actions::DeleteCompany,
    request::{Id, PageError, RequestContext},
    shell,
    ui::page::{DeleteQuestion, confirm_delete, goes_along_in_words, restore_hint},
};
use axum::response::Response;
use domain::ids::CompanyId;
use leptos::server_fn::ServerFn;

/// `GET /companies/{id}/delete`
pub async fn page(ctx: RequestContext, Id(id): Id<CompanyId>) -> Result<Response, PageError> {
    let deletion = ctx.store().company_deletion(&ctx.actor(), id).await?;
    let consequence = goes_along_in_words(&deletion.goes_along).map_or_else(
        || "Nothing else goes with it.".to_owned(),
        |goes_along| format!("{goes_along} of this company will be deleted with it."),
    );
    let consequence = format!("{consequence} {}", restore_hint("it"));
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
    let body = confirm_delete(&ctx, question).await?;
    shell::page(ctx, &title, body).await
}

//! Server functions that change companies.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    companies::{ArchiveForm, CompanyForm},
    forms::DeleteForm,
    ids::CompanyId,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::request::RequestContext;
#[cfg(feature = "ssr")]
use domain::forms::parse_version;

/// Creates a company.
#[server(prefix = "/fn", endpoint = "companies/create", protocol = Call, client = FetchClient)]
pub async fn create_company(
    /// The form.
    form: CompanyForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let draft = form.parse()?;
    let notice = format!("{} was created", draft.name);
    let id = ctx.idempotent_store(&form, &form.form_key).create_company(&ctx.actor(), draft).await?;
    Ok(ActionOutcome::to(format!("/companies/{id}")).notice(notice))
}

/// Saves a company's fields.
#[server(prefix = "/fn", endpoint = "companies/update", protocol = Call, client = FetchClient)]
pub async fn update_company(
    /// The id of the company.
    id: CompanyId,
    /// The form, with the edited version.
    form: CompanyForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().update_company(&ctx.actor(), id, parse_version(&form.version)?, form.parse()?).await?;
    Ok(ActionOutcome::to(format!("/companies/{id}")).notice("Changes saved"))
}

/// Archives the company.
#[server(prefix = "/fn", endpoint = "companies/archive", protocol = Call, client = FetchClient)]
pub async fn archive_company(
    /// The id of the company.
    id: CompanyId,
    /// The reason, with the version that was shown.
    form: ArchiveForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let name = ctx.store().archive_company(&ctx.actor(), id, parse_version(&form.version)?, form.parse()?).await?;
    Ok(ActionOutcome::to(format!("/companies/{id}")).notice(format!("{name} was archived")).undo(format!("/companies/{id}/bring-back")))
}

/// Brings the archived company back.
#[server(prefix = "/fn", endpoint = "companies/bring-back", protocol = Call, client = FetchClient)]
pub async fn bring_back_company(
    /// The id of the company.
    id: CompanyId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let name = ctx.store().bring_back_company(&ctx.actor(), id).await?;
    Ok(ActionOutcome::to(format!("/companies/{id}")).notice(format!("{name} is back")))
}

/// Moves the company to the bin.
#[server(prefix = "/fn", endpoint = "companies/delete", protocol = Call, client = FetchClient)]
pub async fn delete_company(
    /// The id of the company.
    id: CompanyId,
    /// The version and the numbers of dependent records that were shown to the user.
    form: DeleteForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let version = parse_version(&form.version)?;
    let name = ctx.store().delete_company(&ctx.actor(), id, version, form.goes_along()).await?;
    Ok(ActionOutcome::to("/companies").notice(format!("{name} was deleted")).undo(format!("/companies/{id}/restore")))
}

/// Restores the company from the bin.
#[server(prefix = "/fn", endpoint = "companies/restore", protocol = Call, client = FetchClient)]
pub async fn restore_company(
    /// The id of the company.
    id: CompanyId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let name = ctx.store().restore_company(&ctx.actor(), id).await?;
    Ok(ActionOutcome::to(format!("/companies/{id}")).notice(format!("{name} is back")))
}

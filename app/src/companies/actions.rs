//! What changes companies.

use crate::{
    action::{ActionOutcome, Call, FetchClient},
    errors::ActionError,
};
use domain::{companies::CompanyForm, forms::DeleteForm, ids::CompanyId};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::visit::Visit;
#[cfg(feature = "ssr")]
use domain::forms::parse_version;

/// Creates a company.
#[server(prefix = "/fn", endpoint = "companies/create", protocol = Call, client = FetchClient)]
pub async fn create_company(
    /// The fields.
    form: CompanyForm,
) -> Result<ActionOutcome, ActionError> {
    let visit = Visit::from_leptos().await?;
    let draft = form.parse()?;
    let notice = format!("{} was created", draft.name);
    let id = visit.idempotent_store(&form, &form.form_key).create_company(&visit.actor(), draft).await?;
    Ok(ActionOutcome::to(format!("/companies/{id}")).notice(notice))
}

/// Saves a company's fields.
#[server(prefix = "/fn", endpoint = "companies/update", protocol = Call, client = FetchClient)]
pub async fn update_company(
    /// Which.
    id: CompanyId,
    /// The fields, with the version that was shown.
    form: CompanyForm,
) -> Result<ActionOutcome, ActionError> {
    let visit = Visit::from_leptos().await?;
    visit.store().update_company(&visit.actor(), id, parse_version(&form.version)?, form.parse()?).await?;
    Ok(ActionOutcome::to(format!("/companies/{id}")).notice("Changes saved"))
}

/// Puts a company in the bin.
#[server(prefix = "/fn", endpoint = "companies/delete", protocol = Call, client = FetchClient)]
pub async fn delete_company(
    /// Which.
    id: CompanyId,
    /// The version, and the numbers of records that go along, as they were shown.
    form: DeleteForm,
) -> Result<ActionOutcome, ActionError> {
    let visit = Visit::from_leptos().await?;
    let version = parse_version(&form.version)?;
    let name = visit.store().delete_company(&visit.actor(), id, version, form.goes_along()).await?;
    Ok(ActionOutcome::to("/companies").notice(format!("{name} was deleted")).undo(format!("/companies/{id}/restore")))
}

/// Takes a company out of the bin.
#[server(prefix = "/fn", endpoint = "companies/restore", protocol = Call, client = FetchClient)]
pub async fn restore_company(
    /// Which.
    id: CompanyId,
) -> Result<ActionOutcome, ActionError> {
    let visit = Visit::from_leptos().await?;
    let name = visit.store().restore_company(&visit.actor(), id).await?;
    Ok(ActionOutcome::to(format!("/companies/{id}")).notice(format!("{name} is back")))
}

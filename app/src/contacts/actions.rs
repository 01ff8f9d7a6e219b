//! Server functions that change contacts.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    contacts::{ContactForm, EraseForm},
    forms::DeleteForm,
    ids::ContactId,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::request::RequestContext;
#[cfg(feature = "ssr")]
use domain::{bin::BinQuery, forms::parse_version, page::ListQuery};

/// Creates a contact.
#[server(prefix = "/fn", endpoint = "contacts/create", protocol = Call, client = FetchClient)]
pub async fn create_contact(
    /// The form.
    form: ContactForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let draft = form.parse()?;
    let notice = format!("{} was created", draft.name);
    let id = ctx.idempotent_store(&form, &form.form_key).create_contact(&ctx.actor(), draft).await?;
    Ok(ActionOutcome::to(format!("/contacts/{id}")).notice(notice))
}

/// Saves a contact's fields.
#[server(prefix = "/fn", endpoint = "contacts/update", protocol = Call, client = FetchClient)]
pub async fn update_contact(
    /// The id of the contact.
    id: ContactId,
    /// The form, with the edited version.
    form: ContactForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().update_contact(&ctx.actor(), id, parse_version(&form.version)?, form.parse()?).await?;
    Ok(ActionOutcome::to(format!("/contacts/{id}")).notice("Changes saved"))
}

/// Moves the contact to the bin.
#[server(prefix = "/fn", endpoint = "contacts/delete", protocol = Call, client = FetchClient)]
pub async fn delete_contact(
    /// The id of the contact.
    id: ContactId,
    /// The version and the numbers of dependent records that were shown to the user.
    form: DeleteForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let version = parse_version(&form.version)?;
    let name = ctx.store().delete_contact(&ctx.actor(), id, version, form.goes_along()).await?;
    Ok(ActionOutcome::to("/contacts").notice(format!("{name} was deleted")).undo(format!("/contacts/{id}/restore")))
}

/// Restores the contact from the bin.
#[server(prefix = "/fn", endpoint = "contacts/restore", protocol = Call, client = FetchClient)]
pub async fn restore_contact(
    /// The id of the contact.
    id: ContactId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let name = ctx.store().restore_contact(&ctx.actor(), id).await?;
    Ok(ActionOutcome::to(format!("/contacts/{id}")).notice(format!("{name} is back")))
}

/// Erases the personal data of the contact for good.
#[server(prefix = "/fn", endpoint = "contacts/erase", protocol = Call, client = FetchClient)]
pub async fn erase_contact(
    /// The id of the contact.
    id: ContactId,
    /// The confirmation.
    form: EraseForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let erased = ctx.store().erase_contact(&ctx.actor(), id, form).await?;
    // The session of this request was read before, and is saved after it.
    ctx.forget_forms_about(|text| erased.values.occur_in(text)).await?;
    let to = if erased.is_deleted { BinQuery::PATH.to_owned() } else { format!("/contacts/{id}") };
    Ok(ActionOutcome::to(to).notice("The personal data of this contact is erased"))
}

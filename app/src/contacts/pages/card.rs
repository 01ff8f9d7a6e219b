//! `/contacts/{id}/contact.vcf`: a contact for the address book of a phone or a mail program.

use crate::request::{Id, PageError, RequestContext, attachment, not_found_to_none};
use axum::response::{IntoResponse, Response};
use domain::{contacts::ContactCard, ids::ContactId};
use http::{HeaderValue, header};

/// `GET /contacts/{id}/contact.vcf`
pub async fn card(ctx: RequestContext, Id(id): Id<ContactId>) -> Result<Response, PageError> {
    let actor = ctx.actor();
    let (contact, workspace) = tokio::try_join!(ctx.store().contact(&actor, id), ctx.store().workspace(&actor))?;
    let company = match contact.company_id {
        Some(id) => not_found_to_none(ctx.store().company(&actor, id).await)?,
        None => None,
    };
    let name = format!("{}.vcf", contact.name);
    let (company, address, website) =
        company.map_or_else(Default::default, |company| (Some(company.name), company.address, company.website));
    let card = ContactCard {
        name: contact.name,
        name_order: workspace.name_order,
        phone: contact.phone,
        email: contact.email,
        job_title: contact.job_title,
        company,
        address,
        website,
        notes: contact.notes,
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/vcard; charset=utf-8")),
        (header::CONTENT_DISPOSITION, attachment("contact.vcf", &name)),
    ];
    Ok((headers, card.to_text()).into_response())
}

//! Links of an activity to company, contact and deal: validation and completion.

use crate::{
    StoreError,
    database::{sql::sql, write::WorkspaceTx},
};
use domain::{
    activities::ActivityDraft,
    forms::FormErrors,
    ids::{CompanyId, ContactId},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// The records that a draft links to, and the links of those. `None` for a record in the bin.
#[derive(FromQueryResult)]
struct LinkRow {
    company: Option<Uuid>,
    contact: Option<Uuid>,
    company_of_contact: Option<Uuid>,
    deal: Option<Uuid>,
    company_of_deal: Option<Uuid>,
    contact_of_deal: Option<Uuid>,
}

/// Validates the links of a draft and fills in missing ones: from the deal its company and contact, from the contact its company.
///
/// # Errors
/// Those of [`Store::create_activity`](crate::Store::create_activity).
pub(super) async fn resolve_links(tx: &WorkspaceTx, draft: &mut ActivityDraft) -> Result<(), StoreError> {
    if draft.company_id.is_none() && draft.contact_id.is_none() && draft.deal_id.is_none() {
        return Ok(());
    }
    let found = find(tx, draft).await?;
    let mut errors = FormErrors::default();
    if draft.company_id.is_some() && found.company.is_none() {
        errors.add("company_id", "Choose a company from the list");
    }
    if draft.contact_id.is_some() && found.contact.is_none() {
        errors.add("contact_id", "Choose a contact from the list");
    }
    if draft.deal_id.is_some() && found.deal.is_none() {
        errors.add("deal_id", "Choose a deal from the list");
    } else if let (Some(of_deal), Some(chosen)) = (found.company_of_deal, draft.company_id)
        && of_deal != chosen.0
    {
        errors.add("deal_id", "This deal is with another company");
    }
    if !errors.is_empty() {
        return Err(StoreError::Invalid(errors));
    }
    draft.contact_id = draft.contact_id.or(found.contact_of_deal.map(ContactId));
    draft.company_id = draft.company_id.or(found.company_of_deal.map(CompanyId)).or(found.company_of_contact.map(CompanyId));
    Ok(())
}

async fn find(tx: &WorkspaceTx, draft: &ActivityDraft) -> Result<LinkRow, StoreError> {
    let statement = sql(
        "SELECT c.id AS company, p.id AS contact, pc.id AS company_of_contact,
           d.id AS deal, d.company_id AS company_of_deal, dp.id AS contact_of_deal
         FROM (SELECT 1 AS one) AS head
         LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = $2 AND c.deleted_at IS NULL
         LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = $3 AND p.deleted_at IS NULL
         LEFT JOIN companies pc ON pc.workspace_id = $1 AND pc.id = p.company_id AND pc.deleted_at IS NULL
         LEFT JOIN deals d ON d.workspace_id = $1 AND d.id = $4 AND d.deleted_at IS NULL
         LEFT JOIN contacts dp ON dp.workspace_id = $1 AND dp.id = d.contact_id AND dp.deleted_at IS NULL",
        [
            tx.workspace_id().into(),
            draft.company_id.map(|id| id.0).into(),
            draft.contact_id.map(|id| id.0).into(),
            draft.deal_id.map(|id| id.0).into(),
        ],
    );
    statement.one(&tx.db).await?.ok_or(StoreError::Internal)
}

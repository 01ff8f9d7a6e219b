//! Links of an activity or a task to company, contact and deal: validation and completion.

use crate::{
    StoreError,
    archive::is_archived,
    database::{sql::sql, write::WorkspaceTx},
};
use domain::{
    forms::FormErrors,
    ids::{CompanyId, ContactId, DealId},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// What a record is linked to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RecordLinks {
    pub company_id: Option<CompanyId>,
    pub contact_id: Option<ContactId>,
    pub deal_id: Option<DealId>,
}

/// The records of these links, and the links of those. `None` for a record in the bin.
#[derive(FromQueryResult)]
struct LinkRow {
    company: Option<Uuid>,
    contact: Option<Uuid>,
    company_of_contact: Option<Uuid>,
    deal: Option<Uuid>,
    company_of_deal: Option<Uuid>,
    contact_of_deal: Option<Uuid>,
}

impl RecordLinks {
    /// Validates the links and fills in missing ones: from the deal its company and contact, from the contact its company.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `company_id`, `contact_id` or `deal_id` if there is no such record or it is in the bin, at `deal_id` for a deal
    /// of another company.
    pub async fn resolved(self, tx: &WorkspaceTx) -> Result<Self, StoreError> {
        if self == Self::default() {
            return Ok(self);
        }
        let found = find(tx, self).await?;
        let mut errors = FormErrors::default();
        if self.company_id.is_some() && found.company.is_none() {
            errors.add("company_id", "Choose a company from the list");
        }
        if self.contact_id.is_some() && found.contact.is_none() {
            errors.add("contact_id", "Choose a contact from the list");
        }
        if self.deal_id.is_some() && found.deal.is_none() {
            errors.add("deal_id", "Choose a deal from the list");
        } else if let (Some(of_deal), Some(chosen)) = (found.company_of_deal, self.company_id)
            && of_deal != chosen.0
        {
            errors.add("deal_id", "This deal is with another company");
        }
        if !errors.is_empty() {
            return Err(StoreError::Invalid(errors));
        }
        Ok(Self {
            company_id: self.company_id.or(found.company_of_deal.map(CompanyId)).or(found.company_of_contact.map(CompanyId)),
            contact_id: self.contact_id.or(found.contact_of_deal.map(ContactId)),
            deal_id: self.deal_id,
        })
    }

    /// Without the company that follows from a contact who was linked before, if it is archived and nobody chose it: who corrects something else
    /// is not asked about a company that was not linked. `chosen`: the links before they were completed; `before`: the ids of the company and the
    /// contact that were linked.
    pub async fn without_archived(
        mut self,
        tx: &WorkspaceTx,
        chosen: Self,
        before: (Option<Uuid>, Option<Uuid>),
    ) -> Result<Self, StoreError> {
        let same_contact = self.contact_id.map(|id| id.0) == before.1;
        if chosen.company_id.is_none() && before.0.is_none() && same_contact && is_archived(tx, self.company_id).await? {
            self.company_id = None;
        }
        Ok(self)
    }
}

async fn find(tx: &WorkspaceTx, links: RecordLinks) -> Result<LinkRow, StoreError> {
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
            links.company_id.map(|id| id.0).into(),
            links.contact_id.map(|id| id.0).into(),
            links.deal_id.map(|id| id.0).into(),
        ],
    );
    statement.one(&tx.db).await?.ok_or(StoreError::Internal)
}

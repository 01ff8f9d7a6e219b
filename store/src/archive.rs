//! What is refused of archived companies: an edit, and a new link to one.

use crate::{
    StoreError,
    bin::live_company,
    database::{records::load_for_update, write::WorkspaceTx},
    entity::company,
};
use domain::{access::Verb, forms::FormErrors, ids::CompanyId};
use uuid::Uuid;

/// Loads the row of a company that the actor is about to edit.
///
/// # Errors
/// Those of [`load_for_update`], and [`StoreError::Invalid`] at no field if it is archived, whatever `version` is: the other version is no
/// reason to edit it.
pub(crate) async fn load_unarchived(tx: &WorkspaceTx, id: CompanyId, version: i64) -> Result<company::Model, StoreError> {
    let loaded = load_for_update::<company::Entity>(tx, Verb::Update, id.0, version).await;
    let row = match &loaded {
        Ok(row) => Some(row.clone()),
        Err(StoreError::Conflict) => live_company(tx, id.0).await?,
        Err(_) => None,
    };
    match row.filter(|row| row.archived_at.is_some()) {
        Some(row) => Err(StoreError::Invalid(FormErrors::of("", format!("{} is archived. Bring it back to change it.", row.name)))),
        None => loaded,
    }
}

/// Whether the company is archived.
pub(crate) async fn is_archived(tx: &WorkspaceTx, company: Option<CompanyId>) -> Result<bool, StoreError> {
    let Some(id) = company else { return Ok(false) };
    Ok(archived_company(tx, id.0).await?.is_some())
}

/// The company of this id, if it is archived and not in the bin.
async fn archived_company(tx: &WorkspaceTx, id: Uuid) -> Result<Option<company::Model>, StoreError> {
    Ok(live_company(tx, id).await?.filter(|row| row.archived_at.is_some()))
}

/// Checks that a record is not linked to an archived company by this change.
///
/// - `before`: the company that the record is linked to; `None` for a new record.
/// - `noun`: the kind of the record, in the plural.
///
/// # Errors
/// [`StoreError::Invalid`] at `company_id` if `company` is archived, and not the one before.
pub(crate) async fn require_not_archived(
    tx: &WorkspaceTx,
    company: Option<CompanyId>,
    before: Option<Uuid>,
    noun: &str,
) -> Result<(), StoreError> {
    let Some(id) = company.map(|id| id.0).filter(|id| Some(*id) != before) else { return Ok(()) };
    match archived_company(tx, id).await? {
        Some(row) => {
            let message = format!("{} is archived. Bring it back to add {noun} there.", row.name);
            Err(StoreError::field("company_id", &message))
        }
        None => Ok(()),
    }
}

//! Archived companies as other records meet them: nothing new is linked to one.

use crate::{StoreError, bin::live_company, database::write::WorkspaceTx};
use domain::ids::CompanyId;
use uuid::Uuid;

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
    match live_company(tx, id).await?.filter(|row| row.archived_at.is_some()) {
        Some(row) => {
            let message = format!("{} is archived. Bring it back to add {noun} there.", row.name);
            Err(StoreError::field("company_id", &message))
        }
        None => Ok(()),
    }
}

//! Counters of activities, of the workspace and each company, updated by the transaction that changes an activity.

use crate::{
    StoreError,
    database::write::WorkspaceTx,
    entity::{company_counter::Column as OfCompany, workspace_counter::Column as OfWorkspace},
    last_contact::{CompanySet, recompute_contact_counters},
    lists::counters::{add_to_company, add_to_workspace},
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Adds to the activity counters, after the rows are written, and recomputes each company's last contact.
/// `activities`: the company of each activity, with 1 to add it or -1 to remove it.
pub(crate) async fn add_activity_counts(
    tx: &WorkspaceTx,
    activities: impl IntoIterator<Item = (Option<Uuid>, i64)>,
) -> Result<(), StoreError> {
    let (mut all, mut companies) = (0, BTreeMap::<Uuid, i64>::new());
    for (company, by) in activities {
        all += by;
        if let Some(company) = company {
            *companies.entry(company).or_default() += by;
        }
    }
    let workspace_id = tx.workspace_id();
    if all != 0 {
        add_to_workspace(&tx.db, workspace_id, &[(OfWorkspace::Activities, all)]).await?;
    }
    for (company, by) in &companies {
        if *by != 0 {
            add_to_company(&tx.db, workspace_id, *company, &[(OfCompany::Activities, *by)]).await?;
        }
    }
    let companies: Vec<Uuid> = companies.into_keys().collect();
    recompute_contact_counters(tx, CompanySet::Ids(&companies)).await
}

/// Recomputes the last contact with a primary contact, for the companies of these contacts.
pub(super) async fn refresh_last_primary_contact(
    tx: &WorkspaceTx,
    contacts: impl IntoIterator<Item = Option<Uuid>>,
) -> Result<(), StoreError> {
    let contacts: Vec<Uuid> = contacts.into_iter().flatten().collect();
    recompute_contact_counters(tx, CompanySet::OfContacts(&contacts)).await
}

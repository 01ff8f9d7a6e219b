//! Counters of activities, of the workspace and each company, updated by the transaction that changes an activity.

use crate::{
    StoreError,
    database::{sql::sql, write::WorkspaceTx},
    decision_makers::{CompanySet, recompute_primary_counts},
    entity::{company_counter::Column as OfCompany, workspace_counter::Column as OfWorkspace},
    lists::counters::{add_to_company, add_to_workspace},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, sea_query::Expr};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Adds to the activity counters, after the rows are written, and recomputes the time of each company's latest activity.
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
    for (company, by) in companies {
        if by != 0 {
            add_to_company(&tx.db, workspace_id, company, &[(OfCompany::Activities, by)]).await?;
        }
        refresh_last_contact(tx, company).await?;
    }
    Ok(())
}

/// Recomputes the time of the latest activity with a primary contact, for the companies of these contacts.
pub(super) async fn refresh_last_primary_contact(
    tx: &WorkspaceTx,
    contacts: impl IntoIterator<Item = Option<Uuid>>,
) -> Result<(), StoreError> {
    let contacts: Vec<Uuid> = contacts.into_iter().flatten().collect();
    recompute_primary_counts(tx, CompanySet::OfContacts(&contacts)).await
}

#[derive(FromQueryResult)]
struct Latest {
    date: DateTime<Utc>,
}

/// Sets the time of the latest activity of a company.
async fn refresh_last_contact(tx: &WorkspaceTx, company_id: Uuid) -> Result<(), StoreError> {
    let statement = sql(
        "SELECT date FROM activities WHERE workspace_id = $1 AND company_id = $2 AND deleted_at IS NULL ORDER BY date DESC, id DESC LIMIT 1",
        [tx.workspace_id().into(), company_id.into()],
    );
    let latest: Option<Latest> = statement.one(&tx.db).await?;
    let ms = latest.map_or(0, |latest| latest.date.timestamp_millis());
    crate::entity::company_counter::Entity::update_many()
        .filter(OfCompany::WorkspaceId.eq(tx.workspace_id()))
        .filter(OfCompany::CompanyId.eq(company_id))
        .col_expr(OfCompany::LastContactMs, Expr::value(ms))
        .exec(&tx.db)
        .await?;
    Ok(())
}

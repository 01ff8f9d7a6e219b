//! What a change of activities does to the counters of the workspace and its companies.

use crate::{
    StoreError,
    database::{sql::sql, write::WorkspaceTx},
    decision_makers::{Recounted, recount},
    entity::{company_counter::Column as OfCompany, workspace_counter::Column as OfWorkspace},
    lists::counters::{add_to_company, add_to_workspace},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, sea_query::Expr};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Counts activities of these companies in (1) or out (-1), after their rows are written, and finds anew when each company
/// was last in contact.
pub(crate) async fn counted(tx: &WorkspaceTx, activities: impl IntoIterator<Item = (Option<Uuid>, i64)>) -> Result<(), StoreError> {
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
        last_contact(tx, company).await?;
    }
    Ok(())
}

/// Finds anew when those were contacted who sign at the companies of these contacts.
pub(super) async fn contacted(tx: &WorkspaceTx, contacts: impl IntoIterator<Item = Option<Uuid>>) -> Result<(), StoreError> {
    let contacts: Vec<Uuid> = contacts.into_iter().flatten().collect();
    recount(tx, Recounted::AroundContacts(&contacts)).await
}

#[derive(FromQueryResult)]
struct Latest {
    date: DateTime<Utc>,
}

async fn last_contact(tx: &WorkspaceTx, company_id: Uuid) -> Result<(), StoreError> {
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

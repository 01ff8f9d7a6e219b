//! Counters: numbers and sums of rows, updated by the transaction that changes those rows, so that no page counts a whole workspace.
//!
//! Records in the bin (`deleted_at`) are not counted. Sums are in hundredths.

use crate::{
    Store,
    database::transaction::Transaction,
    entity::{company_counter, stage_counter, workspace_counter},
    error::{StoreError, authorize},
};
use domain::access::{Actor, Entity, Verb};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    prelude::{Expr, Uuid},
    sea_query::{ExprTrait, IntoColumnRef},
};

/// Adds to counters of the workspace.
pub(crate) async fn add_to_workspace(
    db: &Transaction,
    workspace_id: Uuid,
    changes: &[(workspace_counter::Column, i64)],
) -> Result<(), StoreError> {
    let mut update = workspace_counter::Entity::update_many().filter(workspace_counter::Column::WorkspaceId.eq(workspace_id));
    for (column, by) in changes {
        update = update.col_expr(*column, sum(*column, *by));
    }
    update.exec(db).await?;
    Ok(())
}

/// Adds to counters of a company.
pub(crate) async fn add_to_company(
    db: &Transaction,
    workspace_id: Uuid,
    company_id: Uuid,
    changes: &[(company_counter::Column, i64)],
) -> Result<(), StoreError> {
    let mut update = company_counter::Entity::update_many()
        .filter(company_counter::Column::WorkspaceId.eq(workspace_id))
        .filter(company_counter::Column::CompanyId.eq(company_id));
    for (column, by) in changes {
        update = update.col_expr(*column, sum(*column, *by));
    }
    update.exec(db).await?;
    Ok(())
}

/// Adds to counters of a stage.
pub(crate) async fn add_to_stage(
    db: &Transaction,
    workspace_id: Uuid,
    stage_id: Uuid,
    changes: &[(stage_counter::Column, i64)],
) -> Result<(), StoreError> {
    let mut update = stage_counter::Entity::update_many()
        .filter(stage_counter::Column::WorkspaceId.eq(workspace_id))
        .filter(stage_counter::Column::StageId.eq(stage_id));
    for (column, by) in changes {
        update = update.col_expr(*column, sum(*column, *by));
    }
    update.exec(db).await?;
    Ok(())
}

fn sum(column: impl IntoColumnRef, by: i64) -> Expr {
    Expr::col(column).add(by)
}

/// Counters of a workspace. Sums in hundredths.
pub type WorkspaceCounts = workspace_counter::Model;

impl Store {
    /// The counters of the actor's workspace.
    pub async fn workspace_counts(&self, actor: &Actor) -> Result<WorkspaceCounts, StoreError> {
        authorize(actor, Verb::Read, Entity::Workspace)?;
        workspace_counter::Entity::find_by_id(actor.workspace_id.0).one(self.read()).await?.ok_or(StoreError::NotFound)
    }
}

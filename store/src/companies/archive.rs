//! Archiving a company and bringing it back.
//!
//! An archived company keeps its place in every record that refers to it, and its own counters. It is in no counter of the workspace and
//! of its tags.

use super::search_index::reindex;
use crate::{
    Store, StoreError,
    archive::load_unarchived,
    audit::chain::Change,
    bin::live_company,
    database::{records::RecordTable, write::WorkspaceTx},
    entity::{company, company_counter, workspace_counter::Column as OfWorkspace},
    lists::counters::add_to_workspace,
    tags::{Tagged, count_carriers},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    ids::CompanyId,
};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    EntityTrait,
};
use serde_json::json;

/// How a company was archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archival {
    /// When.
    pub at: DateTime<Utc>,
    /// Name of the user who archived it; `None` if a program did.
    pub by: Option<String>,
    /// Why.
    pub reason: String,
}

impl Store {
    /// Archives a company and returns its name. Its contacts, deals and activities stay as they are.
    ///
    /// - `version`: the version that was shown.
    /// - `reason`: see [`ArchiveForm::parse`](domain::companies::ArchiveForm::parse).
    ///
    /// # Errors
    /// - [`StoreError::NotFound`] if there is no such company, or it is in the bin;
    /// - [`StoreError::Denied`] if the actor may not change it;
    /// - [`StoreError::Invalid`] at no field if it is archived already;
    /// - [`StoreError::Conflict`] if it was changed since `version`.
    pub async fn archive_company(&self, actor: &Actor, id: CompanyId, version: i64, reason: String) -> Result<String, StoreError> {
        self.write(actor, Verb::Update, Entity::Company, move |tx| Box::pin(archive(tx, id, version, reason))).await
    }

    /// Brings an archived company back and returns its name. A company that is not archived is not changed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such company, or it is in the bin; [`StoreError::Denied`] if the actor may not change it.
    pub async fn bring_back_company(&self, actor: &Actor, id: CompanyId) -> Result<String, StoreError> {
        self.write(actor, Verb::Update, Entity::Company, move |tx| Box::pin(bring_back(tx, id))).await
    }
}

/// As [`Store::archive_company`].
pub(crate) async fn archive(tx: &mut WorkspaceTx, id: CompanyId, version: i64, reason: String) -> Result<String, StoreError> {
    let row = load_unarchived(tx, id, version).await?;
    save(tx, &row, Some(reason.clone())).await?;
    let after = json!({ "name": row.name, "reason": reason });
    tx.audit(Change { action: "archive", entity: Entity::Company.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(row.name)
}

async fn bring_back(tx: &mut WorkspaceTx, id: CompanyId) -> Result<String, StoreError> {
    let row = live_company(tx, id.0).await?.ok_or(StoreError::NotFound)?;
    let (owner, _) = company::Entity::owner_and_version(&row);
    if !tx.actor.may_with(Verb::Update, Entity::Company, owner) {
        return Err(StoreError::Denied);
    }
    if row.archived_at.is_none() {
        return Ok(row.name);
    }
    save(tx, &row, None).await?;
    let (before, after) = (json!({ "reason": row.archive_reason }), json!({ "name": row.name }));
    tx.audit(Change { action: "bring-back", entity: Entity::Company.noun(), id: id.0, before: Some(before), after: Some(after) }).await?;
    Ok(row.name)
}

/// Archives the company for this reason, or brings it back (`None`): its row, its search column, and every counter that it is in.
async fn save(tx: &WorkspaceTx, row: &company::Model, reason: Option<String>) -> Result<(), StoreError> {
    let is_archived = reason.is_some();
    let changes = company::ActiveModel {
        workspace_id: Unchanged(row.workspace_id),
        id: Unchanged(row.id),
        archived_at: Set(is_archived.then_some(tx.now)),
        archive_reason: Set(reason),
        updated_at: Set(tx.now),
        version: Set(row.version + 1),
        ..Default::default()
    };
    company::Entity::update(changes).exec(&tx.db).await?;
    let counters = company_counter::ActiveModel {
        workspace_id: Unchanged(row.workspace_id),
        company_id: Unchanged(row.id),
        is_archived: Set(is_archived),
        ..Default::default()
    };
    company_counter::Entity::update(counters).exec(&tx.db).await?;
    reindex(tx, &[row.id]).await?;
    let by = if is_archived { -1 } else { 1 };
    add_to_workspace(&tx.db, tx.workspace_id(), &[(OfWorkspace::Companies, by)]).await?;
    count_carriers(tx, Tagged::Company, &[row.id], by).await
}

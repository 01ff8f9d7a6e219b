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
    database::{
        records::{RecordTable, load_for_update},
        write::WorkspaceTx,
    },
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
use serde::{Deserialize, Serialize};
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
    let archived = ArchivedState { at: tx.now, reason: Some(reason) };
    save(tx, &row, Some(archived)).await?;
    Ok(row.name)
}

/// When and why a company is archived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ArchivedState {
    pub at: DateTime<Utc>,
    pub reason: Option<String>,
}

/// Archives a company in a bulk change or its undo. Returns `false` if it is archived already.
///
/// # Errors
/// Those of [`load_for_update`].
pub(crate) async fn set_archived(tx: &mut WorkspaceTx, id: CompanyId, version: i64, to: ArchivedState) -> Result<bool, StoreError> {
    let row = load_for_update::<company::Entity>(tx, Verb::Update, id.0, version).await?;
    if row.archived_at.is_some() {
        return Ok(false);
    }
    save(tx, &row, Some(to)).await?;
    Ok(true)
}

/// Takes a company out of the archive in a bulk change or its undo, and returns how it was archived; `None` if it is not archived.
///
/// # Errors
/// Those of [`load_for_update`].
pub(crate) async fn clear_archived(tx: &mut WorkspaceTx, id: CompanyId, version: i64) -> Result<Option<ArchivedState>, StoreError> {
    let row = load_for_update::<company::Entity>(tx, Verb::Update, id.0, version).await?;
    let Some(at) = row.archived_at else { return Ok(None) };
    save(tx, &row, None).await?;
    Ok(Some(ArchivedState { at, reason: row.archive_reason }))
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
    Ok(row.name)
}

/// Archives the company, or brings it back (`None`): its row, its search column, every counter that it is in, and the audit row.
async fn save(tx: &mut WorkspaceTx, row: &company::Model, archived: Option<ArchivedState>) -> Result<(), StoreError> {
    let is_archived = archived.is_some();
    let (at, reason) = archived.map(|archived| (archived.at, archived.reason)).unzip();
    let reason = reason.flatten();
    let changes = company::ActiveModel {
        workspace_id: Unchanged(row.workspace_id),
        id: Unchanged(row.id),
        archived_at: Set(at),
        archive_reason: Set(reason.clone()),
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
    count_carriers(tx, Tagged::Company, &[row.id], by).await?;
    let (action, before, after) = match is_archived {
        true => ("archive", None, json!({ "name": row.name, "reason": reason })),
        false => ("bring-back", Some(json!({ "reason": row.archive_reason })), json!({ "name": row.name })),
    };
    tx.audit(Change { action, entity: Entity::Company.noun(), id: row.id, before, after: Some(after) }).await
}

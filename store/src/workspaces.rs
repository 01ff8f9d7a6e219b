//! Workspaces: settings, the user's own ones, and their end.

mod deletion;
mod ending;
mod own;

pub(crate) use deletion::ended_workspaces;
pub use ending::EndedWorkspace;
pub(crate) use ending::end;
pub use own::OwnWorkspace;
pub(crate) use own::id_of_form;

use crate::{
    Store,
    audit::{
        chain::Change,
        differences::{diff, diff_of_edit},
    },
    contacts,
    database::{rows::decode_enum, write::WorkspaceTx},
    entity::{deal, workspace},
    error::{StoreError, authorize},
    tasks,
};
use domain::{
    access::{Actor, Entity, Verb},
    collation::NameOrder,
    ids::WorkspaceId,
    workspaces::{Switches, WorkspaceDraft},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, prelude::Uuid, sea_query::Expr};
use serde_json::{Value, json};

/// A workspace's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Id of the workspace.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Its currency, an ISO 4217 code.
    pub currency: String,
    /// Its time zone, an IANA name.
    pub time_zone: String,
    /// By what its contacts are sorted.
    pub name_order: NameOrder,
    /// Whether members change only what they own.
    pub owners_only_edit: bool,
    /// Whether activities are immutable once logged.
    pub lock_activities: bool,
    /// Counts the edits, from 1.
    pub version: i64,
}

impl Store {
    /// The actor's workspace.
    pub async fn workspace(&self, actor: &Actor) -> Result<Workspace, StoreError> {
        authorize(actor, Verb::Read, Entity::Workspace)?;
        let row = workspace::Entity::find_by_id(actor.workspace_id.0).one(self.read()).await?.ok_or(StoreError::NotFound)?;
        Ok(Workspace {
            id: WorkspaceId(row.id),
            name: row.name,
            currency: row.currency,
            time_zone: row.time_zone,
            name_order: decode_enum(NameOrder::from_slug(&row.name_order), "workspaces.name_order")?,
            owners_only_edit: row.owners_only_edit,
            lock_activities: row.lock_activities,
            version: row.version,
        })
    }

    /// Sets the switches of the actor's workspace. `version`: the version that was shown.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the workspace was changed since `version`.
    pub async fn set_switches(&self, actor: &Actor, version: i64, switches: Switches) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Workspace, move |tx| Box::pin(set_switches(tx, version, switches))).await
    }

    /// Whether a deal of the actor's workspace has a value, also one in the bin: then the currency is fixed.
    pub async fn has_deal_values(&self, actor: &Actor) -> Result<bool, StoreError> {
        authorize(actor, Verb::Read, Entity::WorkspaceProfile)?;
        has_deal_values(self.read(), actor.workspace_id.0).await
    }

    /// Sets name, currency, time zone and order of contacts of the actor's workspace. `version`: the version that was shown. For another
    /// order a job computes the contacts' sort keys: until it is done, the list is in parts of both.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the workspace was changed since `version`. [`StoreError::Invalid`] at `currency` for another
    /// currency while a deal has a value, also one in the bin: amounts are not converted.
    pub async fn update_workspace(&self, actor: &Actor, version: i64, draft: WorkspaceDraft) -> Result<(), StoreError> {
        let store = self.clone();
        self.write(actor, Verb::Update, Entity::WorkspaceProfile, move |tx| Box::pin(update_workspace(store, tx, version, draft))).await
    }
}

async fn set_switches(tx: &mut WorkspaceTx, version: i64, switches: Switches) -> Result<(), StoreError> {
    use workspace::Column as C;
    let id = tx.workspace_id();
    let row = workspace::Entity::find_by_id(id).one(&tx.db).await?.ok_or(StoreError::NotFound)?;
    let result = workspace::Entity::update_many()
        .col_expr(C::LockActivities, Expr::value(switches.lock_activities))
        .col_expr(C::OwnersOnlyEdit, Expr::value(switches.owners_only_edit))
        .col_expr(C::Version, Expr::value(version + 1))
        .col_expr(C::UpdatedAt, Expr::value(tx.now))
        .filter(C::Id.eq(id))
        .filter(C::Version.eq(version))
        .exec(&tx.db)
        .await?;
    if result.rows_affected != 1 {
        return Err(StoreError::Conflict);
    }
    let switches_before = Switches { lock_activities: row.lock_activities, owners_only_edit: row.owners_only_edit };
    let (before, after) = diff(audit_json(switches_before), audit_json(switches));
    tx.audit(Change { action: "update", entity: Entity::Workspace.noun(), id, before: Some(before), after: Some(after) }).await
}

async fn has_deal_values(db: &impl ConnectionTrait, workspace_id: Uuid) -> Result<bool, StoreError> {
    let found: Option<Uuid> = deal::Entity::find()
        .select_only()
        .column(deal::Column::Id)
        .filter(deal::Column::WorkspaceId.eq(workspace_id))
        .filter(deal::Column::Value.is_not_null())
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(found.is_some())
}

async fn update_workspace(store: Store, tx: &mut WorkspaceTx, version: i64, draft: WorkspaceDraft) -> Result<(), StoreError> {
    use workspace::Column as C;
    let id = tx.workspace_id();
    let row = workspace::Entity::find_by_id(id).one(&tx.db).await?.ok_or(StoreError::NotFound)?;
    if row.version != version {
        return Err(StoreError::Conflict);
    }
    let (currency, time_zone) = (draft.currency.code(), draft.time_zone.name());
    // Under the workspace's lock, which every write of a deal takes too.
    if row.currency != currency && has_deal_values(&tx.db, id).await? {
        let message = format!("Deals have values in {}, also those in the bin. Amounts are not converted", row.currency);
        return Err(StoreError::field("currency", &message));
    }
    let before = json!({ "name": row.name, "currency": row.currency, "time_zone": row.time_zone, "name_order": row.name_order });
    let after = json!({ "name": draft.name, "currency": currency, "time_zone": time_zone, "name_order": draft.name_order.slug() });
    let Some((before, after)) = diff_of_edit(before, after) else { return Ok(()) };
    let changed = workspace::ActiveModel {
        name: Set(draft.name),
        currency: Set(currency.to_owned()),
        time_zone: Set(time_zone.to_owned()),
        name_order: Set(draft.name_order.slug().to_owned()),
        version: Set(version + 1),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    workspace::Entity::update_many().set(changed).filter(C::Id.eq(id)).exec(&tx.db).await?;
    if row.time_zone != time_zone {
        tasks::move_days_to_zone(tx, draft.time_zone).await?;
    }
    if row.name_order != draft.name_order.slug() {
        store.enqueue(&tx.db, contacts::sorting_job(WorkspaceId(id))).await?;
    }
    tx.audit(Change { action: "update", entity: Entity::Workspace.noun(), id, before: Some(before), after: Some(after) }).await
}

fn audit_json(switches: Switches) -> Value {
    json!({ "lock_activities": switches.lock_activities, "owners_only_edit": switches.owners_only_edit })
}

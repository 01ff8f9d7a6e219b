//! Workspaces: their settings and who belongs to them.

use crate::{
    db::Store,
    entity::{membership, user, workspace},
    error::{StoreError, authorize},
};
use domain::{
    access::{Actor, Entity, Role, Verb},
    ids::{UserId, WorkspaceId},
};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait, prelude::Uuid};

/// A workspace's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Which one.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Its currency, an ISO 4217 code.
    pub currency: String,
    /// Its time zone, an IANA name.
    pub time_zone: String,
    /// Whether members change only what they own.
    pub owners_only_edit: bool,
    /// Whether activities are immutable once logged.
    pub lock_activities: bool,
    /// Counts the edits, from 1.
    pub version: i64,
}

/// Someone who belongs to a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they may do.
    pub role: Role,
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
            owners_only_edit: row.owners_only_edit,
            lock_activities: row.lock_activities,
            version: row.version,
        })
    }

    /// Who belongs to the actor's workspace, by name.
    pub async fn members(&self, actor: &Actor) -> Result<Vec<Member>, StoreError> {
        authorize(actor, Verb::Read, Entity::Workspace)?;
        let rows: Vec<(Uuid, String, String, String)> = membership::Entity::find()
            .select_only()
            .column(membership::Column::UserId)
            .columns([user::Column::Name, user::Column::Email])
            .column(membership::Column::Role)
            .join(JoinType::InnerJoin, membership::Relation::User.def())
            .filter(membership::Column::WorkspaceId.eq(actor.workspace_id.0))
            .filter(membership::Column::RemovedAt.is_null())
            .order_by_asc(user::Column::Name)
            .order_by_asc(user::Column::Id)
            .limit(1_000)
            .into_tuple()
            .all(self.read())
            .await?;
        rows.into_iter()
            .map(|(id, name, email, role)| {
                Ok(Member { user_id: UserId(id), name, email, role: Role::from_slug(&role).ok_or(StoreError::Internal)? })
            })
            .collect()
    }
}

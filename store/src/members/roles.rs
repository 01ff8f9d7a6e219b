//! Roles of members, and the owner's role, which is handed over. A workspace has exactly one owner: writes of a workspace run one after
//! another, and a unique index refuses a second one.

use super::role_of;
use crate::{
    Store,
    audit::chain::Change,
    database::{sql::sql, write::WorkspaceTx},
    error::StoreError,
};
use domain::{
    access::{Actor, Entity, Role, Verb},
    ids::UserId,
    members::{assignable_roles, may_manage},
};
use serde_json::json;

impl Store {
    /// Sets the role of another member, effective with their next request.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a user who is no member. [`StoreError::Denied`] if the actor may not change this member
    /// ([`may_manage`]) or not give this role ([`assignable_roles`]).
    pub async fn change_role(&self, actor: &Actor, user: UserId, role: Role) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Member, move |tx| Box::pin(change_role(tx, user, role))).await
    }

    /// Makes another member the owner. The actor, who was the owner, becomes an admin.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a user who is no member. [`StoreError::Conflict`] for the owner.
    pub async fn hand_over_workspace(&self, actor: &Actor, user: UserId) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Ownership, move |tx| Box::pin(hand_over(tx, user))).await
    }
}

async fn change_role(tx: &mut WorkspaceTx, user: UserId, role: Role) -> Result<(), StoreError> {
    let before = role_of(tx, user).await?;
    if user == tx.actor.user_id || !may_manage(tx.actor.role, before) || !assignable_roles(tx.actor.role).contains(&role) {
        return Err(StoreError::Denied);
    }
    if before == role { Ok(()) } else { set_role(tx, user, before, role).await }
}

async fn hand_over(tx: &mut WorkspaceTx, user: UserId) -> Result<(), StoreError> {
    let (owner, before) = (tx.actor.user_id, role_of(tx, user).await?);
    if user == owner {
        return Err(StoreError::Conflict);
    }
    // There is never a second owner, not even inside the transaction.
    set_role(tx, owner, Role::Owner, Role::Admin).await?;
    set_role(tx, user, before, Role::Owner).await
}

async fn set_role(tx: &mut WorkspaceTx, user: UserId, before: Role, after: Role) -> Result<(), StoreError> {
    let update = "UPDATE memberships SET role = $1, updated_at = $2 WHERE workspace_id = $3 AND user_id = $4";
    sql(update, [after.slug().into(), tx.now.into(), tx.workspace_id().into(), user.0.into()]).execute(&tx.db).await?;
    let fields = |role: Role| Some(json!({ "role": role.slug() }));
    tx.audit(Change { action: "update", entity: Entity::Member.noun(), id: user.0, before: fields(before), after: fields(after) }).await
}

//! Members of a workspace: their roles, their removal, and who owns what they leave behind.

mod owner;
mod removal;
mod roles;

pub(crate) use owner::{owner_of_draft, with_other_owner, with_owner};
pub use removal::OWNED_COUNT_MAX;
pub(crate) use removal::{end_membership, handing_over};

use crate::{
    Store,
    audit::chain::Change,
    database::{cache::Cached, rows::decode_enum, sql::sql, write::WorkspaceTx},
    entity::{membership, user},
    error::{StoreError, authorize},
    lists::ordered_ids::MOVING_ORDER_CACHED,
};
use domain::{
    access::{Actor, Entity, Role, Verb},
    ids::UserId,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    prelude::{DateTimeUtc, Uuid},
};
use std::sync::Arc;

/// A member of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Id of the user.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
    /// Their email address.
    pub email: String,
    /// Their role.
    pub role: Role,
    /// When they joined.
    pub joined_at: DateTimeUtc,
}

/// The members, and until when they are offered: a user who renames themselves does so in one of their workspaces.
#[derive(Clone)]
struct OwnerOptions {
    members: Arc<[Member]>,
    until: DateTimeUtc,
}

impl Cached for OwnerOptions {
    type Key = ();

    fn holds_at(&self, now: DateTimeUtc) -> bool {
        now < self.until
    }
}

#[derive(FromQueryResult)]
struct Row {
    user_id: Uuid,
    name: String,
    email: String,
    role: String,
    created_at: DateTimeUtc,
}

impl Store {
    /// The members of the actor's workspace, by name, at most 1,000.
    pub async fn members(&self, actor: &Actor) -> Result<Vec<Member>, StoreError> {
        authorize(actor, Verb::Read, Entity::Member)?;
        let rows: Vec<Row> = membership::Entity::find()
            .select_only()
            .columns([membership::Column::UserId, membership::Column::Role, membership::Column::CreatedAt])
            .columns([user::Column::Name, user::Column::Email])
            .join(JoinType::InnerJoin, membership::Relation::User.def())
            .filter(membership::Column::WorkspaceId.eq(actor.workspace_id.0))
            .filter(membership::Column::RemovedAt.is_null())
            .order_by_asc(user::Column::SortKey)
            .order_by_asc(user::Column::Id)
            .limit(1_000)
            .into_model()
            .all(self.read())
            .await?;
        rows.into_iter().map(member).collect()
    }

    /// As [`Store::members`], cached for half a minute, for a filter by owner.
    pub async fn owner_options(&self, actor: &Actor) -> Result<Arc<[Member]>, StoreError> {
        authorize(actor, Verb::Read, Entity::Member)?;
        let until = self.now() + MOVING_ORDER_CACHED;
        let reading = async { Ok(OwnerOptions { members: self.members(actor).await?.into(), until }) };
        Ok(self.get_or_load(actor, (), reading).await?.members)
    }

    /// One member of the actor's workspace.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a user who is no member.
    pub async fn member(&self, actor: &Actor, id: UserId) -> Result<Member, StoreError> {
        authorize(actor, Verb::Read, Entity::Member)?;
        let find = sql(
            "SELECT u.id AS user_id, u.name, u.email, m.role, m.created_at FROM memberships m JOIN users u ON u.id = m.user_id
             WHERE m.workspace_id = $1 AND m.user_id = $2 AND m.removed_at IS NULL",
            [actor.workspace_id.0.into(), id.0.into()],
        );
        member(find.one::<Row>(self.read()).await?.ok_or(StoreError::NotFound)?)
    }
}

fn member(row: Row) -> Result<Member, StoreError> {
    Ok(Member {
        user_id: UserId(row.user_id),
        name: row.name,
        email: row.email,
        role: decode_enum(Role::from_slug(&row.role), "memberships.role")?,
        joined_at: row.created_at,
    })
}

/// The role of a member of the transaction's workspace.
///
/// # Errors
/// [`StoreError::NotFound`] for a user who is no member.
async fn role_of(tx: &WorkspaceTx, user: UserId) -> Result<Role, StoreError> {
    let row = membership::Entity::find_by_id((tx.workspace_id(), user.0)).filter(membership::Column::RemovedAt.is_null());
    let row = row.one(&tx.db).await?.ok_or(StoreError::NotFound)?;
    decode_enum(Role::from_slug(&row.role), "memberships.role")
}

/// Whether a change ends the open event streams of a user, or changes what they may receive.
pub(crate) fn affects_streams(change: &Change<'_>) -> bool {
    change.entity == Entity::Member.noun() || (change.entity == Entity::Workspace.noun() && change.action == "end")
}

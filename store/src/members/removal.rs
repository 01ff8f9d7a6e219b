//! Members who go: removed, or leaving by themselves. Their records stay, under their name or with another member as owner.
//!
//! The records of a member may be a hundred thousand. The transaction that ends the membership gives the first [`BATCH`] of each kind to
//! their new owner, a job the rest in batches of a transaction each, so that nobody else's write waits for long. Each record has its
//! row in the log and its version raised, as by a change in its form. Done again, a batch finds nothing left.

use super::role_of;
use crate::{
    JobError, JobHandler, NewJob, Store,
    audit::chain::{Chain, Change},
    database::{sql::sql, transaction::Transaction, write::WorkspaceTx},
    error::StoreError,
    invitations::revoke_invitations_of,
    tasks,
    today::forget_mutes,
};
use domain::{
    access::{Actor, Entity, Role, Verb},
    ids::{UserId, WorkspaceId},
    members::{RecordsGoTo, may_manage},
};
use sea_orm::{
    FromQueryResult,
    prelude::{DateTimeUtc, Uuid},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// From this number on, [`Store::owned_records`] may have counted too few.
pub const OWNED_COUNT_MAX: u64 = 1_000;

const KIND: &str = "hand-over-records";
/// Records of a kind that one transaction gives to their new owner.
const BATCH: u32 = 200;

/// Kinds of records that change their owner, with their tables.
const KINDS: [(Entity, &str); 5] = [
    (Entity::Company, "companies"),
    (Entity::Contact, "contacts"),
    (Entity::Deal, "deals"),
    (Entity::Activity, "activities"),
    (Entity::Task, "tasks"),
];

/// Records of one member that another one is to own.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct HandOver {
    from: UserId,
    to: UserId,
    /// Who decided it.
    by: UserId,
}

impl Store {
    /// How many companies, contacts, deals, activities and tasks a member owns, those in the bin as well; at most [`OWNED_COUNT_MAX`] of each
    /// kind are counted.
    pub async fn owned_records(&self, actor: &Actor, user: UserId) -> Result<u64, StoreError> {
        crate::error::authorize(actor, Verb::Read, Entity::Member)?;
        let parts = KINDS.map(|(_, table)| {
            format!("(SELECT count(*) FROM (SELECT 1 AS one FROM {table} WHERE workspace_id = $1 AND owner_id = $2 LIMIT {OWNED_COUNT_MAX}) AS {table})")
        });
        let count = sql(&format!("SELECT {} AS count", parts.join(" + ")), [actor.workspace_id.0.into(), user.0.into()]);
        Ok(count.count(self.read()).await?)
    }

    /// Removes another member, effective with their next request, and says what becomes of their records.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a user who is no member. [`StoreError::Denied`] if the actor may not remove this one
    /// ([`may_manage`]). [`StoreError::Invalid`] at `records_to` if that is no member who may own records.
    pub async fn remove_member(&self, actor: &Actor, user: UserId, records: RecordsGoTo) -> Result<(), StoreError> {
        self.write(actor, Verb::Delete, Entity::Member, move |tx| {
            Box::pin(async move {
                let role = role_of(tx, user).await?;
                if user == tx.actor.user_id || !may_manage(tx.actor.role, role) {
                    return Err(StoreError::Denied);
                }
                go(tx, user, role, "delete", records).await
            })
        })
        .await
    }

    /// Ends the actor's own membership.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at no field for the owner, who hands over or ends the workspace, and as [`Store::remove_member`].
    pub async fn leave_workspace(&self, actor: &Actor, records: RecordsGoTo) -> Result<(), StoreError> {
        self.write(actor, Verb::Delete, Entity::Account, move |tx| {
            Box::pin(async move {
                let Actor { user_id, role, .. } = tx.actor;
                if role == Role::Owner {
                    return Err(StoreError::field("", "You own this workspace. Hand it over first, or end it"));
                }
                go(tx, user_id, role, "leave", records).await
            })
        })
        .await
    }
}

async fn go(tx: &mut WorkspaceTx, user: UserId, role: Role, action: &'static str, records: RecordsGoTo) -> Result<(), StoreError> {
    let to = match records {
        RecordsGoTo::Nobody => None,
        RecordsGoTo::Member(to) => Some(heir(tx, user, to).await?),
    };
    let change = end_membership(&tx.db, WorkspaceId(tx.workspace_id()), user, role, action, to, tx.now).await?;
    tx.audit(change).await?;
    revoke_invitations_of(tx, user).await?;
    let Some(to) = to else { return Ok(()) };
    let hand_over = HandOver { from: user, to, by: tx.actor.user_id };
    tasks::hand_over_series(&tx.db, tx.workspace_id(), user, to).await?;
    let (mut is_done, is_locked) = (true, tx.lock_activities);
    for (entity, table) in KINDS.into_iter().filter(|(entity, _)| *entity != Entity::Activity || !is_locked) {
        let changes = assign_batch(&tx.db, tx.workspace_id(), entity, table, hand_over, tx.now).await?;
        is_done &= changes.len() < BATCH as usize;
        for change in changes {
            tx.audit(change).await?;
        }
    }
    if !is_done {
        let payload = serde_json::to_value(hand_over).map_err(|_| StoreError::Internal)?;
        let job = NewJob::new(KIND, payload).in_workspace(WorkspaceId(tx.workspace_id()));
        tx.store().enqueue(&tx.db, job).await?;
    }
    Ok(())
}

/// The member who gets the records.
async fn heir(tx: &WorkspaceTx, from: UserId, to: UserId) -> Result<UserId, StoreError> {
    let refused = || StoreError::field("records_to", "Choose a member who may own records");
    match role_of(tx, to).await {
        Ok(role) if role.can_own_records() && to != from => Ok(to),
        Ok(_) | Err(StoreError::NotFound) => Err(refused()),
        Err(error) => Err(error),
    }
}

/// Ends a membership in a workspace whose lock the transaction holds. Returns the change to append to its log. `to`: who owns the
/// records from now on.
pub(crate) async fn end_membership(
    tx: &Transaction,
    workspace_id: WorkspaceId,
    user: UserId,
    role: Role,
    action: &'static str,
    to: Option<UserId>,
    now: DateTimeUtc,
) -> Result<Change<'static>, StoreError> {
    let update = "UPDATE memberships SET removed_at = $1, updated_at = $1 WHERE workspace_id = $2 AND user_id = $3 AND removed_at IS NULL";
    sql(update, [now.into(), workspace_id.0.into(), user.0.into()]).execute(tx).await?;
    forget_mutes(tx, workspace_id, user).await?;
    let before = Some(json!({ "role": role.slug() }));
    let after = to.map(|to| json!({ "records_to": to }));
    Ok(Change { action, entity: Entity::Member.noun(), id: user.0, before, after })
}

/// Gives the records of a member who has gone to their new owner.
pub(crate) fn handing_over() -> JobHandler {
    JobHandler::new(KIND, |store, job| async move {
        let workspace_id = job.workspace_id.ok_or_else(|| JobError::Permanent("it names no workspace".to_owned()))?;
        let hand_over: HandOver = job.payload()?;
        Ok(assign_all(&store, workspace_id, hand_over).await?)
    })
}

async fn assign_all(store: &Store, workspace_id: WorkspaceId, hand_over: HandOver) -> Result<(), StoreError> {
    for (entity, table) in KINDS {
        loop {
            let of_batch = store.clone();
            let assigned = store
                .transaction(move |tx| Box::pin(async move { assign_locked(&of_batch, tx, workspace_id, entity, table, hand_over).await }));
            if assigned.await? < BATCH as usize {
                break;
            }
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Standing {
    user_id: Uuid,
    role: String,
    lock_activities: bool,
}

/// Assigns one batch under the workspace's lock and returns its size: 0 if the workspace was deleted, or activities are locked. A
/// workspace that has ended is treated as any other, as it may be taken back. If the new owner has gone, too, or may no longer own
/// records, the workspace's owner gets them.
async fn assign_locked(
    store: &Store,
    tx: &Transaction,
    workspace_id: WorkspaceId,
    entity: Entity,
    table: &'static str,
    hand_over: HandOver,
) -> Result<usize, StoreError> {
    let now = store.now();
    let Some(mut chain) = Chain::lock(tx, workspace_id).await? else { return Ok(0) };
    let standing = "SELECT m.user_id, m.role, w.lock_activities FROM workspaces w JOIN memberships m ON m.workspace_id = w.id
       WHERE w.id = $1 AND m.removed_at IS NULL AND (m.user_id = $2 OR m.role = 'owner')";
    let standing: Vec<Standing> = sql(standing, [workspace_id.0.into(), hand_over.to.0.into()]).all(tx).await?;
    let may_own = |member: &&Standing| Role::from_slug(&member.role).is_some_and(Role::can_own_records);
    let chosen = standing.iter().filter(may_own).max_by_key(|member| member.user_id == hand_over.to.0);
    let Some(heir) = chosen.filter(|heir| heir.user_id != hand_over.from.0 && (entity != Entity::Activity || !heir.lock_activities)) else {
        return Ok(0);
    };
    let hand_over = HandOver { to: UserId(heir.user_id), ..hand_over };
    let changes = assign_batch(tx, workspace_id.0, entity, table, hand_over, now).await?;
    let assigned = changes.len();
    for change in changes {
        chain.append(tx, store.random(), Some(hand_over.by), store.address, now, change).await?;
    }
    chain.save(tx).await?;
    Ok(assigned)
}

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

/// Gives up to [`BATCH`] records to their new owner. Returns the changes to append to the log.
async fn assign_batch(
    tx: &Transaction,
    workspace_id: Uuid,
    entity: Entity,
    table: &'static str,
    hand_over: HandOver,
    now: DateTimeUtc,
) -> Result<Vec<Change<'static>>, StoreError> {
    // An activity keeps its author. In an UPDATE, columns have their values from before it.
    let author = if entity == Entity::Activity { "author_id = NULLIF(COALESCE(author_id, owner_id), $1), " } else { "" };
    let update = format!(
        "UPDATE {table} SET {author}owner_id = $1, version = version + 1, updated_at = $2 WHERE workspace_id = $3 AND id IN
           (SELECT id FROM {table} WHERE workspace_id = $3 AND owner_id = $4 ORDER BY id LIMIT {BATCH})
         RETURNING id"
    );
    let values = [hand_over.to.0.into(), now.into(), workspace_id.into(), hand_over.from.0.into()];
    let mut rows: Vec<Id> = sql(&update, values).all(tx).await?;
    rows.sort_by_key(|row| row.id);
    let owner = |user: UserId| Some(json!({ "owner_id": user }));
    let change =
        |row: Id| Change { action: "update", entity: entity.noun(), id: row.id, before: owner(hand_over.from), after: owner(hand_over.to) };
    Ok(rows.into_iter().map(change).collect())
}

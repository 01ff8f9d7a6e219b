//! Deleting one's own account.
//!
//! The row stays without anything personal, under the name [`FORMER_MEMBER`]: records and the log still refer to it. So the log's
//! chains stay whole, and who did what is a former member.

use crate::{
    Store,
    audit::chain::{Chain, Change},
    database::{rows::decode_enum, sql::sql, transaction::Transaction},
    entity::user,
    error::StoreError,
    members::end_membership,
    users::{
        devices::Device, link_requests::forget_link_requests, platform_admins::lock_platform_admins, sign_in_attempts::forget_account,
    },
    workspaces,
};
use domain::{
    access::{Entity, Role},
    account::{AccountDeletion, CHOOSE_FATES, WorkspaceFate},
    collation::{person_sort_key, sort_key},
    ids::{UserId, WorkspaceId},
    members::FORMER_MEMBER,
    users::{Email, exact_email_key},
};
use sea_orm::{
    EntityTrait, FromQueryResult,
    prelude::{DateTimeUtc, Uuid},
};
use serde_json::json;
use std::collections::BTreeMap;

/// Other members listed per workspace, the first by name.
const CANDIDATES_MAX: u32 = 1_000;

/// Tables with rows about a user, by their column of the user's id. They go with the account.
const PERSONAL: [&str; 6] = ["sessions", "sign_in_log", "account_links", "exports", "action_snoozes", "action_dismissals"];

/// A workspace that the user owns, and who could own it instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedWorkspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// The other members, by name: id and name.
    pub candidates: Vec<(UserId, String)>,
}

#[derive(FromQueryResult)]
struct OwnedRow {
    id: Uuid,
    name: String,
    candidate_id: Option<Uuid>,
    candidate_name: Option<String>,
}

#[derive(FromQueryResult)]
struct MembershipRow {
    workspace_id: Uuid,
    role: String,
    ended_at: Option<DateTimeUtc>,
}

impl Store {
    /// The workspaces that the user owns and that have not ended, by name, with their other members; 1,000 members of each at most.
    pub async fn owned_workspaces(&self, user: UserId) -> Result<Vec<OwnedWorkspace>, StoreError> {
        let text = format!(
            "WITH owned AS (
               SELECT w.id, w.name FROM memberships m JOIN workspaces w ON w.id = m.workspace_id AND w.ended_at IS NULL
               WHERE m.user_id = $1 AND m.role = 'owner' AND m.removed_at IS NULL),
             candidates AS (
               SELECT om.workspace_id, o.id, o.name, row_number() OVER (PARTITION BY om.workspace_id ORDER BY o.sort_key, o.id) AS place
               FROM owned JOIN memberships om ON om.workspace_id = owned.id AND om.user_id <> $1 AND om.removed_at IS NULL
               JOIN users o ON o.id = om.user_id)
             SELECT owned.id, owned.name, c.id AS candidate_id, c.name AS candidate_name
             FROM owned LEFT JOIN candidates c ON c.workspace_id = owned.id AND c.place <= {CANDIDATES_MAX}
             ORDER BY owned.id, c.place"
        );
        let rows: Vec<OwnedRow> = sql(&text, [user.0.into()]).all(self.read()).await?;
        let mut owned: Vec<OwnedWorkspace> = Vec::new();
        for row in rows {
            if owned.last().is_none_or(|last| last.id.0 != row.id) {
                owned.push(OwnedWorkspace { id: WorkspaceId(row.id), name: row.name, candidates: Vec::new() });
            }
            if let (Some(last), Some(id), Some(name)) = (owned.last_mut(), row.candidate_id, row.candidate_name) {
                last.candidates.push((UserId(id), name));
            }
        }
        owned.sort_by_cached_key(|workspace| sort_key(&workspace.name));
        Ok(owned)
    }

    /// Deletes the user's account: their workspaces are handed over or end, their memberships end, and what is personal goes. Records stay
    /// as they are. A wrong password counts as a failed sign-in. `device`: the device cookie of the browser.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `password_current` for a wrong one; at `becomes` if the deletion leaves open what becomes of a workspace
    /// that the user owns by now, or names somebody who is no member; at no field for the last platform admin. [`StoreError::Conflict`] if
    /// the user joined or made a workspace meanwhile, or the password was changed. [`StoreError::Limited`] if too many attempts failed before.
    pub async fn delete_account(&self, user: UserId, deletion: AccountDeletion, device: Option<&Device>) -> Result<(), StoreError> {
        let row = user::Entity::find_by_id(user.0).one(self.read()).await?.ok_or(StoreError::NotFound)?;
        self.require_current_password(&row, deletion.password, device).await?;
        let (store, fates, stamp) = (self.clone(), deletion.fates, row.auth_stamp);
        self.transaction(move |tx| Box::pin(async move { delete(&store, tx, user, &stamp, fates).await })).await
    }
}

/// `stamp`: of the compared password.
async fn delete(
    store: &Store,
    tx: &Transaction,
    user: UserId,
    stamp: &[u8],
    fates: BTreeMap<WorkspaceId, WorkspaceFate>,
) -> Result<(), StoreError> {
    let left = memberships(tx, user).await?;
    for workspace in &left {
        leave(store, tx, user, *workspace, &fates).await?;
    }
    let row = user::Entity::find_by_id(user.0).one(tx).await?.filter(|row| row.auth_stamp == stamp).ok_or(StoreError::Conflict)?;
    if row.is_platform_admin {
        require_another_admin(tx, user).await?;
    }
    erase(store, tx, &row).await?;
    // Whoever joins or makes a workspace locks the account's row: who had it before has committed, who comes later finds it deleted.
    if memberships(tx, user).await?.iter().any(|workspace| !left.contains(workspace)) {
        return Err(StoreError::Conflict);
    }
    let after = row.is_platform_admin.then(|| json!({ "is_platform_admin": true }));
    let change = Change { action: "delete", entity: Entity::Account.noun(), id: user.0, before: after, after: None };
    store.log_install_change(tx, Some(user), change).await
}

/// The workspaces of the user in the order in which they are locked.
async fn memberships(tx: &Transaction, user: UserId) -> Result<Vec<WorkspaceId>, StoreError> {
    #[derive(FromQueryResult)]
    struct Id {
        workspace_id: Uuid,
    }
    let find = sql("SELECT workspace_id FROM memberships WHERE user_id = $1 AND removed_at IS NULL", [user.0.into()]);
    let mut ids: Vec<WorkspaceId> = find.all::<Id>(tx).await?.into_iter().map(|row| WorkspaceId(row.workspace_id)).collect();
    ids.sort();
    Ok(ids)
}

/// Locks a workspace and ends the user's part in it: the owner's by its fate, which is decided anew under the lock.
async fn leave(
    store: &Store,
    tx: &Transaction,
    user: UserId,
    id: WorkspaceId,
    fates: &BTreeMap<WorkspaceId, WorkspaceFate>,
) -> Result<(), StoreError> {
    let Some(mut chain) = Chain::lock(tx, id).await? else { return Ok(()) };
    let find = "SELECT m.workspace_id, m.role, w.ended_at FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
       WHERE m.workspace_id = $1 AND m.user_id = $2 AND m.removed_at IS NULL";
    let Some(row): Option<MembershipRow> = sql(find, [id.0.into(), user.0.into()]).one(tx).await? else { return Ok(()) };
    let (now, mut role) = (store.now(), decode_enum(Role::from_slug(&row.role), "memberships.role")?);
    let mut changes = Vec::new();
    if role == Role::Owner && row.ended_at.is_none() {
        match fates.get(&id).ok_or_else(|| StoreError::field("becomes", CHOOSE_FATES))? {
            WorkspaceFate::End => changes.push(workspaces::end(tx, row.workspace_id, now).await?),
            WorkspaceFate::HandOver(to) => {
                changes.extend(hand_over(tx, id, user, *to, now).await?);
                role = Role::Admin;
            }
        }
    }
    // A workspace that has ended keeps its owner until it is deleted: there is always exactly one.
    if role != Role::Owner {
        changes.push(end_membership(tx, id, user, role, "leave", None, now).await?);
    }
    for change in changes {
        chain.append(tx, store.random(), Some(user), store.address, now, change).await?;
    }
    chain.save(tx).await
}

async fn hand_over(
    tx: &Transaction,
    id: WorkspaceId,
    from: UserId,
    to: UserId,
    now: DateTimeUtc,
) -> Result<[Change<'static>; 2], StoreError> {
    let update = "UPDATE memberships SET role = $1, updated_at = $2 WHERE workspace_id = $3 AND user_id = $4 AND removed_at IS NULL";
    let set = async |user: UserId, role: Role| sql(update, [role.slug().into(), now.into(), id.0.into(), user.0.into()]).execute(tx).await;
    set(from, Role::Admin).await?;
    if from == to || set(to, Role::Owner).await? != 1 {
        return Err(StoreError::field("becomes", "Choose somebody who is a member of the workspace"));
    }
    let change = |user: UserId, role: Role| Change {
        action: "update",
        entity: Entity::Member.noun(),
        id: user.0,
        before: None,
        after: Some(json!({ "role": role.slug() })),
    };
    Ok([change(from, Role::Admin), change(to, Role::Owner)])
}

/// Two platform admins can't go at once, each counting on the other. Who is disabled is nobody to count on.
async fn require_another_admin(tx: &Transaction, user: UserId) -> Result<(), StoreError> {
    if lock_platform_admins(tx).await?.iter().any(|admin| *admin != user) {
        return Ok(());
    }
    Err(StoreError::field("", "You are the only platform admin. Make somebody else one before you delete your account"))
}

/// Removes what is personal from the account's row, and the rows that are about the account.
async fn erase(store: &Store, tx: &Transaction, row: &user::Model) -> Result<(), StoreError> {
    let mut stamp = vec![0; 32];
    store.random().fill(&mut stamp);
    // No address has a space in it, so nobody finds the account by one.
    let key = format!("deleted {}", row.id);
    let update = "UPDATE users SET name = $1, sort_key = $2, email = '', email_key = $3, email_verified = $4, image = NULL, password_hash = '',
       auth_stamp = $5, is_platform_admin = $4, theme = 'system', sidebar_folded = $4, shortcuts = $6, csv_separator = 'comma', start_page = 'dashboard',
       time_zone = NULL,
       reset_link_untold = $4, updated_at = $7, deleted_at = $7 WHERE id = $8";
    let values = [
        FORMER_MEMBER.into(),
        person_sort_key(FORMER_MEMBER).into(),
        key.into(),
        false.into(),
        stamp.into(),
        true.into(),
        store.now().into(),
        row.id.into(),
    ];
    sql(update, values).execute(tx).await?;
    for table in PERSONAL {
        sql(&format!("DELETE FROM {table} WHERE user_id = $1"), [row.id.into()]).execute(tx).await?;
    }
    let email_key = Email::parse(&row.email).map_or_else(|_| String::new(), |email| email.key());
    forget_account(tx, &email_key).await?;
    forget_link_requests(tx, UserId(row.id), &email_key).await?;
    // Invitations that were accepted name the address. Those that are open are the workspaces'.
    let keys = [email_key.into(), exact_email_key(&row.email).into()];
    sql("DELETE FROM invitations WHERE email_key IN ($1, $2) AND accepted_at IS NOT NULL", keys).execute(tx).await?;
    Ok(())
}

//! All workspaces of the install: what they are called, whose they are, how large; suspending and resuming one.

use super::page_of;
use crate::{
    Store, Total,
    audit::chain::{Chain, Change},
    database::{
        rows::to_u64,
        sql::{Sql, sql},
        transaction::Transaction,
    },
    error::StoreError,
    users::platform_admins::authorize_platform_admin,
};
use domain::{
    access::Entity,
    administration::{WorkspaceState, WorkspacesQuery, matches_search},
    collation::sort_key,
    ids::{UserId, WorkspaceId},
};
use sea_orm::{
    FromQueryResult,
    prelude::{DateTimeUtc, Uuid},
};
use std::collections::HashMap;

/// A workspace as platform admins see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminWorkspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Whether it is in use.
    pub state: WorkspaceState,
    /// Name and address of its owner. Of a deleted account the address is empty.
    pub owner: (String, String),
    /// Number of its members.
    pub members: u64,
    /// Number of its companies.
    pub companies: u64,
    /// Number of its contacts.
    pub contacts: u64,
    /// Number of its deals.
    pub deals: u64,
    /// Number of its activities.
    pub activities: u64,
    /// Number of its tasks.
    pub tasks: u64,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// When something was last changed in it.
    pub changed_at: Option<DateTimeUtc>,
}

/// A page of workspaces, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceList {
    /// The workspaces of the page.
    pub rows: Vec<AdminWorkspace>,
    /// Number of all that match.
    pub total: Total,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    created_at: DateTimeUtc,
    ended_at: Option<DateTimeUtc>,
    suspended_at: Option<DateTimeUtc>,
    owner_name: Option<String>,
    owner_email: Option<String>,
}

impl Row {
    fn state(&self) -> WorkspaceState {
        WorkspaceState::of(self.ended_at.is_some(), self.suspended_at.is_some())
    }

    fn matches(&self, query: &WorkspacesQuery) -> bool {
        let texts = [self.name.as_str(), self.owner_name.as_deref().unwrap_or_default(), self.owner_email.as_deref().unwrap_or_default()];
        query.state.is_none_or(|state| state == self.state()) && matches_search(&query.q, &texts)
    }

    fn with(self, size: Option<&Size>) -> AdminWorkspace {
        let count = |of: fn(&Size) -> i64| size.map_or(0, |size| to_u64(of(size)));
        AdminWorkspace {
            id: WorkspaceId(self.id),
            state: self.state(),
            name: self.name,
            owner: (self.owner_name.unwrap_or_default(), self.owner_email.unwrap_or_default()),
            members: count(|size| size.members),
            companies: count(|size| size.companies),
            contacts: count(|size| size.contacts),
            deals: count(|size| size.deals),
            activities: count(|size| size.activities),
            tasks: count(|size| size.tasks),
            created_at: self.created_at,
            changed_at: size.and_then(|size| size.changed_at),
        }
    }
}

#[derive(FromQueryResult)]
struct Size {
    id: Uuid,
    members: i64,
    companies: i64,
    contacts: i64,
    deals: i64,
    activities: i64,
    tasks: i64,
    changed_at: Option<DateTimeUtc>,
}

const SELECT: &str = "SELECT w.id, w.name, w.created_at, w.ended_at, w.suspended_at, u.name AS owner_name, u.email AS owner_email
     FROM workspaces w LEFT JOIN memberships m ON m.workspace_id = w.id AND m.role = 'owner' LEFT JOIN users u ON u.id = m.user_id";

impl Store {
    /// A page of the workspaces of the install. All their names are read: the search ignores accents, and there is no folded copy of them.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin.
    pub async fn install_workspaces(&self, admin: UserId, query: &WorkspacesQuery) -> Result<WorkspaceList, StoreError> {
        authorize_platform_admin(self.read(), admin).await?;
        let mut rows: Vec<Row> = sql(SELECT, []).all(self.read()).await?;
        rows.retain(|row| row.matches(query));
        rows.sort_by_cached_key(|row| (sort_key(&row.name), row.id));
        let (rows, total) = page_of(rows, query.page);
        let sizes = self.sizes(rows.iter().map(|row| row.id)).await?;
        let rows = rows.into_iter().map(|row| {
            let size = sizes.get(&row.id);
            row.with(size)
        });
        Ok(WorkspaceList { rows: rows.collect(), total: Total { count: total, capped: false } })
    }

    /// One workspace of the install.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin. [`StoreError::NotFound`] for an id that none has.
    pub async fn install_workspace(&self, admin: UserId, id: WorkspaceId) -> Result<AdminWorkspace, StoreError> {
        authorize_platform_admin(self.read(), admin).await?;
        let find = sql(&format!("{SELECT} WHERE w.id = $1"), [id.0.into()]);
        let row: Row = find.one(self.read()).await?.ok_or(StoreError::NotFound)?;
        let sizes = self.sizes([row.id]).await?;
        Ok(row.with(sizes.get(&id.0)))
    }

    /// Suspends a workspace: nobody reads or writes it, open event streams end, its jobs wait. One that is suspended stays so.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin. [`StoreError::NotFound`] for a workspace that isn't there or has ended.
    pub async fn suspend_workspace(&self, admin: UserId, id: WorkspaceId) -> Result<(), StoreError> {
        let now = self.now();
        let set = sql(
            "UPDATE workspaces SET suspended_at = $1, updated_at = $1 WHERE id = $2 AND ended_at IS NULL AND suspended_at IS NULL",
            [now.into(), id.0.into()],
        );
        let change = Change { action: "suspend", entity: Entity::Workspace.noun(), id: id.0, before: None, after: None };
        self.change_suspension(admin, id, set, change).await
    }

    /// Resumes a suspended workspace. One that is not suspended stays so.
    ///
    /// # Errors
    /// As [`Store::suspend_workspace`].
    pub async fn resume_workspace(&self, admin: UserId, id: WorkspaceId) -> Result<(), StoreError> {
        let set = sql(
            "UPDATE workspaces SET suspended_at = NULL, updated_at = $1 WHERE id = $2 AND ended_at IS NULL AND suspended_at IS NOT NULL",
            [self.now().into(), id.0.into()],
        );
        let change = Change { action: "resume", entity: Entity::Workspace.noun(), id: id.0, before: None, after: None };
        self.change_suspension(admin, id, set, change).await
    }

    /// Runs the statement, and logs the change in the workspace's log, where its members see it, and in the install's.
    async fn change_suspension(&self, admin: UserId, id: WorkspaceId, set: Sql, change: Change<'static>) -> Result<(), StoreError> {
        let store = self.clone();
        let changed = self.admin_transaction(admin, move |tx| {
            Box::pin(async move {
                let mut chain = Chain::lock(tx, id).await?.ok_or(StoreError::NotFound)?;
                require_going_on(tx, id).await?;
                if set.execute(tx).await? == 0 {
                    return Ok(None);
                }
                chain.append(tx, store.random(), Some(admin), store.address, store.now(), change.clone()).await?;
                chain.save(tx).await?;
                store.notify_in_tx(tx, id.0, chain.seq()).await?;
                store.log_install_change(tx, Some(admin), change).await?;
                Ok(Some(chain.seq()))
            })
        });
        // Wakes the streams of its members, which then find that they have no workspace.
        if let Some(seq) = changed.await? {
            self.notify_after_commit(id.0, seq);
        }
        Ok(())
    }

    async fn sizes(&self, ids: impl IntoIterator<Item = Uuid>) -> Result<HashMap<Uuid, Size>, StoreError> {
        let mut statement = Sql::default();
        let ids = statement.bind_all(ids);
        statement.push(&format!(
            "SELECT c.workspace_id AS id, c.companies, c.contacts, c.deals, c.activities, c.tasks, a.at AS changed_at,
               (SELECT count(*) FROM memberships m WHERE m.workspace_id = c.workspace_id AND m.removed_at IS NULL) AS members
             FROM workspace_counters c
             LEFT JOIN audit_heads h ON h.workspace_id = c.workspace_id
             LEFT JOIN audit_log a ON a.workspace_id = h.workspace_id AND a.seq = h.seq
             WHERE c.workspace_id IN ({ids})"
        ));
        let sizes: Vec<Size> = statement.all(self.read()).await?;
        Ok(sizes.into_iter().map(|size| (size.id, size)).collect())
    }
}

#[derive(FromQueryResult)]
struct Ended {
    ended_at: Option<DateTimeUtc>,
}

async fn require_going_on(tx: &Transaction, id: WorkspaceId) -> Result<(), StoreError> {
    let found: Option<Ended> = sql("SELECT ended_at FROM workspaces WHERE id = $1", [id.0.into()]).one(tx).await?;
    found.filter(|row| row.ended_at.is_none()).map(drop).ok_or(StoreError::NotFound)
}

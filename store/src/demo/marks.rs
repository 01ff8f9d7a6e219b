//! Marks of demo records, and whether a workspace has any.

use crate::{
    Store, StoreError,
    database::{
        cache::Cached,
        sql::{Sql, sql},
        write::WorkspaceTx,
    },
    error::authorize,
};
use domain::access::{Actor, Entity, Verb};
use sea_orm::FromQueryResult;
use std::{collections::HashSet, sync::Arc};
use uuid::Uuid;

/// Ids of the demo records of a workspace.
pub type DemoIds = Arc<HashSet<Uuid>>;

impl Cached for DemoIds {
    type Key = ();
}

/// A kind of record that can be marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marked {
    /// Companies.
    Company,
    /// Contacts.
    Contact,
    /// Deals.
    Deal,
    /// Activities.
    Activity,
    /// Tasks.
    Task,
    /// Tags.
    Tag,
}

impl Marked {
    /// The value of `demo_records.entity`, and the table of the records.
    const fn entity_and_table(self) -> (&'static str, &'static str) {
        match self {
            Self::Company => ("company", "companies"),
            Self::Contact => ("contact", "contacts"),
            Self::Deal => ("deal", "deals"),
            Self::Activity => ("activity", "activities"),
            Self::Task => ("task", "tasks"),
            Self::Tag => ("tag", "tags"),
        }
    }
}

#[derive(FromQueryResult)]
struct IdRow {
    record_id: Uuid,
}

impl Store {
    /// The ids of the demo records of the actor's workspace, some sixty: one round trip, none if cached. To be asked only where
    /// [`SignedIn::has_demo_data`](crate::SignedIn::has_demo_data).
    pub async fn demo_ids(&self, actor: &Actor) -> Result<DemoIds, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        self.get_or_load(actor, (), self.read_demo_ids(actor)).await
    }

    async fn read_demo_ids(&self, actor: &Actor) -> Result<DemoIds, StoreError> {
        let statement = sql("SELECT record_id FROM demo_records WHERE workspace_id = $1", [actor.workspace_id.0.into()]);
        let rows: Vec<IdRow> = statement.all(self.read()).await?;
        Ok(Arc::new(rows.into_iter().map(|row| row.record_id).collect()))
    }
}

/// Marks these records at their present versions.
pub(super) async fn mark(tx: &WorkspaceTx, kind: Marked, ids: &[Uuid]) -> Result<(), StoreError> {
    let (entity, table) = kind.entity_and_table();
    let mut insert = Sql::with([tx.workspace_id().into()]);
    let ids = insert.bind_all(ids.iter().copied());
    insert.push(&format!(
        "INSERT INTO demo_records (workspace_id, record_id, entity, version)
         SELECT workspace_id, id, '{entity}', version FROM {table} WHERE workspace_id = $1 AND id IN ({ids})"
    ));
    insert.execute(&tx.db).await?;
    Ok(())
}

/// Whether the workspace has a marked record, be it in the bin.
pub(super) async fn has_marks(tx: &WorkspaceTx) -> Result<bool, StoreError> {
    let statement = sql("SELECT record_id FROM demo_records WHERE workspace_id = $1 LIMIT 1", [tx.workspace_id().into()]);
    Ok(statement.one::<IdRow>(&tx.db).await?.is_some())
}

/// Deletes all marks of the workspace.
pub(super) async fn delete_marks(tx: &WorkspaceTx) -> Result<(), StoreError> {
    sql("DELETE FROM demo_records WHERE workspace_id = $1", [tx.workspace_id().into()]).execute(&tx.db).await?;
    Ok(())
}

/// Sets [`SignedIn::has_demo_data`](crate::SignedIn::has_demo_data).
pub(super) async fn set_has_demo_data(tx: &WorkspaceTx, has: bool) -> Result<(), StoreError> {
    let update = sql("UPDATE workspaces SET has_demo_data = $2 WHERE id = $1", [tx.workspace_id().into(), has.into()]);
    update.execute(&tx.db).await?;
    Ok(())
}

//! Making an occurrence, in a transaction that holds the workspace's lock.

use super::{Series, stored};
use crate::{
    Store, StoreError,
    audit::{chain::Change, differences::without_nulls},
    database::{sql::sql, transaction::Transaction},
    entity::{task, task_occurrence, workspace_counter::Column as OfWorkspace},
    lists::counters::add_to_workspace,
    tasks::{
        due::DueColumns,
        edit::{audit_json, blank},
        search_index::search_text,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{access::Entity, tasks::Due, time_zones::TimeZone};
use sea_orm::{EntityTrait, FromQueryResult};
use uuid::Uuid;

/// The action of the log's entry of an occurrence that a series made.
pub(crate) const REPEAT: &str = "repeat";

/// Where occurrences are made.
pub(super) struct Maker<'a> {
    pub db: &'a Transaction,
    pub store: &'a Store,
    pub now: DateTime<Utc>,
    pub zone: TimeZone,
}

/// An occurrence that was made.
pub(super) struct Made {
    /// When it is due.
    pub due: Due,
    /// The change to append to the log.
    pub change: Change<'static>,
}

impl Maker<'_> {
    /// Makes the occurrence at a position, due on a day, with its counters.
    pub(super) async fn make(&self, series: &Series, position: u32, day: NaiveDate) -> Result<Made, StoreError> {
        let of = &series.row;
        let due = Due::on(day, of.due_time, self.zone);
        let columns = DueColumns::of(Some(due), self.zone);
        let row = task::Model {
            title: of.title.clone(),
            due_on: columns.on,
            due_at: columns.at,
            due_by: columns.by,
            priority: of.priority.clone(),
            company_id: of.company_id,
            contact_id: of.contact_id,
            deal_id: of.deal_id,
            notes: of.notes.clone(),
            search: search_text(&of.title, of.notes.as_deref()),
            ..blank((of.workspace_id, self.store.new_id()), of.owner_id, self.now)
        };
        task::Entity::insert(task::ActiveModel::from(row.clone())).exec_without_returning(self.db).await?;
        insert_place(self.db, of.workspace_id, (of.id, position), row.id).await?;
        add_to_workspace(self.db, of.workspace_id, &[(OfWorkspace::Tasks, 1), (OfWorkspace::OpenTasks, 1)]).await?;
        let after = Some(without_nulls(audit_json(&row)));
        Ok(Made { due, change: Change { action: REPEAT, entity: Entity::Task.noun(), id: row.id, before: None, after } })
    }

    /// Whether what the series is about is there: its company neither in the bin nor archived; without a company its deal or its contact not in
    /// the bin.
    pub(super) async fn is_possible(&self, series: &Series) -> Result<bool, StoreError> {
        let of = &series.row;
        let (table, id, archived) = match (of.company_id, of.deal_id, of.contact_id) {
            (Some(id), _, _) => ("companies", id, " AND archived_at IS NULL"),
            (None, Some(id), _) => ("deals", id, ""),
            (None, None, Some(id)) => ("contacts", id, ""),
            (None, None, None) => return Ok(true),
        };
        let text = format!("SELECT count(*) AS count FROM {table} WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL{archived}");
        Ok(sql(&text, [of.workspace_id.into(), id.into()]).count(self.db).await? > 0)
    }

    /// Gives the series to the workspace's owner if its own is no member any more, or may own no records.
    pub(super) async fn ensure_owner(&self, series: &mut Series) -> Result<(), StoreError> {
        #[derive(FromQueryResult)]
        struct Member {
            user_id: Uuid,
        }
        let find = "SELECT user_id FROM memberships WHERE workspace_id = $1 AND removed_at IS NULL
             AND (role = 'owner' OR (user_id = $2 AND role <> 'viewer')) ORDER BY CASE WHEN user_id = $2 THEN 0 ELSE 1 END LIMIT 1";
        let found: Option<Member> = sql(find, [series.row.workspace_id.into(), series.row.owner_id.into()]).one(self.db).await?;
        if let Some(Member { user_id }) = found {
            series.row.owner_id = user_id;
        }
        Ok(())
    }
}

/// Notes which position of a series a task is.
pub(super) async fn insert_place(
    db: &Transaction,
    workspace_id: Uuid,
    (series_id, position): (Uuid, u32),
    task_id: Uuid,
) -> Result<(), StoreError> {
    let row = task_occurrence::Model { workspace_id, series_id, position: stored(position)?, task_id };
    task_occurrence::Entity::insert(task_occurrence::ActiveModel::from(row)).exec_without_returning(db).await?;
    Ok(())
}

//! Creating and updating a task.

use super::{
    counters::add_task_counts,
    due::{DueColumns, zone_of},
    search_index::search_text,
    series::{self, RepeatsChange},
};
use crate::{
    Store, StoreError,
    archive::require_not_archived,
    audit::{
        chain::Change,
        differences::{diff_of_edit, without_nulls},
    },
    bin::keep_deleted_reference,
    database::{
        records::{RecordTable, load_for_update},
        write::WorkspaceTx,
    },
    entity::task,
    members::{owner_of_draft, with_other_owner, with_owner},
    record_links::RecordLinks,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{ContactId, DealId, TaskId, UserId},
    tasks::{AppliesTo, RepeatChoice, TaskDraft, TaskStatus},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

impl Store {
    /// Creates an open task, owned by the actor. Missing links are filled in: from the deal its company and contact, from the contact its
    /// company. One that repeats is the first occurrence of a series.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `due_on` if it repeats and is due at no time; at `company_id`, `contact_id` or `deal_id` if there is no such record
    /// or it is in the bin, at `deal_id` for a deal of another company, at `company_id` if that of the draft, its contact or its deal is archived.
    pub async fn create_task(&self, actor: &Actor, draft: TaskDraft) -> Result<TaskId, StoreError> {
        self.create_idempotent(actor, Entity::Task, |tx| Box::pin(create(tx, draft))).await
    }

    /// Updates a task, whatever its status, and as the draft says the later ones of its series. `version`: the version that was shown.
    ///
    /// # Errors
    /// Those of [`Store::create_task`], except that a task may stay at an archived company, and
    /// - [`StoreError::NotFound`] if there is no such task, or it is in the bin;
    /// - [`StoreError::Denied`] if the actor may not change it, or the later ones;
    /// - [`StoreError::Invalid`] at `applies_to` if the recurrence is changed for this task alone;
    /// - [`StoreError::Conflict`] if it was changed since `version`, or its series since the draft's version of that.
    pub async fn update_task(&self, actor: &Actor, id: TaskId, version: i64, draft: TaskDraft) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Task, move |tx| Box::pin(update(tx, id, version, draft))).await
    }
}

/// Creates a task, with counters and audit row.
pub(crate) async fn create(tx: &mut WorkspaceTx, draft: TaskDraft) -> Result<TaskId, StoreError> {
    let links = links_of(&draft).resolved(tx).await?;
    require_not_archived(tx, links.company_id, None, "tasks").await?;
    let id = TaskId(tx.new_id());
    let owner = owner_of_draft(tx, draft.owner_id, None).await?;
    let row = apply_draft(tx, blank((tx.workspace_id(), id.0), owner, tx.now), &draft, links).await?;
    task::Entity::insert(task::ActiveModel::from(row.clone())).exec_without_returning(&tx.db).await?;
    add_task_counts(tx, 1, 1).await?;
    let mut fields = fields_json(&row);
    if let RepeatChoice::By(rule) = draft.repeat {
        series::start(tx, &row, rule).await?;
        fields["repeats"] = rule.code().into();
    }
    let after = with_other_owner(tx, without_nulls(fields), row.owner_id);
    tx.audit(Change { action: "create", entity: Entity::Task.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(id)
}

/// The row of a new, open task that says nothing yet.
pub(super) fn blank((workspace_id, id): (Uuid, Uuid), owner_id: Uuid, now: DateTime<Utc>) -> task::Model {
    task::Model {
        workspace_id,
        id,
        owner_id,
        version: 1,
        created_at: now,
        updated_at: now,
        title: String::new(),
        due_on: None,
        due_at: None,
        due_by: now,
        priority: String::new(),
        status: TaskStatus::Open.slug().to_owned(),
        company_id: None,
        contact_id: None,
        deal_id: None,
        notes: None,
        closed_at: None,
        is_current: true,
        search: String::new(),
        deleted_at: None,
    }
}

async fn update(tx: &mut WorkspaceTx, id: TaskId, version: i64, draft: TaskDraft) -> Result<(), StoreError> {
    let row = load_for_update::<task::Entity>(tx, Verb::Update, id.0, version).await?;
    let chosen = links_of(&draft);
    let mut links = chosen.resolved(tx).await?.without_archived(tx, chosen, (row.company_id, row.contact_id)).await?;
    require_not_archived(tx, links.company_id, row.company_id, "tasks").await?;
    if links.company_id.map(|id| id.0) == row.company_id {
        links.contact_id = keep_deleted_reference(tx, "contacts", row.contact_id, links.contact_id.map(|id| id.0)).await?.map(ContactId);
        links.deal_id = keep_deleted_reference(tx, "deals", row.deal_id, links.deal_id.map(|id| id.0)).await?.map(DealId);
    }
    let owner_id = owner_of_draft(tx, draft.owner_id, Some(row.owner_id)).await?;
    let next = task::Model { owner_id, ..apply_draft(tx, row.clone(), &draft, links).await? };
    let repeats = series::apply_choice(tx, (&row, &next), &draft).await?;
    save_with(tx, &row, next.clone(), &repeats).await?;
    if draft.applies_to == AppliesTo::Later {
        series::change_later(tx, &next).await?;
    }
    Ok(())
}

fn links_of(draft: &TaskDraft) -> RecordLinks {
    RecordLinks { company_id: draft.company_id, contact_id: draft.contact_id, deal_id: draft.deal_id }
}

/// The row with the columns of a draft.
async fn apply_draft(tx: &WorkspaceTx, row: task::Model, draft: &TaskDraft, links: RecordLinks) -> Result<task::Model, StoreError> {
    let due = DueColumns::of(draft.due, zone_of(tx).await?);
    Ok(task::Model {
        title: draft.title.clone(),
        due_on: due.on,
        due_at: due.at,
        due_by: due.by,
        priority: draft.priority.slug().to_owned(),
        company_id: links.company_id.map(|id| id.0),
        contact_id: links.contact_id.map(|id| id.0),
        deal_id: links.deal_id.map(|id| id.0),
        notes: draft.notes.clone(),
        search: search_text(&draft.title, draft.notes.as_deref()),
        ..row
    })
}

impl RecordTable for task::Entity {
    const ENTITY: Entity = Entity::Task;
    const DELETED_AT: Self::Column = task::Column::DeletedAt;

    fn owner_and_version(row: &Self::Model) -> (UserId, i64) {
        (UserId(row.owner_id), row.version)
    }
}

/// Loads the row of a task that the actor is about to change by a button, whatever was shown of it.
///
/// # Errors
/// [`StoreError::NotFound`] if there is none or it is in the bin, [`StoreError::Denied`] if the actor may not change it.
pub(super) async fn load_any_version(tx: &WorkspaceTx, id: TaskId) -> Result<task::Model, StoreError> {
    let found = task::Entity::find_by_id((tx.workspace_id(), id.0)).filter(task::Column::DeletedAt.is_null());
    let row = found.one(&tx.db).await?.ok_or(StoreError::NotFound)?;
    if tx.actor.may_with(Verb::Update, Entity::Task, UserId(row.owner_id)) { Ok(row) } else { Err(StoreError::Denied) }
}

/// Saves a changed row with its audit row, unless nothing changed.
pub(super) async fn save(tx: &mut WorkspaceTx, before: &task::Model, after: task::Model) -> Result<(), StoreError> {
    save_with(tx, before, after, &RepeatsChange::default()).await
}

/// Notes that a task repeats otherwise.
pub(super) async fn save_repeats(tx: &mut WorkspaceTx, row: &task::Model, repeats: &RepeatsChange) -> Result<(), StoreError> {
    save_with(tx, row, row.clone(), repeats).await
}

async fn save_with(tx: &mut WorkspaceTx, before: &task::Model, after: task::Model, repeats: &RepeatsChange) -> Result<(), StoreError> {
    let (mut was, mut is) = (audit_json(before), audit_json(&after));
    repeats.add_to(&mut was, &mut is);
    let Some((was, is)) = diff_of_edit(was, is) else { return Ok(()) };
    write_row(tx, before, task::Model { version: before.version + 1, updated_at: tx.now, ..after }).await?;
    tx.audit(Change { action: "update", entity: Entity::Task.noun(), id: before.id, before: Some(was), after: Some(is) }).await
}

/// Writes all columns of a row that can change.
///
/// # Errors
/// [`StoreError::Conflict`] if the row no longer has the version of `before`.
pub(super) async fn write_row(tx: &WorkspaceTx, before: &task::Model, after: task::Model) -> Result<(), StoreError> {
    use task::Column as C;
    let changes = task::ActiveModel {
        owner_id: Set(after.owner_id),
        version: Set(after.version),
        updated_at: Set(after.updated_at),
        title: Set(after.title),
        due_on: Set(after.due_on),
        due_at: Set(after.due_at),
        due_by: Set(after.due_by),
        priority: Set(after.priority),
        status: Set(after.status),
        company_id: Set(after.company_id),
        contact_id: Set(after.contact_id),
        deal_id: Set(after.deal_id),
        notes: Set(after.notes),
        closed_at: Set(after.closed_at),
        is_current: Set(after.is_current),
        search: Set(after.search),
        deleted_at: Set(after.deleted_at),
        ..Default::default()
    };
    let result = task::Entity::update_many()
        .set(changes)
        .filter(C::WorkspaceId.eq(before.workspace_id))
        .filter(C::Id.eq(before.id))
        .filter(C::Version.eq(before.version))
        .exec(&tx.db)
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// A row as the audit log stores it.
pub(super) fn audit_json(row: &task::Model) -> Value {
    with_owner(fields_json(row), row.owner_id)
}

/// [`audit_json`] without the owner.
fn fields_json(row: &task::Model) -> Value {
    json!({
        "title": row.title, "due_on": row.due_on, "due_at": row.due_at, "priority": row.priority, "status": row.status,
        "company_id": row.company_id.map(|id| id.to_string()),
        "contact_id": row.contact_id.map(|id| id.to_string()), "deal_id": row.deal_id.map(|id| id.to_string()), "notes": row.notes,
    })
}

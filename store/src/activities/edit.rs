//! Creating and updating an activity.

use super::{
    counters,
    search_index::{SearchFields, search_text},
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
        records::{self, RecordTable},
        write::WorkspaceTx,
    },
    entity::activity,
    members::{owner_of_draft, with_other_owner, with_owner},
    record_links::RecordLinks,
};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    activities::ActivityDraft,
    ids::{ActivityId, ContactId, DealId, UserId},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
};
use serde_json::{Value, json};

impl Store {
    /// Creates an activity, owned by the actor. Missing links are filled in: from the deal its company and contact, from the contact
    /// its company.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `company_id`, `contact_id` or `deal_id` if there is no such record or it is in the bin, at `deal_id`
    /// for a deal of another company, at `company_id` if that of the draft, its contact or its deal is archived.
    pub async fn create_activity(&self, actor: &Actor, draft: ActivityDraft) -> Result<ActivityId, StoreError> {
        self.create_idempotent(actor, Entity::Activity, |tx| Box::pin(create(tx, draft))).await
    }

    /// Updates an activity. `version`: the version that was shown.
    ///
    /// # Errors
    /// Those of [`Store::create_activity`], except that an activity may stay at an archived company, and
    /// - [`StoreError::NotFound`] if there is no such activity, or it is in the bin;
    /// - [`StoreError::Denied`] if the actor may not change it, or the workspace locks activities;
    /// - [`StoreError::Conflict`] if it was changed since `version`.
    pub async fn update_activity(&self, actor: &Actor, id: ActivityId, version: i64, draft: ActivityDraft) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Activity, move |tx| Box::pin(update(tx, id, version, draft))).await
    }
}

/// Creates an activity, with counters and audit row.
pub(crate) async fn create(tx: &mut WorkspaceTx, mut draft: ActivityDraft) -> Result<ActivityId, StoreError> {
    let links = links_of(&draft).resolved(tx).await?;
    link(&mut draft, links);
    require_not_archived(tx, draft.company_id, None, "activities").await?;
    let owner = owner_of_draft(tx, draft.owner_id, None).await?;
    let author = tx.actor.user_id.0;
    let id = ActivityId(tx.new_id());
    let row = activity::ActiveModel {
        workspace_id: Set(tx.workspace_id()),
        id: Set(id.0),
        owner_id: Set(owner),
        author_id: Set((author != owner).then_some(author)),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        deleted_at: NotSet,
        ..draft_columns(&draft)
    };
    activity::Entity::insert(row).exec_without_returning(&tx.db).await?;
    counters::add_activity_counts(tx, [(draft.company_id.map(|id| id.0), 1)]).await?;
    counters::refresh_last_primary_contact(tx, [draft.contact_id.map(|id| id.0)]).await?;
    let after = with_other_owner(tx, without_nulls(draft_audit_json(&draft)), owner);
    tx.audit(Change { action: "create", entity: Entity::Activity.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(id)
}

async fn update(tx: &mut WorkspaceTx, id: ActivityId, version: i64, mut draft: ActivityDraft) -> Result<(), StoreError> {
    let row = load_for_update(tx, Verb::Update, id, version).await?;
    let chosen = links_of(&draft);
    link(&mut draft, chosen.resolved(tx).await?.without_archived(tx, chosen, (row.company_id, row.contact_id)).await?);
    require_not_archived(tx, draft.company_id, row.company_id, "activities").await?;
    if draft.company_id.map(|id| id.0) == row.company_id {
        draft.contact_id = keep_deleted_reference(tx, "contacts", row.contact_id, draft.contact_id.map(|id| id.0)).await?.map(ContactId);
        draft.deal_id = keep_deleted_reference(tx, "deals", row.deal_id, draft.deal_id.map(|id| id.0)).await?.map(DealId);
    }
    draft.date = keep_seconds(row.date, draft.date);
    let owner = owner_of_draft(tx, draft.owner_id, Some(row.owner_id)).await?;
    let before = with_owner(row_audit_json(&row), row.owner_id);
    let Some((before, after)) = diff_of_edit(before, with_owner(draft_audit_json(&draft), owner)) else { return Ok(()) };
    let changes = activity::ActiveModel {
        owner_id: Set(owner),
        author_id: Set(row.author_id.or(Some(row.owner_id)).filter(|author| *author != owner)),
        version: Set(version + 1),
        updated_at: Set(tx.now),
        ..draft_columns(&draft)
    };
    save(tx, &row, changes).await?;
    // Removed and added even if the company stays, as the time of its latest activity depends on the date.
    counters::add_activity_counts(tx, [(row.company_id, -1), (draft.company_id.map(|id| id.0), 1)]).await?;
    counters::refresh_last_primary_contact(tx, [row.contact_id, draft.contact_id.map(|id| id.0)]).await?;
    tx.audit(Change { action: "update", entity: Entity::Activity.noun(), id: id.0, before: Some(before), after: Some(after) }).await
}

fn links_of(draft: &ActivityDraft) -> RecordLinks {
    RecordLinks { company_id: draft.company_id, contact_id: draft.contact_id, deal_id: draft.deal_id }
}

fn link(draft: &mut ActivityDraft, links: RecordLinks) {
    RecordLinks { company_id: draft.company_id, contact_id: draft.contact_id, deal_id: draft.deal_id } = links;
}

/// Loads the row of an activity that the actor is about to change.
///
/// # Errors
/// [`StoreError::NotFound`] if there is none or it is in the bin, [`StoreError::Denied`] if the actor may not change it or the workspace
/// locks activities, [`StoreError::Conflict`] if its version is not `version`.
pub(super) async fn load_for_update(tx: &WorkspaceTx, verb: Verb, id: ActivityId, version: i64) -> Result<activity::Model, StoreError> {
    // Checked before the row is read: `NotFound` for an activity in the bin would offer to restore and change it.
    if tx.lock_activities {
        return Err(StoreError::Denied);
    }
    records::load_for_update::<activity::Entity>(tx, verb, id.0, version).await
}

impl RecordTable for activity::Entity {
    const ENTITY: Entity = Entity::Activity;
    const DELETED_AT: Self::Column = activity::Column::DeletedAt;

    fn owner_and_version(row: &Self::Model) -> (UserId, i64) {
        (UserId(row.owner_id), row.version)
    }
}

/// Updates columns of one activity.
///
/// # Errors
/// [`StoreError::Conflict`] if the row no longer has the version of `before`.
pub(super) async fn save(tx: &WorkspaceTx, before: &activity::Model, changes: activity::ActiveModel) -> Result<(), StoreError> {
    use activity::Column as C;
    let result = activity::Entity::update_many()
        .set(changes)
        .filter(C::WorkspaceId.eq(before.workspace_id))
        .filter(C::Id.eq(before.id))
        .filter(C::Version.eq(before.version))
        .exec(&tx.db)
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// The time of an edited activity: `after`, or `before` if both are in one minute. A form shows no seconds, so an unchanged field would
/// drop them.
fn keep_seconds(before: DateTime<Utc>, after: DateTime<Utc>) -> DateTime<Utc> {
    if before.duration_trunc(TimeDelta::minutes(1)) == Ok(after) { before } else { after }
}

/// The columns of a draft.
fn draft_columns(draft: &ActivityDraft) -> activity::ActiveModel {
    activity::ActiveModel {
        kind: Set(draft.kind.slug().to_owned()),
        subject: Set(draft.subject.clone()),
        description: Set(draft.description.clone()),
        date: Set(draft.date),
        duration_minutes: Set(draft.duration_minutes),
        outcome: Set(draft.outcome.clone()),
        next_steps: Set(draft.next_steps.clone()),
        company_id: Set(draft.company_id.map(|id| id.0)),
        contact_id: Set(draft.contact_id.map(|id| id.0)),
        deal_id: Set(draft.deal_id.map(|id| id.0)),
        search: Set(search_text(SearchFields {
            subject: &draft.subject,
            description: draft.description.as_deref(),
            outcome: draft.outcome.as_deref(),
            next_steps: draft.next_steps.as_deref(),
        })),
        ..Default::default()
    }
}

fn draft_audit_json(draft: &ActivityDraft) -> Value {
    json!({
        "type": draft.kind.slug(), "subject": draft.subject, "description": draft.description, "date": draft.date,
        "duration_minutes": draft.duration_minutes, "outcome": draft.outcome, "next_steps": draft.next_steps,
        "company_id": draft.company_id.map(|id| id.to_string()), "contact_id": draft.contact_id.map(|id| id.to_string()),
        "deal_id": draft.deal_id.map(|id| id.to_string()),
    })
}

/// A row as the audit log stores it.
pub(super) fn row_audit_json(row: &activity::Model) -> Value {
    json!({
        "type": row.kind, "subject": row.subject, "description": row.description, "date": row.date,
        "duration_minutes": row.duration_minutes, "outcome": row.outcome, "next_steps": row.next_steps,
        "company_id": row.company_id.map(|id| id.to_string()), "contact_id": row.contact_id.map(|id| id.to_string()),
        "deal_id": row.deal_id.map(|id| id.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_of_the_same_minute_keeps_its_seconds() {
        let time = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let before = time("2026-11-20T18:04:05.678Z");
        assert_eq!(keep_seconds(before, time("2026-11-20T18:04:00Z")), before);
        assert_eq!(keep_seconds(before, time("2026-11-20T18:05:00Z")), time("2026-11-20T18:05:00Z"));
    }
}

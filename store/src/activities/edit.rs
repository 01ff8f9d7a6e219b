//! Logging and changing an activity.

use super::{figures, links};
use crate::{
    Store, StoreError,
    audit::{
        chain::Change,
        differences::{diff, without_nulls},
    },
    bin::kept,
    database::write::WorkspaceTx,
    entity::activity,
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
    /// Logs an activity, owned by the actor. What the draft leaves out, its deal or contact fills in: a deal its company and
    /// contact, a contact their company.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `company_id`, `contact_id` or `deal_id` for one that isn't there, at `deal_id` for a deal of
    /// another company.
    pub async fn create_activity(&self, actor: &Actor, draft: ActivityDraft) -> Result<ActivityId, StoreError> {
        self.create_idempotent(actor, Entity::Activity, |tx| Box::pin(create(tx, draft))).await
    }

    /// Changes an activity that was shown at `version`; one changed since is [`StoreError::Conflict`], and where the workspace
    /// locks activities every one is [`StoreError::Denied`]. The errors of [`Store::create_activity`] otherwise.
    pub async fn update_activity(&self, actor: &Actor, id: ActivityId, version: i64, draft: ActivityDraft) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Activity, move |tx| Box::pin(update(tx, id, version, draft))).await
    }
}

/// Logs an activity, with its counters and audit row.
pub(crate) async fn create(tx: &mut WorkspaceTx, mut draft: ActivityDraft) -> Result<ActivityId, StoreError> {
    links::fill(tx, &mut draft).await?;
    let id = ActivityId(tx.new_id());
    let row = activity::ActiveModel {
        workspace_id: Set(tx.workspace_id()),
        id: Set(id.0),
        owner_id: Set(tx.actor.user_id.0),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        deleted_at: NotSet,
        ..filled(&draft)
    };
    activity::Entity::insert(row).exec_without_returning(&tx.db).await?;
    figures::counted(tx, [(draft.company_id.map(|id| id.0), 1)]).await?;
    figures::contacted(tx, [draft.contact_id.map(|id| id.0)]).await?;
    let after = without_nulls(of_draft(&draft));
    tx.audit(Change { action: "create", entity: Entity::Activity.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(id)
}

async fn update(tx: &mut WorkspaceTx, id: ActivityId, version: i64, mut draft: ActivityDraft) -> Result<(), StoreError> {
    let row = load_for_update(tx, Verb::Update, id, version).await?;
    links::fill(tx, &mut draft).await?;
    if draft.company_id.map(|id| id.0) == row.company_id {
        draft.contact_id = kept(tx, "contacts", row.contact_id, draft.contact_id.map(|id| id.0)).await?.map(ContactId);
        draft.deal_id = kept(tx, "deals", row.deal_id, draft.deal_id.map(|id| id.0)).await?.map(DealId);
    }
    draft.date = same_minute(row.date, draft.date);
    let changes = activity::ActiveModel { version: Set(version + 1), updated_at: Set(tx.now), ..filled(&draft) };
    save(tx, &row, changes).await?;
    // Out and in again, even where the company stays: its last contact follows the date.
    figures::counted(tx, [(row.company_id, -1), (draft.company_id.map(|id| id.0), 1)]).await?;
    figures::contacted(tx, [row.contact_id, draft.contact_id.map(|id| id.0)]).await?;
    let (before, after) = diff(of_row(&row), of_draft(&draft));
    tx.audit(Change { action: "update", entity: Entity::Activity.noun(), id: id.0, before: Some(before), after: Some(after) }).await
}

/// The row of an activity that the actor is about to change: there, theirs to change, not locked, and still at `version`.
pub(super) async fn load_for_update(tx: &WorkspaceTx, verb: Verb, id: ActivityId, version: i64) -> Result<activity::Model, StoreError> {
    // Asked first: of one in the bin, nobody is told that restoring it lets them change it.
    if tx.lock_activities {
        return Err(StoreError::Denied);
    }
    let row = activity::Entity::find_by_id((tx.workspace_id(), id.0))
        .filter(activity::Column::DeletedAt.is_null())
        .one(&tx.db)
        .await?
        .ok_or(StoreError::NotFound)?;
    if !tx.actor.may_with(verb, Entity::Activity, UserId(row.owner_id)) {
        return Err(StoreError::Denied);
    }
    if row.version != version { Err(StoreError::Conflict) } else { Ok(row) }
}

/// Writes the one row, only if it still has the version it was read at.
pub(super) async fn save(tx: &WorkspaceTx, was: &activity::Model, changes: activity::ActiveModel) -> Result<(), StoreError> {
    use activity::Column as C;
    let done = activity::Entity::update_many()
        .set(changes)
        .filter(C::WorkspaceId.eq(was.workspace_id))
        .filter(C::Id.eq(was.id))
        .filter(C::Version.eq(was.version))
        .exec(&tx.db)
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// A form shows no seconds: a time that differs only by them was not changed.
fn same_minute(was: DateTime<Utc>, is: DateTime<Utc>) -> DateTime<Utc> {
    if was.duration_trunc(TimeDelta::minutes(1)) == Ok(is) { was } else { is }
}

/// The columns that a draft fills.
fn filled(draft: &ActivityDraft) -> activity::ActiveModel {
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
        ..Default::default()
    }
}

fn of_draft(draft: &ActivityDraft) -> Value {
    json!({
        "type": draft.kind.slug(), "subject": draft.subject, "description": draft.description, "date": draft.date,
        "duration_minutes": draft.duration_minutes, "outcome": draft.outcome, "next_steps": draft.next_steps,
        "company_id": draft.company_id.map(|id| id.to_string()), "contact_id": draft.contact_id.map(|id| id.to_string()),
        "deal_id": draft.deal_id.map(|id| id.to_string()),
    })
}

/// A row as the audit log keeps it.
pub(super) fn of_row(row: &activity::Model) -> Value {
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
    fn a_time_that_differs_by_seconds_alone_stays() {
        let time = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let was = time("2026-11-20T18:04:05.678Z");
        assert_eq!(same_minute(was, time("2026-11-20T18:04:00Z")), was);
        assert_eq!(same_minute(was, time("2026-11-20T18:05:00Z")), time("2026-11-20T18:05:00Z"));
    }
}

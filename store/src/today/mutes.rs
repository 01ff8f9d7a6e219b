//! What a user put off or dismissed. Both are the user's own: others see the record's actions all the same.

use crate::{
    JobHandler, Store, StoreError,
    audit::chain::Change,
    database::{sql::sql, transaction::Transaction, write::WorkspaceTx},
    error::authorize,
    tasks::zone_of,
};
use chrono::{Days, NaiveDate, TimeDelta};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{UserId, WorkspaceId},
    today::{ActionRule, Dismissal},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use serde_json::json;
use uuid::Uuid;

impl Store {
    /// The name of the record that an action is about.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the workspace has no such company, contact, deal or task, or it is in the bin.
    pub async fn action_subject(&self, actor: &Actor, record: Uuid) -> Result<String, StoreError> {
        authorize(actor, Verb::Read, Entity::NextAction)?;
        subject(self.read(), actor.workspace_id.0, record).await
    }

    /// Puts a record's actions off for the actor, until that many days later begin in the workspace's time zone. Returns that day.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the workspace has no such record, or it is in the bin.
    pub async fn snooze_action(&self, actor: &Actor, record: Uuid, days: u8) -> Result<NaiveDate, StoreError> {
        self.write(actor, Verb::Update, Entity::NextAction, move |tx| Box::pin(snooze(tx, record, days))).await
    }

    /// Takes back that a record was put off. Nothing happens if it was not.
    pub async fn undo_action_snooze(&self, actor: &Actor, record: Uuid) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::NextAction, move |tx| {
            Box::pin(async move {
                let text = "DELETE FROM action_snoozes WHERE workspace_id = $1 AND user_id = $2 AND record_id = $3";
                if sql(text, key(tx, record)).execute(&tx.db).await? == 0 {
                    Ok(())
                } else {
                    audit(tx, "undo-snooze", record, json!({})).await
                }
            })
        })
        .await
    }

    /// Dismisses an action for the actor. Its rule shows the record again for another `since_ms`. The reason is not in the log, which outlives
    /// the record.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the workspace has no such record, or it is in the bin.
    pub async fn dismiss_action(&self, actor: &Actor, dismissal: Dismissal) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::NextAction, move |tx| Box::pin(dismiss(tx, dismissal))).await
    }

    /// Takes back that an action was dismissed. Nothing happens if it was not.
    pub async fn undo_action_dismissal(&self, actor: &Actor, record: Uuid, rule: ActionRule) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::NextAction, move |tx| {
            Box::pin(async move {
                let text = "DELETE FROM action_dismissals WHERE workspace_id = $1 AND user_id = $2 AND record_id = $3 AND rule = $4";
                let values = key(tx, record).into_iter().chain([rule.slug().into()]);
                if sql(text, values).execute(&tx.db).await? == 0 {
                    return Ok(());
                }
                audit(tx, "undo-dismiss", record, json!({ "rule": rule.label() })).await
            })
        })
        .await
    }

    /// Deletes snoozes that are over, in every workspace, and returns their number. For the server itself.
    pub async fn delete_ended_snoozes(&self) -> Result<u64, StoreError> {
        let now = self.now();
        let text = "DELETE FROM action_snoozes WHERE until <= $1";
        self.transaction(move |tx| Box::pin(async move { Ok(sql(text, [now.into()]).execute(tx).await?) })).await
    }
}

async fn snooze(tx: &mut WorkspaceTx, record: Uuid, days: u8) -> Result<NaiveDate, StoreError> {
    subject(&tx.db, tx.workspace_id(), record).await?;
    let zone = zone_of(tx).await?;
    let today = zone.day(tx.now);
    let day = today.checked_add_days(Days::new(days.into())).unwrap_or(today);
    let values = key(tx, record).into_iter().chain([zone.start_of(day).into()]);
    let text = "INSERT INTO action_snoozes (workspace_id, user_id, record_id, until) VALUES ($1, $2, $3, $4)
        ON CONFLICT (workspace_id, user_id, record_id) DO UPDATE SET until = excluded.until";
    sql(text, values).execute(&tx.db).await?;
    audit(tx, "snooze", record, json!({ "until": day })).await?;
    Ok(day)
}

async fn dismiss(tx: &mut WorkspaceTx, dismissal: Dismissal) -> Result<(), StoreError> {
    let Dismissal { record_id, rule, since_ms, reason } = dismissal;
    subject(&tx.db, tx.workspace_id(), record_id).await?;
    let values: [Value; 4] = [rule.slug().into(), since_ms.into(), reason.into(), tx.now.into()];
    let text = "INSERT INTO action_dismissals (workspace_id, user_id, record_id, rule, since_ms, reason, dismissed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (workspace_id, user_id, record_id, rule)
        DO UPDATE SET since_ms = excluded.since_ms, reason = excluded.reason, dismissed_at = excluded.dismissed_at";
    sql(text, key(tx, record_id).into_iter().chain(values)).execute(&tx.db).await?;
    audit(tx, "dismiss", record_id, json!({ "rule": rule.label() })).await
}

/// The workspace, the user and the record.
fn key(tx: &WorkspaceTx, record: Uuid) -> [Value; 3] {
    [tx.workspace_id().into(), tx.actor.user_id.0.into(), record.into()]
}

async fn audit(tx: &mut WorkspaceTx, action: &'static str, record: Uuid, after: serde_json::Value) -> Result<(), StoreError> {
    tx.audit(Change { action, entity: Entity::NextAction.noun(), id: record, before: None, after: Some(after) }).await
}

/// The name of a company, contact, deal or task that is not in the bin.
///
/// # Errors
/// [`StoreError::NotFound`] if the workspace has none with this id.
async fn subject(db: &impl ConnectionTrait, workspace_id: Uuid, record: Uuid) -> Result<String, StoreError> {
    #[derive(FromQueryResult)]
    struct Subject {
        name: String,
    }
    let tables = [("companies", "name"), ("contacts", "name"), ("deals", "name"), ("tasks", "title")];
    let found = tables
        .map(|(table, name)| format!("SELECT {name} AS name FROM {table} WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL"));
    let found: Option<Subject> = sql(&found.join(" UNION ALL "), [workspace_id.into(), record.into()]).one(db).await?;
    found.map(|subject| subject.name).ok_or(StoreError::NotFound)
}

/// Deletes what a user put off and dismissed in a workspace that they leave.
pub(crate) async fn forget_mutes(tx: &Transaction, workspace_id: WorkspaceId, user: UserId) -> Result<(), StoreError> {
    for table in ["action_snoozes", "action_dismissals"] {
        let text = format!("DELETE FROM {table} WHERE workspace_id = $1 AND user_id = $2");
        sql(&text, [workspace_id.0.into(), user.0.into()]).execute(tx).await?;
    }
    Ok(())
}

/// Deletes snoozes that are over, every hour.
pub(crate) fn ended_snoozes() -> JobHandler {
    JobHandler::recurring("delete-ended-snoozes", TimeDelta::hours(1), |store| async move {
        store.delete_ended_snoozes().await?;
        Ok(())
    })
}

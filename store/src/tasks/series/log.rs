//! How a task repeats, as the log has it.

use super::Series;
use crate::{StoreError, audit::chain::Change, database::write::WorkspaceTx};
use domain::{
    access::Entity,
    tasks::{AppliesTo, Recurrence},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// How a task repeats before and after a change, as the log has it.
#[derive(Default)]
pub(in crate::tasks) struct RepeatsChange {
    /// Before; `None` for not at all.
    pub from: Option<Recurrence>,
    /// After.
    pub to: Option<Recurrence>,
    /// Whether what the later ones are made of was changed.
    pub is_later_changed: bool,
}

impl RepeatsChange {
    /// Adds the field to both sides of the log's entry.
    pub fn add_to(&self, before: &mut Value, after: &mut Value) {
        let code = |rule: Option<Recurrence>| rule.map_or(Value::Null, |rule| rule.code().into());
        before["repeats"] = code(self.from);
        after["repeats"] = code(self.to);
        if self.is_later_changed {
            after["applies_to"] = AppliesTo::Later.slug().into();
        }
    }

    /// A change of whether it repeats by a rule.
    pub(super) fn of_state(rule: Recurrence, is_active: bool) -> Self {
        let (from, to) = if is_active { (None, Some(rule)) } else { (Some(rule), None) };
        Self { from, to, is_later_changed: false }
    }
}

/// Appends to the log that a task's series stopped or goes on with something else that was done, which gives the task its version.
pub(super) async fn log_state(tx: &mut WorkspaceTx, task: Uuid, series: &Series) -> Result<(), StoreError> {
    let (mut before, mut after) = (json!({}), json!({}));
    RepeatsChange::of_state(series.rule, series.is_active()).add_to(&mut before, &mut after);
    tx.audit(Change { action: "update", entity: Entity::Task.noun(), id: task, before: Some(before), after: Some(after) }).await
}

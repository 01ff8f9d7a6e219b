//! The rules that a workspace switched off.

use crate::{
    Store, StoreError,
    audit::chain::Change,
    database::{cache::Cached, rows::decode_enum, sql::sql, write::WorkspaceTx},
    error::authorize,
};
use domain::{
    access::{Actor, Entity, Verb},
    today::ActionRule,
};
use sea_orm::FromQueryResult;
use serde_json::json;

/// The rules that are switched on, in the order in which they are tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EnabledRules(pub Vec<ActionRule>);

impl Cached for EnabledRules {
    type Key = ();
}

impl Store {
    /// The rules that are switched on in the workspace, in the order in which they are tried. Cached.
    pub async fn enabled_action_rules(&self, actor: &Actor) -> Result<Vec<ActionRule>, StoreError> {
        authorize(actor, Verb::Read, Entity::NextAction)?;
        let EnabledRules(rules) = self.get_or_load(actor, (), self.read_enabled_rules(actor)).await?;
        Ok(rules)
    }

    async fn read_enabled_rules(&self, actor: &Actor) -> Result<EnabledRules, StoreError> {
        #[derive(FromQueryResult)]
        struct Disabled {
            rule: String,
        }
        let find = sql("SELECT rule FROM disabled_action_rules WHERE workspace_id = $1", [actor.workspace_id.0.into()]);
        let disabled: Vec<Disabled> = find.all(self.read()).await?;
        let disabled = disabled.iter().map(|row| decode_enum(ActionRule::from_slug(&row.rule), "disabled_action_rules.rule"));
        let disabled: Vec<ActionRule> = disabled.collect::<Result<_, _>>()?;
        Ok(EnabledRules(ActionRule::ALL.into_iter().filter(|rule| !disabled.contains(rule)).collect()))
    }

    /// Switches a rule on or off for everybody in the workspace.
    pub async fn set_action_rule(&self, actor: &Actor, rule: ActionRule, on: bool) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Workspace, move |tx| Box::pin(set_rule(tx, rule, on))).await
    }
}

async fn set_rule(tx: &mut WorkspaceTx, rule: ActionRule, on: bool) -> Result<(), StoreError> {
    let values = [tx.workspace_id().into(), rule.slug().into()];
    let change = if on {
        "DELETE FROM disabled_action_rules WHERE workspace_id = $1 AND rule = $2"
    } else {
        "INSERT INTO disabled_action_rules (workspace_id, rule) VALUES ($1, $2) ON CONFLICT DO NOTHING"
    };
    if sql(change, values).execute(&tx.db).await? == 0 {
        return Ok(());
    }
    let state = |on: bool| Some(json!({ "next_best_actions": { rule.label(): if on { "on" } else { "off" } } }));
    let id = tx.workspace_id();
    tx.audit(Change { action: "update", entity: Entity::Workspace.noun(), id, before: state(!on), after: state(on) }).await
}

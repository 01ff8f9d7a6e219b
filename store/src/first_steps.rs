//! The first steps of a workspace: which are done, and whether they are shown.
//!
//! They are dismissed for the whole workspace, by its admins, as they are about the workspace and not about one user: whoever joins later
//! finds it in use.

use crate::{
    Store, StoreError,
    audit::chain::Change,
    database::{cache::Cached, sql::sql, write::WorkspaceTx},
    error::authorize,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    contacts::NON_DECIDER_RANK,
    first_steps::StepsDone,
};
use sea_orm::FromQueryResult;
use serde_json::json;

/// `$1` is the workspace. Who decides is asked by the standing, which has an index. Demo records don't count: they are not what the user did. Each EXISTS stops at the first other record.
const FOUND: &str = "SELECT
    EXISTS (SELECT 1 FROM companies x WHERE x.workspace_id = $1 AND x.deleted_at IS NULL AND {OWN}) AS company,
    EXISTS (SELECT 1 FROM contacts x WHERE x.workspace_id = $1 AND x.deleted_at IS NULL AND x.standing < {NON_DECIDER} AND {OWN}) AS decision_maker,
    EXISTS (SELECT 1 FROM deals x WHERE x.workspace_id = $1 AND x.deleted_at IS NULL AND {OWN}) AS deal,
    EXISTS (SELECT 1 FROM activities x WHERE x.workspace_id = $1 AND x.deleted_at IS NULL AND {OWN}) AS activity,
    EXISTS (SELECT 1 FROM memberships m WHERE m.workspace_id = $1 AND m.removed_at IS NULL AND m.role <> 'owner') AS member,
    (SELECT max(i.expires_at) FROM invitations i
     WHERE i.workspace_id = $1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL) AS invited_until";

/// Condition of a record `x` that is not marked as demo data.
const OWN: &str = "NOT EXISTS (SELECT 1 FROM demo_records d WHERE d.workspace_id = $1 AND d.record_id = x.id)";

/// What the workspace has for its steps.
#[derive(Debug, Clone, Copy, FromQueryResult)]
struct Found {
    company: bool,
    decision_maker: bool,
    deal: bool,
    activity: bool,
    member: bool,
    /// When the last open invitation expires, which no entry of the log says.
    invited_until: Option<DateTime<Utc>>,
}

impl Cached for Found {
    type Key = ();
}

impl Store {
    /// The steps of the actor's workspace that are done: one round trip, none if cached.
    pub async fn first_steps(&self, actor: &Actor) -> Result<StepsDone, StoreError> {
        authorize(actor, Verb::Read, Entity::Workspace)?;
        let found = self.get_or_load(actor, (), self.find_first_steps(actor)).await?;
        Ok(StepsDone {
            company: found.company,
            decision_maker: found.decision_maker,
            deal: found.deal,
            activity: found.activity,
            invite: found.member || found.invited_until.is_some_and(|until| until > self.now()),
        })
    }

    async fn find_first_steps(&self, actor: &Actor) -> Result<Found, StoreError> {
        let statement =
            sql(&FOUND.replace("{OWN}", OWN).replace("{NON_DECIDER}", &NON_DECIDER_RANK.to_string()), [actor.workspace_id.0.into()]);
        statement.one(self.read()).await?.ok_or(StoreError::Internal)
    }

    /// Dismisses the first steps of the actor's workspace, or shows them again. Without a change nothing is written.
    pub async fn set_first_steps_shown(&self, actor: &Actor, shown: bool) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Workspace, move |tx| Box::pin(set_shown(tx, shown))).await
    }
}

async fn set_shown(tx: &mut WorkspaceTx, shown: bool) -> Result<(), StoreError> {
    let id = tx.workspace_id();
    let (dismissed_at, was) = if shown { (None, "NOT NULL") } else { (Some(tx.now), "NULL") };
    let text = format!("UPDATE workspaces SET first_steps_dismissed_at = $2 WHERE id = $1 AND first_steps_dismissed_at IS {was}");
    let update = sql(&text, [id.into(), dismissed_at.into()]);
    if update.execute(&tx.db).await? == 0 {
        return Ok(());
    }
    let (before, after) = (json!({ "first_steps_shown": !shown }), json!({ "first_steps_shown": shown }));
    tx.audit(Change { action: "update", entity: Entity::Workspace.noun(), id, before: Some(before), after: Some(after) }).await
}

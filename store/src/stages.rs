//! The stages of a workspace's pipeline.

use crate::{
    Store, StoreError,
    database::{cache::Cached, rows::decode_enum},
    entity::stage,
    error::authorize,
};
use domain::{
    access::{Actor, Entity, Verb},
    ids::StageId,
    stages::{StageColor, StageKind},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

mod defaults;
mod manage;
mod order;
mod removal;

pub use defaults::are_of_a_set;
pub(crate) use defaults::insert_set;
pub use manage::StageInUse;
pub use order::MovedStage;
pub use removal::RemovedStage;

/// A stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Id of the stage.
    pub id: StageId,
    /// Its name.
    pub name: String,
    /// Its name in URLs and forms.
    pub slug: String,
    /// Open, won or lost.
    pub kind: StageKind,
    /// Its place in the pipeline, from the left.
    pub position: i32,
    /// Default probability of its deals, in percent.
    pub probability: i16,
    /// Days without an activity after which a deal here counts as idle.
    pub idle_days: Option<i16>,
    /// The color of its dot.
    pub color: StageColor,
}

impl TryFrom<stage::Model> for Stage {
    type Error = StoreError;

    fn try_from(row: stage::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: StageId(row.id),
            name: row.name,
            slug: row.slug,
            kind: decode_enum(StageKind::from_slug(&row.kind), "stages.kind")?,
            position: row.position,
            probability: row.probability,
            idle_days: row.idle_days,
            color: decode_enum(StageColor::from_slug(&row.color), "stages.color")?,
        })
    }
}

impl Cached for Vec<Stage> {
    type Key = ();
}

impl Store {
    /// The stages of the pipeline in order.
    pub async fn stages(&self, actor: &Actor) -> Result<Vec<Stage>, StoreError> {
        authorize(actor, Verb::Read, Entity::Stage)?;
        self.get_or_load(actor, (), of_workspace(self.read(), actor.workspace_id.0)).await
    }
}

/// The stages of a workspace in order.
pub(crate) async fn of_workspace(db: &impl ConnectionTrait, workspace_id: Uuid) -> Result<Vec<Stage>, StoreError> {
    let rows = stage::Entity::find()
        .filter(stage::Column::WorkspaceId.eq(workspace_id))
        .order_by_asc(stage::Column::Position)
        .order_by_asc(stage::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(Stage::try_from).collect()
}

/// The stage with this slug.
///
/// # Errors
/// [`StoreError::Invalid`] at `stage` if there is none.
pub(crate) fn by_slug<'a>(stages: &'a [Stage], slug: &str) -> Result<&'a Stage, StoreError> {
    stages.iter().find(|stage| stage.slug == slug).ok_or_else(|| StoreError::field("stage", "Choose a stage"))
}

/// A stage as the audit log stores it, except its place.
fn audit_json(stage: &Stage) -> Value {
    json!({
        "name": stage.name, "kind": stage.kind.slug(), "color": stage.color.slug(), "probability": stage.probability,
        "idle_days": stage.idle_days,
    })
}

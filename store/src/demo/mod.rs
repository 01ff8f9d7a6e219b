//! Seed data: demo records in a workspace, the workspace of a first start, and generated records for measurements.

mod bulk;
mod data;
mod fill;
mod marks;
mod recompute;
mod removal;

pub use bulk::SeedCounts;
pub use marks::DemoIds;
pub use removal::{DemoRemoval, RemainingRecord};

use crate::{Store, StoreError, audit::chain::Change, database::write::WorkspaceTx, entity::workspace};
use domain::{
    access::{Actor, Entity, Role, Verb},
    demo_data::DemoLanguage,
    users::{Email, Password, RegisterDraft},
};
use fill::{fill, set_of};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

/// Email address of the demo user.
pub const DEMO_EMAIL: &str = "demo@minicrm.local";

impl Store {
    /// Creates the demo user, and their workspace with the records of [`Store::fill_with_demo_data`]. Returns the demo user as actor.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `email` if the demo user exists. Nothing is changed.
    pub async fn seed_demo(&self, password: Password, language: DemoLanguage) -> Result<Actor, StoreError> {
        let (email, set) = (Email::parse(DEMO_EMAIL).map_err(|_| StoreError::Internal)?, set_of(language));
        let user = match self.register(RegisterDraft { name: set.user_name.to_owned(), email, password }, None).await {
            Err(StoreError::Invalid(_)) => return Err(StoreError::field("email", "The demo data is there already: its user exists")),
            other => other?,
        };
        let workspace_id = user.workspace_id.ok_or(StoreError::Internal)?;
        let actor = Actor { user_id: user.id, workspace_id, role: Role::Owner, owners_only_edit: false };
        self.write(&actor, Verb::Update, Entity::Workspace, move |tx| Box::pin(seed(tx, set.workspace_name, language))).await?;
        Ok(actor)
    }
}

async fn seed(tx: &mut WorkspaceTx, workspace_name: &str, language: DemoLanguage) -> Result<(), StoreError> {
    name_workspace(tx, workspace_name).await?;
    fill(tx, language).await
}

async fn name_workspace(tx: &mut WorkspaceTx, name: &str) -> Result<(), StoreError> {
    use workspace::Column;
    let id = tx.workspace_id();
    workspace::Entity::update_many().filter(Column::Id.eq(id)).col_expr(Column::Name, Expr::value(name)).exec(&tx.db).await?;
    let after = json!({ "name": name });
    tx.audit(Change { action: "update", entity: Entity::Workspace.noun(), id, before: None, after: Some(after) }).await
}

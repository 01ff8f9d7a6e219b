//! Follow-up notes of an activity. They are added and never changed, also to a locked activity.

use crate::{
    Store, StoreError,
    audit::chain::Change,
    database::write::WorkspaceTx,
    entity::{activity, activity_note},
};
use domain::{
    access::{Actor, Entity},
    ids::{ActivityId, NoteId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

impl Store {
    /// Adds a follow-up note to an activity, whoever owns it. `body`: as parsed by [`domain::activities::NoteForm`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such activity, or it is in the bin.
    pub async fn add_note(&self, actor: &Actor, id: ActivityId, body: String) -> Result<NoteId, StoreError> {
        self.create_idempotent(actor, Entity::Note, move |tx| Box::pin(add(tx, id, body))).await
    }
}

async fn add(tx: &mut WorkspaceTx, id: ActivityId, body: String) -> Result<NoteId, StoreError> {
    let live = activity::Entity::find_by_id((tx.workspace_id(), id.0)).filter(activity::Column::DeletedAt.is_null()).count(&tx.db).await?;
    if live == 0 {
        return Err(StoreError::NotFound);
    }
    let note_id = NoteId(tx.new_id());
    let row = activity_note::ActiveModel {
        workspace_id: Set(tx.workspace_id()),
        id: Set(note_id.0),
        owner_id: Set(tx.actor.user_id.0),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        activity_id: Set(id.0),
        body: Set(body.clone()),
    };
    activity_note::Entity::insert(row).exec_without_returning(&tx.db).await?;
    let after = json!({ "activity_id": id.to_string(), "body": body });
    tx.audit(Change { action: "create", entity: Entity::Note.noun(), id: note_id.0, before: None, after: Some(after) }).await?;
    Ok(note_id)
}

//! Follow-up notes: added to an activity, never changed, whether or not it is locked.

use crate::{
    Store, StoreError,
    audit::Change,
    entity::{activity, activity_note},
    write::Write,
};
use domain::{
    access::{Actor, Entity},
    ids::{ActivityId, NoteId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

impl Store {
    /// Adds a follow-up note to an activity; `body` is what [`domain::activities::NoteForm`] reads. Anybody who may add notes
    /// may add one to anybody's activity.
    pub async fn add_note(&self, actor: &Actor, id: ActivityId, body: String) -> Result<NoteId, StoreError> {
        self.make(actor, Entity::Note, move |write| Box::pin(add(write, id, body))).await
    }
}

async fn add(write: &mut Write, id: ActivityId, body: String) -> Result<NoteId, StoreError> {
    let there =
        activity::Entity::find_by_id((write.workspace_id(), id.0)).filter(activity::Column::DeletedAt.is_null()).count(&write.db).await?;
    if there == 0 {
        return Err(StoreError::NotFound);
    }
    let note_id = NoteId(write.new_id());
    let row = activity_note::ActiveModel {
        workspace_id: Set(write.workspace_id()),
        id: Set(note_id.0),
        owner_id: Set(write.actor.user_id.0),
        version: Set(1),
        created_at: Set(write.now),
        updated_at: Set(write.now),
        activity_id: Set(id.0),
        body: Set(body.clone()),
    };
    activity_note::Entity::insert(row).exec_without_returning(&write.db).await?;
    let after = json!({ "activity_id": id.to_string(), "body": body });
    write.audit(Change { action: "create", entity: Entity::Note.noun(), id: note_id.0, before: None, after: Some(after) }).await?;
    Ok(note_id)
}

//! Tags that were merged or deleted, from the audit log.

use crate::{StoreError, database::sql::sql};
use chrono::{DateTime, Utc};
use domain::ids::TagId;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

/// A tag that was merged or deleted.
pub(crate) struct RemovedTag {
    /// Its name when it was removed.
    pub name: String,
    /// When it was removed.
    pub removed_at: DateTime<Utc>,
    /// Name of the user who removed it.
    pub removed_by: Option<String>,
    /// Id and name of the tag that it was merged into, or of that tag's successor; `None` if it was deleted, or its successor was.
    pub successor: Option<(TagId, String)>,
}

/// The removal of the tag with this id; `None` if it was not removed.
pub(crate) async fn removed_tag(db: &impl ConnectionTrait, workspace_id: Uuid, id: TagId) -> Result<Option<RemovedTag>, StoreError> {
    let Some(removal) = removal_after(db, workspace_id, id.0, 0).await? else { return Ok(None) };
    let name = text_of(removal.before.as_deref(), "name").unwrap_or_default();
    let (removed_at, removed_by) = (removal.at, removal.removed_by.clone());
    Ok(Some(RemovedTag { name, removed_at, removed_by, successor: successor(db, workspace_id, removal).await? }))
}

/// The tag that took the place of a merged one; `None` if the tag was not merged, or its successor was deleted since.
pub(crate) async fn merged_into(db: &impl ConnectionTrait, workspace_id: Uuid, id: TagId) -> Result<Option<TagId>, StoreError> {
    let removed = removed_tag(db, workspace_id, id).await?;
    Ok(removed.and_then(|tag| tag.successor).map(|(id, _)| id))
}

/// Follows merges to a tag that still exists.
async fn successor(db: &impl ConnectionTrait, workspace_id: Uuid, mut removal: RemovalRow) -> Result<Option<(TagId, String)>, StoreError> {
    while let Some(into) = text_of(removal.after.as_deref(), "id").and_then(|id| id.parse().ok()) {
        if let Some(name) = name_of(db, workspace_id, into).await? {
            return Ok(Some((TagId(into), name)));
        }
        // A tag is removed after others were merged into it: the numbers grow, and the loop ends.
        match removal_after(db, workspace_id, into, removal.seq).await? {
            Some(next) => removal = next,
            None => break,
        }
    }
    Ok(None)
}

#[derive(FromQueryResult)]
struct RemovalRow {
    seq: i64,
    before: Option<String>,
    after: Option<String>,
    at: DateTime<Utc>,
    removed_by: Option<String>,
}

/// The removal of a tag after number `seq` of the audit log.
async fn removal_after(db: &impl ConnectionTrait, workspace_id: Uuid, id: Uuid, seq: i64) -> Result<Option<RemovalRow>, StoreError> {
    let statement = sql(
        "SELECT l.seq, l.before, l.after, l.at, u.name AS removed_by FROM audit_log l LEFT JOIN users u ON u.id = l.actor_id
         WHERE l.workspace_id = $1 AND l.entity = 'tag' AND l.entity_id = $2 AND l.seq > $3 AND l.action IN ('merge', 'delete')
         ORDER BY l.seq DESC LIMIT 1",
        [workspace_id.into(), id.into(), seq.into()],
    );
    Ok(statement.one(db).await?)
}

async fn name_of(db: &impl ConnectionTrait, workspace_id: Uuid, id: Uuid) -> Result<Option<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct NameRow {
        name: String,
    }
    let statement = sql("SELECT name FROM tags WHERE workspace_id = $1 AND id = $2", [workspace_id.into(), id.into()]);
    Ok(statement.one::<NameRow>(db).await?.map(|row| row.name))
}

/// A text of a JSON object in the audit log.
fn text_of(json: Option<&str>, key: &str) -> Option<String> {
    let object: Value = serde_json::from_str(json?).ok()?;
    object[key].as_str().map(str::to_owned)
}

//! Entries of records that were deleted for ever: what is left of these.

use crate::{StoreError, database::sql::Sql};
use chrono::{DateTime, Utc};
use domain::{access::Entity, bin::BIN_KINDS};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

/// The action of such an entry.
pub(crate) const PURGE: &str = "purge";

/// A record that was deleted for ever.
pub(crate) struct PurgedRecord {
    /// The noun of its kind.
    pub entity: String,
    /// Its name or subject; `None` if its personal data was erased.
    pub name: Option<String>,
    pub at: DateTime<Utc>,
    /// Name of the user who did it.
    pub by: Option<String>,
    /// Whether nobody did it: its time in the bin was over.
    pub is_expired: bool,
}

#[derive(FromQueryResult)]
struct Row {
    entity: String,
    before: Option<String>,
    at: DateTime<Utc>,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
}

/// The record with this id, of any kind that has a bin; `None` if it was not deleted for ever.
pub(crate) async fn purged_record(db: &impl ConnectionTrait, workspace_id: Uuid, id: Uuid) -> Result<Option<PurgedRecord>, StoreError> {
    let mut find = Sql::with([workspace_id.into(), id.into(), PURGE.into()]);
    let nouns = find.bind_all(BIN_KINDS.map(Entity::noun));
    find.push(&format!(
        "SELECT l.entity, l.before, l.at, l.actor_id, u.name AS actor_name FROM audit_log l LEFT JOIN users u ON u.id = l.actor_id
         WHERE l.workspace_id = $1 AND l.entity IN ({nouns}) AND l.entity_id = $2 AND l.action = $3 ORDER BY l.seq DESC LIMIT 1"
    ));
    let row: Option<Row> = find.one(db).await?;
    Ok(row.map(|row| {
        let before: Value = row.before.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let name = ["name", "subject"].into_iter().find_map(|field| before[field].as_str()).map(str::to_owned);
        PurgedRecord { entity: row.entity, name, at: row.at, by: row.actor_name, is_expired: row.actor_id.is_none() }
    }))
}

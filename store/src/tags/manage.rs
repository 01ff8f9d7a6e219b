//! Management of tags in the settings: use, renaming, merging, deleting.

use super::{TAGS_LISTED, Tag, Tagged, counts::recompute_tag_counts};
use crate::{
    Store, StoreError,
    audit::{chain::Change, differences::diff},
    companies::reindex,
    database::{rows::to_u64, sql::sql, write::WorkspaceTx},
    entity::tag,
    error::{MapUniqueViolation, authorize},
};
use domain::{
    access::{Actor, Entity, Verb},
    collation::sort_key,
    ids::TagId,
    tags::{TagDraft, name_key},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter,
    prelude::Uuid,
};
use serde_json::{Value, json};

/// Numbers of records that have a tag, without those in the bin and archived companies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carriers {
    /// Companies.
    pub companies: u64,
    /// Contacts.
    pub contacts: u64,
    /// Deals.
    pub deals: u64,
}

/// A tag with its use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagInUse {
    /// The tag.
    pub tag: Tag,
    /// Its version, for the next change.
    pub version: i64,
    /// Records that have it.
    pub carriers: Carriers,
}

/// Result of merging two tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedTags {
    /// Name of the merged tag.
    pub from: String,
    /// Name of the tag that it was merged into.
    pub into: String,
    /// Records that had the merged tag.
    pub carried: Carriers,
}

#[derive(FromQueryResult)]
struct InUseRow {
    id: Uuid,
    name: String,
    color: String,
    version: i64,
    companies: i64,
    contacts: i64,
    deals: i64,
}

impl From<InUseRow> for TagInUse {
    fn from(row: InUseRow) -> Self {
        Self {
            tag: Tag { id: TagId(row.id), name: row.name, color: row.color },
            version: row.version,
            carriers: Carriers { companies: to_u64(row.companies), contacts: to_u64(row.contacts), deals: to_u64(row.deals) },
        }
    }
}

const IN_USE: &str = "SELECT t.id, t.name, t.color, t.version, k.companies, k.contacts, k.deals
    FROM tags t JOIN tag_counters k ON k.workspace_id = $1 AND k.tag_id = t.id WHERE t.workspace_id = $1";

impl Store {
    /// The workspace's tags with their use, by name, at most 1,000.
    pub async fn tags_in_use(&self, actor: &Actor) -> Result<Vec<TagInUse>, StoreError> {
        authorize(actor, Verb::Read, Entity::Tag)?;
        let statement = sql(&format!("{IN_USE} ORDER BY t.sort_key LIMIT {TAGS_LISTED}"), [actor.workspace_id.0.into()]);
        let rows: Vec<InUseRow> = statement.all(self.read()).await?;
        Ok(rows.into_iter().map(TagInUse::from).collect())
    }

    /// One tag with its use.
    pub async fn tag(&self, actor: &Actor, id: TagId) -> Result<TagInUse, StoreError> {
        authorize(actor, Verb::Read, Entity::Tag)?;
        let statement = sql(&format!("{IN_USE} AND t.id = $2"), [actor.workspace_id.0.into(), id.0.into()]);
        let row: Option<InUseRow> = statement.one(self.read()).await?;
        row.map(TagInUse::from).ok_or(StoreError::NotFound)
    }

    /// Number of archived companies that have a tag. [`Carriers`] are without them.
    pub async fn archived_carriers(&self, actor: &Actor, id: TagId) -> Result<u64, StoreError> {
        authorize(actor, Verb::Read, Entity::Tag)?;
        let text = "SELECT count(*) AS count FROM company_tags x JOIN companies c ON c.workspace_id = $1 AND c.id = x.company_id
            WHERE x.workspace_id = $1 AND x.tag_id = $2 AND c.archived_at IS NOT NULL AND c.deleted_at IS NULL";
        Ok(sql(text, [actor.workspace_id.0.into(), id.0.into()]).count(self.read()).await?)
    }

    /// Updates name and colour of a tag. `version`: the version that was shown.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was changed since `version`, [`StoreError::Invalid`] at `name` for a name in use, however it is written.
    pub async fn update_tag(&self, actor: &Actor, id: TagId, version: i64, draft: TagDraft) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Tag, move |tx| Box::pin(update(tx, id, version, draft))).await
    }

    /// Replaces a tag by the tag `into` on all records, and deletes it. `version`: the version that was shown.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was changed since `version`, [`StoreError::Invalid`] at `into` for the same tag or one that is not
    /// the workspace's.
    pub async fn merge_tags(&self, actor: &Actor, id: TagId, version: i64, into: TagId) -> Result<MergedTags, StoreError> {
        self.write(actor, Verb::Delete, Entity::Tag, move |tx| Box::pin(merge(tx, id, version, into))).await
    }

    /// Deletes a tag, removes it from all records, and returns its name. `version`: the version that was shown.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was changed since `version`.
    pub async fn delete_tag(&self, actor: &Actor, id: TagId, version: i64) -> Result<String, StoreError> {
        self.write(actor, Verb::Delete, Entity::Tag, move |tx| Box::pin(delete(tx, id, version))).await
    }
}

async fn update(tx: &mut WorkspaceTx, id: TagId, version: i64, draft: TagDraft) -> Result<(), StoreError> {
    let row = load_for_update(tx, id, version).await?.tag;
    let renamed = row.name != draft.name;
    let changes = tag::ActiveModel {
        name: Set(draft.name.clone()),
        // A tag may have another key than its name's: see `keys`.
        name_key: if renamed { Set(name_key(&draft.name)) } else { NotSet },
        sort_key: Set(sort_key(&draft.name)),
        color: Set(draft.color.as_str().to_owned()),
        version: Set(version + 1),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    let updated = tag::Entity::update_many()
        .set(changes)
        .filter(tag::Column::WorkspaceId.eq(tx.workspace_id()))
        .filter(tag::Column::Id.eq(id.0))
        .exec(&tx.db)
        .await;
    updated.map_unique_violation("name", "A tag of this name exists already")?;
    if renamed {
        let companies = companies_with(tx, id).await?;
        reindex(tx, &companies).await?;
    }
    let (before, after) =
        diff(json!({ "name": row.name, "color": row.color }), json!({ "name": draft.name, "color": draft.color.as_str() }));
    tx.audit(Change { action: "update", entity: Entity::Tag.noun(), id: id.0, before: Some(before), after: Some(after) }).await
}

async fn merge(tx: &mut WorkspaceTx, id: TagId, version: i64, into: TagId) -> Result<MergedTags, StoreError> {
    let from = load_for_update(tx, id, version).await?;
    if id == into {
        return Err(StoreError::field("into", "Choose another tag than this one"));
    }
    let target = in_use(tx, into).await?.ok_or_else(|| StoreError::field("into", "Choose a tag from the list"))?;
    let companies = companies_with(tx, id).await?;
    for tagged in [Tagged::Company, Tagged::Contact, Tagged::Deal] {
        let (table, column) = tagged.table();
        // A record that has both tags keeps `into`. Records in the bin are updated too, as they may be restored.
        let text = format!(
            "INSERT INTO {table} (workspace_id, {column}, tag_id)
             SELECT x.workspace_id, x.{column}, $3 FROM {table} x WHERE x.workspace_id = $1 AND x.tag_id = $2
             AND NOT EXISTS (SELECT 1 FROM {table} y WHERE y.workspace_id = $1 AND y.{column} = x.{column} AND y.tag_id = $3)"
        );
        sql(&text, [tx.workspace_id().into(), id.0.into(), into.0.into()]).execute(&tx.db).await?;
    }
    remove(tx, id).await?;
    recompute_tag_counts(tx, Some(into.0)).await?;
    reindex(tx, &companies).await?;
    let after = json!({ "name": target.tag.name, "id": into.to_string() });
    let change = Change { action: "merge", entity: Entity::Tag.noun(), id: id.0, before: Some(audit_json(&from)), after: Some(after) };
    tx.audit(change).await?;
    Ok(MergedTags { from: from.tag.name, into: target.tag.name, carried: from.carriers })
}

/// As [`Store::delete_tag`].
pub(crate) async fn delete(tx: &mut WorkspaceTx, id: TagId, version: i64) -> Result<String, StoreError> {
    let row = load_for_update(tx, id, version).await?;
    let companies = companies_with(tx, id).await?;
    remove(tx, id).await?;
    reindex(tx, &companies).await?;
    let before = Some(audit_json(&row));
    tx.audit(Change { action: "delete", entity: Entity::Tag.noun(), id: id.0, before, after: None }).await?;
    Ok(row.tag.name)
}

/// Loads a tag that is about to be changed.
///
/// # Errors
/// [`StoreError::NotFound`] if there is none, [`StoreError::Conflict`] if its version is not `version`.
async fn load_for_update(tx: &WorkspaceTx, id: TagId, version: i64) -> Result<TagInUse, StoreError> {
    let row = in_use(tx, id).await?.ok_or(StoreError::NotFound)?;
    if row.version != version { Err(StoreError::Conflict) } else { Ok(row) }
}

async fn in_use(tx: &WorkspaceTx, id: TagId) -> Result<Option<TagInUse>, StoreError> {
    let statement = sql(&format!("{IN_USE} AND t.id = $2"), [tx.workspace_id().into(), id.0.into()]);
    Ok(statement.one::<InUseRow>(&tx.db).await?.map(TagInUse::from))
}

/// Deletes the row of a tag. Foreign keys delete its counters and its links to records.
async fn remove(tx: &WorkspaceTx, id: TagId) -> Result<(), StoreError> {
    tag::Entity::delete_by_id((tx.workspace_id(), id.0)).exec(&tx.db).await?;
    Ok(())
}

/// The companies that have a tag, except those in the bin.
async fn companies_with(tx: &WorkspaceTx, id: TagId) -> Result<Vec<Uuid>, StoreError> {
    #[derive(FromQueryResult)]
    struct Carrier {
        company_id: Uuid,
    }
    let statement = sql(
        "SELECT x.company_id FROM company_tags x JOIN companies c ON c.workspace_id = $1 AND c.id = x.company_id
         WHERE x.workspace_id = $1 AND x.tag_id = $2 AND c.deleted_at IS NULL",
        [tx.workspace_id().into(), id.0.into()],
    );
    let rows: Vec<Carrier> = statement.all(&tx.db).await?;
    Ok(rows.into_iter().map(|row| row.company_id).collect())
}

/// A tag that is removed, as the audit log stores it.
fn audit_json(row: &TagInUse) -> Value {
    let Carriers { companies, contacts, deals } = row.carriers;
    json!({ "name": row.tag.name, "color": row.tag.color, "companies": companies, "contacts": contacts, "deals": deals })
}

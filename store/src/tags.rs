//! Tags: creating, listing, and the tags of a record.

use crate::{
    Store, StoreError,
    audit::chain::Change,
    database::{
        cache::Cached,
        sql::{Sql, sql},
        write::WorkspaceTx,
    },
    entity::{tag, tag_counter},
    error::{MapUniqueViolation, authorize},
};
use domain::{
    access::{Actor, Entity, Verb},
    collation::sort_key,
    ids::TagId,
    tags::{TagDraft, name_key},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, prelude::Uuid,
};
use serde_json::json;

mod counts;
mod filter;
mod keys;
mod manage;
pub(crate) mod removal;
mod stored_keys;

pub(crate) use counts::{count_carriers, recompute_tag_counts};
pub(crate) use filter::tag_condition;
pub(crate) use manage::delete;
pub use manage::{Carriers, MergedTags, TagInUse};
pub(crate) use stored_keys::SORT_KEYS;

/// Most tags that are listed.
pub(crate) const TAGS_LISTED: u64 = 1_000;

/// A tag as it is shown: a dot of its colour and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Id of the tag.
    pub id: TagId,
    /// Its name.
    pub name: String,
    /// Its colour, `#rrggbb`.
    pub color: String,
}

impl From<tag::Model> for Tag {
    fn from(row: tag::Model) -> Self {
        Self { id: TagId(row.id), name: row.name, color: row.color }
    }
}

impl Cached for Vec<Tag> {
    type Key = ();
}

impl Store {
    /// Creates a tag.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `name` for a name in use, however it is written.
    pub async fn create_tag(&self, actor: &Actor, draft: TagDraft) -> Result<TagId, StoreError> {
        self.create_idempotent(actor, Entity::Tag, |tx| Box::pin(async move { Ok(insert(tx, draft).await?.id) })).await
    }

    /// The workspace's tags, by name.
    pub async fn tags(&self, actor: &Actor) -> Result<Vec<Tag>, StoreError> {
        authorize(actor, Verb::Read, Entity::Tag)?;
        self.get_or_load(actor, (), self.read_tags(actor)).await
    }

    async fn read_tags(&self, actor: &Actor) -> Result<Vec<Tag>, StoreError> {
        let rows = tag::Entity::find()
            .filter(tag::Column::WorkspaceId.eq(actor.workspace_id.0))
            .order_by_asc(tag::Column::SortKey)
            .limit(TAGS_LISTED)
            .all(self.read())
            .await?;
        Ok(rows.into_iter().map(Tag::from).collect())
    }
}

/// Inserts a tag, with counters and audit row.
async fn insert(tx: &mut WorkspaceTx, draft: TagDraft) -> Result<Tag, StoreError> {
    let tag = Tag { id: TagId(tx.new_id()), name: draft.name, color: draft.color.as_str().to_owned() };
    let row = tag::ActiveModel {
        workspace_id: Set(tx.workspace_id()),
        id: Set(tag.id.0),
        owner_id: Set(tx.actor.user_id.0),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        name: Set(tag.name.clone()),
        name_key: Set(name_key(&tag.name)),
        sort_key: Set(sort_key(&tag.name)),
        color: Set(tag.color.clone()),
    };
    tag::Entity::insert(row).exec_without_returning(&tx.db).await.map_unique_violation("name", "A tag of this name exists already")?;
    let counters = tag_counter::ActiveModel { workspace_id: Set(tx.workspace_id()), tag_id: Set(tag.id.0), ..Default::default() };
    tag_counter::Entity::insert(counters).exec_without_returning(&tx.db).await?;
    let after = json!({ "name": tag.name, "color": tag.color });
    tx.audit(Change { action: "create", entity: Entity::Tag.noun(), id: tag.id.0, before: None, after: Some(after) }).await?;
    Ok(tag)
}

/// Resolves the tags of a form, by name.
///
/// - `chosen`: ids. A tag that was merged since is replaced by the tag that it was merged into.
/// - `new`: a tag to create, unless one of its name exists.
///
/// # Errors
/// [`StoreError::Invalid`] at `tag_id` for a tag that is not the workspace's. [`StoreError::Denied`] for a new tag if the actor may not
/// create tags.
pub(crate) async fn resolve(tx: &mut WorkspaceTx, chosen: &[TagId], new: Option<TagDraft>) -> Result<Vec<Tag>, StoreError> {
    let mut tags = by_ids(tx, chosen).await?;
    let missing: Vec<TagId> = chosen.iter().filter(|id| !tags.iter().any(|tag| tag.id == **id)).copied().collect();
    for id in missing {
        let into = removal::merged_into(&tx.db, tx.workspace_id(), id).await?;
        let into = into.ok_or_else(|| StoreError::field("tag_id", "Choose tags from the list"))?;
        if !tags.iter().any(|tag| tag.id == into) {
            tags.extend(by_ids(tx, &[into]).await?);
        }
    }
    if let Some(draft) = new {
        let tag = match by_name(tx, &draft.name).await? {
            Some(existing) => existing,
            None if tx.actor.may(Verb::Create, Entity::Tag) => insert(tx, draft).await?,
            None => return Err(StoreError::Denied),
        };
        if !tags.iter().any(|other| other.id == tag.id) {
            tags.push(tag);
        }
    }
    tags.sort_by_cached_key(|tag| sort_key(&tag.name));
    Ok(tags)
}

/// A kind of record that has tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tagged {
    /// Companies.
    Company,
    /// Contacts.
    Contact,
    /// Deals.
    Deal,
}

impl Tagged {
    /// The table of their tags, and its column of the record's id.
    pub(crate) const fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::Company => ("company_tags", "company_id"),
            Self::Contact => ("contact_tags", "contact_id"),
            Self::Deal => ("deal_tags", "deal_id"),
        }
    }
}

/// The tags of a record, by name.
pub(crate) async fn tags_of(db: &impl ConnectionTrait, workspace_id: Uuid, tagged: Tagged, id: Uuid) -> Result<Vec<Tag>, StoreError> {
    #[derive(FromQueryResult)]
    struct TagRow {
        id: Uuid,
        name: String,
        color: String,
    }
    let (table, column) = tagged.table();
    let text = format!(
        "SELECT t.id, t.name, t.color FROM {table} x JOIN tags t ON t.workspace_id = $1 AND t.id = x.tag_id
         WHERE x.workspace_id = $1 AND x.{column} = $2 ORDER BY t.sort_key"
    );
    let rows: Vec<TagRow> = sql(&text, [workspace_id.into(), id.into()]).all(db).await?;
    Ok(rows.into_iter().map(|row| Tag { id: TagId(row.id), name: row.name, color: row.color }).collect())
}

/// Replaces the tags of a record, and updates the counters of tags. `carried`: its present tags.
pub(crate) async fn replace_tags(tx: &WorkspaceTx, tagged: Tagged, id: Uuid, carried: &[TagId], tags: &[Tag]) -> Result<(), StoreError> {
    let (table, column) = tagged.table();
    let removed: Vec<Uuid> = carried.iter().filter(|old| tags.iter().all(|tag| tag.id != **old)).map(|old| old.0).collect();
    if !removed.is_empty() {
        counts::add_tag_counts(tx, tagged, &removed, -1).await?;
        let mut statement = Sql::with([tx.workspace_id().into(), id.into()]);
        let ids = statement.bind_all(removed);
        statement.push(&format!("DELETE FROM {table} WHERE workspace_id = $1 AND {column} = $2 AND tag_id IN ({ids})"));
        statement.execute(&tx.db).await?;
    }
    let added: Vec<Uuid> = tags.iter().filter(|tag| !carried.contains(&tag.id)).map(|tag| tag.id.0).collect();
    if !added.is_empty() {
        counts::add_tag_counts(tx, tagged, &added, 1).await?;
        let mut statement = Sql::with([tx.workspace_id().into(), id.into()]);
        let rows: Vec<String> = added.into_iter().map(|tag| format!("($1, $2, {})", statement.bind(tag))).collect();
        statement.push(&format!("INSERT INTO {table} (workspace_id, {column}, tag_id) VALUES {}", rows.join(", ")));
        statement.execute(&tx.db).await?;
    }
    Ok(())
}

async fn by_ids(tx: &WorkspaceTx, ids: &[TagId]) -> Result<Vec<Tag>, StoreError> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let rows = tag::Entity::find()
        .filter(tag::Column::WorkspaceId.eq(tx.workspace_id()))
        .filter(tag::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .all(&tx.db)
        .await?;
    Ok(rows.into_iter().map(Tag::from).collect())
}

async fn by_name(tx: &WorkspaceTx, name: &str) -> Result<Option<Tag>, StoreError> {
    let row = tag::Entity::find()
        .filter(tag::Column::WorkspaceId.eq(tx.workspace_id()))
        .filter(tag::Column::NameKey.eq(name_key(name)))
        .one(&tx.db)
        .await?;
    Ok(row.map(Tag::from))
}

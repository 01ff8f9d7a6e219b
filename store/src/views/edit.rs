//! Saving, changing and deleting views.

use super::SavedView;
use crate::{
    Store, StoreError,
    audit::{chain::Change, differences::diff},
    database::{rows::decode_enum, sql::sql, write::WorkspaceTx},
    entity::view,
    error::MapUniqueViolation,
};
use domain::{
    access::{Actor, Entity, Role, Verb},
    collation::sort_key,
    ids::{UserId, ViewId},
    record_kinds::RecordKind,
    views::{VIEWS_MAX, ViewDraft, ViewIcon, name_key},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, prelude::Uuid};
use serde_json::{Value, json};

impl Store {
    /// Saves a new view of a list. `query`: the list's address without its path.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `name` for a name in use, at `is_shared` if the actor may only read, and at no field if the actor sees
    /// [`VIEWS_MAX`] views of the list already.
    pub async fn create_view(&self, actor: &Actor, list: RecordKind, draft: ViewDraft, query: String) -> Result<ViewId, StoreError> {
        self.create_idempotent(actor, Entity::View, move |tx| Box::pin(create(tx, list, draft, query))).await
    }

    /// Changes name, icon and who sees a view. `version`: the version that was shown.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the actor sees no such view, [`StoreError::Denied`] if they may not change it, [`StoreError::Conflict`]
    /// if it was changed since `version`, and those of [`Store::create_view`].
    pub async fn update_view(&self, actor: &Actor, id: ViewId, version: i64, draft: ViewDraft) -> Result<SavedView, StoreError> {
        self.write(actor, Verb::Update, Entity::View, move |tx| Box::pin(update(tx, id, version, draft))).await
    }

    /// Puts another state of its list into a view, and returns it. `query`: the list's address without its path.
    ///
    /// # Errors
    /// As [`Store::update_view`].
    pub async fn save_view(&self, actor: &Actor, id: ViewId, version: i64, query: String) -> Result<SavedView, StoreError> {
        self.write(actor, Verb::Update, Entity::View, move |tx| Box::pin(save_query(tx, id, version, query))).await
    }

    /// Deletes a view, and returns it. For whom it was the default, the list opens as it is.
    ///
    /// # Errors
    /// As [`Store::update_view`].
    pub async fn delete_view(&self, actor: &Actor, id: ViewId, version: i64) -> Result<SavedView, StoreError> {
        self.write(actor, Verb::Delete, Entity::View, move |tx| Box::pin(delete(tx, id, version))).await
    }

    /// Chooses the view that a list opens with for the actor; `None` for the list itself.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the actor sees no such view of this list.
    pub async fn set_default_view(&self, actor: &Actor, list: RecordKind, id: Option<ViewId>) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::View, move |tx| Box::pin(set_default(tx, list, id))).await
    }
}

async fn create(tx: &mut WorkspaceTx, list: RecordKind, draft: ViewDraft, query: String) -> Result<ViewId, StoreError> {
    check_sharing(tx, draft.is_shared)?;
    let count = sql(
        "SELECT count(*) AS count FROM views WHERE workspace_id = $1 AND list = $2 AND (is_shared OR owner_id = $3)",
        [tx.workspace_id().into(), list.slug().into(), tx.actor.user_id.0.into()],
    );
    if count.count(&tx.db).await? >= VIEWS_MAX {
        return Err(StoreError::field("", &format!("This list has {VIEWS_MAX} views, which is the most. Delete one that nobody needs")));
    }
    let id = tx.new_id();
    let row = view::ActiveModel {
        workspace_id: Set(tx.workspace_id()),
        id: Set(id),
        owner_id: Set(tx.actor.user_id.0),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        list: Set(list.slug().to_owned()),
        name: Set(draft.name.clone()),
        name_key: Set(name_key(&draft.name)),
        sort_key: Set(sort_key(&draft.name)),
        icon: Set(draft.icon.slug().to_owned()),
        is_shared: Set(draft.is_shared),
        name_scope: Set(name_scope(tx.actor.user_id, draft.is_shared)),
        query: Set(query.clone()),
    };
    view::Entity::insert(row).exec_without_returning(&tx.db).await.map_unique_violation("name", NAME_IN_USE)?;
    let after = json!({ "list": list.slug(), "name": draft.name, "icon": draft.icon.slug(), "shared": draft.is_shared, "query": query });
    tx.audit(Change { action: "create", entity: Entity::View.noun(), id, before: None, after: Some(after) }).await?;
    Ok(ViewId(id))
}

const NAME_IN_USE: &str = "A view of this name exists already";

/// Among whose views a name is unique.
fn name_scope(owner: UserId, is_shared: bool) -> Uuid {
    if is_shared { Uuid::nil() } else { owner.0 }
}

/// Who may only read shares nothing.
fn check_sharing(tx: &WorkspaceTx, is_shared: bool) -> Result<(), StoreError> {
    match is_shared && tx.actor.role < Role::Member {
        true => Err(StoreError::field("is_shared", "Your role may not share views")),
        false => Ok(()),
    }
}

async fn update(tx: &mut WorkspaceTx, id: ViewId, version: i64, draft: ViewDraft) -> Result<SavedView, StoreError> {
    let before = load_for_update(tx, id, version).await?;
    check_sharing(tx, draft.is_shared && !before.is_shared)?;
    let changes = view::ActiveModel {
        name: Set(draft.name.clone()),
        name_key: Set(name_key(&draft.name)),
        sort_key: Set(sort_key(&draft.name)),
        icon: Set(draft.icon.slug().to_owned()),
        is_shared: Set(draft.is_shared),
        name_scope: Set(name_scope(before.owner_id, draft.is_shared)),
        version: Set(version + 1),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    write(tx, id, changes).await?;
    let after = SavedView { name: draft.name, icon: draft.icon, is_shared: draft.is_shared, version: version + 1, ..before.clone() };
    audit_update(tx, &before, &after).await?;
    Ok(after)
}

async fn save_query(tx: &mut WorkspaceTx, id: ViewId, version: i64, query: String) -> Result<SavedView, StoreError> {
    let before = load_for_update(tx, id, version).await?;
    let changes = view::ActiveModel { query: Set(query.clone()), version: Set(version + 1), updated_at: Set(tx.now), ..Default::default() };
    write(tx, id, changes).await?;
    let after = SavedView { query, version: version + 1, ..before.clone() };
    audit_update(tx, &before, &after).await?;
    Ok(after)
}

async fn write(tx: &WorkspaceTx, id: ViewId, changes: view::ActiveModel) -> Result<(), StoreError> {
    let update = view::Entity::update_many()
        .set(changes)
        .filter(view::Column::WorkspaceId.eq(tx.workspace_id()))
        .filter(view::Column::Id.eq(id.0))
        .exec(&tx.db)
        .await;
    update.map_unique_violation("name", NAME_IN_USE).map(drop)
}

async fn audit_update(tx: &mut WorkspaceTx, before: &SavedView, after: &SavedView) -> Result<(), StoreError> {
    let (was, is) = diff(audit_json(before), audit_json(after));
    tx.audit(Change { action: "update", entity: Entity::View.noun(), id: before.id.0, before: Some(was), after: Some(is) }).await
}

fn audit_json(view: &SavedView) -> Value {
    json!({ "name": view.name, "icon": view.icon.slug(), "shared": view.is_shared, "query": view.query })
}

async fn delete(tx: &mut WorkspaceTx, id: ViewId, version: i64) -> Result<SavedView, StoreError> {
    let before = load_for_update(tx, id, version).await?;
    view::Entity::delete_by_id((tx.workspace_id(), id.0)).exec(&tx.db).await?;
    let change = Change { action: "delete", entity: Entity::View.noun(), id: id.0, before: Some(audit_json(&before)), after: None };
    tx.audit(change).await?;
    Ok(before)
}

async fn set_default(tx: &mut WorkspaceTx, list: RecordKind, id: Option<ViewId>) -> Result<(), StoreError> {
    if let Some(id) = id {
        let view = load(tx, id).await?;
        if view.list != list {
            return Err(StoreError::NotFound);
        }
    }
    let key = [tx.workspace_id().into(), tx.actor.user_id.0.into(), list.slug().into()];
    sql("DELETE FROM default_views WHERE workspace_id = $1 AND user_id = $2 AND list = $3", key.clone()).execute(&tx.db).await?;
    if let Some(id) = id {
        let values = key.into_iter().chain([id.0.into()]).collect::<Vec<_>>();
        sql("INSERT INTO default_views (workspace_id, user_id, list, view_id) VALUES ($1, $2, $3, $4)", values).execute(&tx.db).await?;
    }
    let after = json!({ "list": list.slug(), "opens_with": id.map(|id| id.to_string()) });
    let change = Change { action: "set-default", entity: Entity::View.noun(), id: tx.actor.user_id.0, before: None, after: Some(after) };
    tx.audit(change).await
}

/// A view that the actor sees.
async fn load(tx: &WorkspaceTx, id: ViewId) -> Result<SavedView, StoreError> {
    let row = view::Entity::find_by_id((tx.workspace_id(), id.0)).one(&tx.db).await?.ok_or(StoreError::NotFound)?;
    let view = SavedView {
        id,
        version: row.version,
        owner_id: UserId(row.owner_id),
        list: decode_enum(RecordKind::from_slug(&row.list), "views.list")?,
        name: row.name,
        icon: decode_enum(ViewIcon::from_slug(&row.icon), "views.icon")?,
        is_shared: row.is_shared,
        query: row.query,
    };
    if view.is_shared || view.owner_id == tx.actor.user_id { Ok(view) } else { Err(StoreError::NotFound) }
}

async fn load_for_update(tx: &WorkspaceTx, id: ViewId, version: i64) -> Result<SavedView, StoreError> {
    let view = load(tx, id).await?;
    if !view.is_changed_by(&tx.actor) {
        return Err(StoreError::Denied);
    }
    if view.version != version { Err(StoreError::Conflict) } else { Ok(view) }
}

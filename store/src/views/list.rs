//! The views of a list that a person sees.

use crate::{
    Store, StoreError,
    database::{cache::Cached, rows::decode_enum, sql::sql},
    error::authorize,
};
use domain::{
    access::{Actor, Entity, Role, Verb},
    ids::{UserId, ViewId},
    record_kinds::RecordKind,
    views::{VIEWS_MAX, ViewIcon},
};
use sea_orm::{FromQueryResult, prelude::Uuid};
use std::sync::Arc;

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Its id.
    pub id: ViewId,
    /// Its version, for the next change.
    pub version: i64,
    /// Who saved it.
    pub owner_id: UserId,
    /// The list that it is of.
    pub list: RecordKind,
    /// Its name.
    pub name: String,
    /// Its icon.
    pub icon: ViewIcon,
    /// Whether the whole workspace sees it.
    pub is_shared: bool,
    /// The list's address without its path.
    pub query: String,
}

impl SavedView {
    /// Whether the actor may change it.
    pub fn is_changed_by(&self, actor: &Actor) -> bool {
        self.owner_id == actor.user_id || (self.is_shared && actor.role >= Role::Admin)
    }
}

/// The views of one list that one person sees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListViews {
    /// The views, by name.
    pub views: Vec<SavedView>,
    /// The view that the list opens with.
    pub default: Option<ViewId>,
}

impl Cached for Arc<ListViews> {
    type Key = (RecordKind, UserId);
    const CAPACITY: usize = 256;
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    version: i64,
    owner_id: Uuid,
    list: String,
    name: String,
    icon: String,
    is_shared: bool,
    query: String,
    is_default: bool,
}

impl Row {
    fn decode(self) -> Result<SavedView, StoreError> {
        Ok(SavedView {
            id: ViewId(self.id),
            version: self.version,
            owner_id: UserId(self.owner_id),
            list: decode_enum(RecordKind::from_slug(&self.list), "views.list")?,
            name: self.name,
            icon: decode_enum(ViewIcon::from_slug(&self.icon), "views.icon")?,
            is_shared: self.is_shared,
            query: self.query,
        })
    }
}

/// SELECT of the views that a person sees: `$1` is the workspace, `$2` the person.
const SEEN: &str = "SELECT v.id, v.version, v.owner_id, v.list, v.name, v.icon, v.is_shared, v.query, d.view_id IS NOT NULL AS is_default
    FROM views v LEFT JOIN default_views d ON d.workspace_id = $1 AND d.user_id = $2 AND d.list = v.list AND d.view_id = v.id
    WHERE v.workspace_id = $1 AND (v.is_shared OR v.owner_id = $2)";

impl Store {
    /// The views of a list that the actor sees, by name, at most [`VIEWS_MAX`], cached.
    pub async fn list_views(&self, actor: &Actor, list: RecordKind) -> Result<Arc<ListViews>, StoreError> {
        authorize(actor, Verb::Read, Entity::View)?;
        self.get_or_load(actor, (list, actor.user_id), self.read_list_views(actor, list)).await
    }

    async fn read_list_views(&self, actor: &Actor, list: RecordKind) -> Result<Arc<ListViews>, StoreError> {
        let text = format!("{SEEN} AND v.list = $3 ORDER BY v.sort_key, v.id LIMIT {VIEWS_MAX}");
        let statement = sql(&text, [actor.workspace_id.0.into(), actor.user_id.0.into(), list.slug().into()]);
        let mut seen = ListViews::default();
        for row in statement.all::<Row>(self.read()).await? {
            seen.default = seen.default.or(row.is_default.then_some(ViewId(row.id)));
            seen.views.push(row.decode()?);
        }
        Ok(Arc::new(seen))
    }

    /// A view that the actor sees.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is none, or it is somebody else's own.
    pub async fn view(&self, actor: &Actor, id: ViewId) -> Result<SavedView, StoreError> {
        authorize(actor, Verb::Read, Entity::View)?;
        let statement = sql(&format!("{SEEN} AND v.id = $3"), [actor.workspace_id.0.into(), actor.user_id.0.into(), id.0.into()]);
        statement.one::<Row>(self.read()).await?.ok_or(StoreError::NotFound)?.decode()
    }
}

//! What users change of their own account, except for the password.

use crate::{
    Store,
    audit::{chain::Change, differences::diff_of_edit},
    database::write::WorkspaceTx,
    entity::user,
    error::{StoreError, authorize},
};
use domain::{
    access::{Actor, Entity, Verb},
    collation::person_sort_key,
    preferences::Preferences,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

impl Store {
    /// Renames the actor. `name`: 1 to 255 characters.
    pub async fn rename_user(&self, actor: &Actor, name: String) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Account, move |tx| Box::pin(rename(tx, name))).await
    }

    /// Sets the actor's preferences.
    pub async fn set_preferences(&self, actor: &Actor, preferences: Preferences) -> Result<(), StoreError> {
        let Preferences { theme, shortcuts, csv_separator, time_zone, start_page } = preferences;
        let changed = user::ActiveModel {
            theme: Set(theme.slug().to_owned()),
            shortcuts: Set(shortcuts),
            csv_separator: Set(csv_separator.slug().to_owned()),
            time_zone: Set(time_zone.map(|zone| zone.name().to_owned())),
            start_page: Set(start_page.slug().to_owned()),
            ..Default::default()
        };
        self.update_account(actor, changed).await
    }

    /// Folds the actor's sidebar to its icons, or unfolds it.
    pub async fn fold_sidebar(&self, actor: &Actor, folded: bool) -> Result<(), StoreError> {
        self.update_account(actor, user::ActiveModel { sidebar_folded: Set(folded), ..Default::default() }).await
    }

    /// Updates columns that only the user sees. They concern no workspace, so no audit log has them.
    async fn update_account(&self, actor: &Actor, changed: user::ActiveModel) -> Result<(), StoreError> {
        authorize(actor, Verb::Update, Entity::Account)?;
        let (user_id, changed) = (actor.user_id.0, user::ActiveModel { updated_at: Set(self.now()), ..changed });
        let updated = self.transaction(move |tx| {
            Box::pin(async move {
                let updated = user::Entity::update_many().set(changed).filter(user::Column::Id.eq(user_id)).exec(tx).await?;
                Ok(updated.rows_affected)
            })
        });
        if updated.await? == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }
}

async fn rename(tx: &mut WorkspaceTx, name: String) -> Result<(), StoreError> {
    let id = tx.actor.user_id.0;
    let row = user::Entity::find_by_id(id).one(&tx.db).await?.ok_or(StoreError::NotFound)?;
    let Some((before, after)) = diff_of_edit(json!({ "name": row.name }), json!({ "name": name })) else { return Ok(()) };
    let changed =
        user::ActiveModel { sort_key: Set(person_sort_key(&name)), name: Set(name), updated_at: Set(tx.now), ..Default::default() };
    user::Entity::update_many().set(changed).filter(user::Column::Id.eq(id)).exec(&tx.db).await?;
    tx.audit(Change { action: "update", entity: Entity::Account.noun(), id, before: Some(before), after: Some(after) }).await
}

//! Whether anybody may register, as the install keeps it. The operator's `REGISTRATION` comes before it.

use crate::{Store, audit::chain::Change, database::sql::sql, error::StoreError};
use domain::ids::UserId;
use sea_orm::FromQueryResult;
use serde_json::json;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Row {
    registration_open: bool,
}

impl Store {
    /// Whether registering is open by the install's own settings. Needs nobody signed in: whoever is not asks it first.
    pub async fn registration_open(&self) -> Result<bool, StoreError> {
        let row: Option<Row> = sql("SELECT registration_open FROM install_settings", []).one(self.read()).await?;
        Ok(row.ok_or(StoreError::Internal)?.registration_open)
    }

    /// Opens or closes registering.
    ///
    /// # Errors
    /// [`StoreError::Denied`] for who is no platform admin.
    pub async fn set_registration(&self, admin: UserId, open: bool) -> Result<(), StoreError> {
        let store = self.clone();
        self.admin_transaction(admin, move |tx| {
            Box::pin(async move {
                let set = "UPDATE install_settings SET registration_open = $1 WHERE registration_open <> $1";
                if sql(set, [open.into()]).execute(tx).await? == 0 {
                    return Ok(());
                }
                let side = |open: bool| Some(json!({ "registration_open": open }));
                let change = Change { action: "update", entity: "install", id: Uuid::nil(), before: side(!open), after: side(open) };
                store.log_install_change(tx, Some(admin), change).await
            })
        })
        .await
    }
}

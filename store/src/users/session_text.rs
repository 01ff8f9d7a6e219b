//! Text of users in the data of sessions: refused forms, and the notice of the last change.

use crate::{
    database::{sql::sql, write::WorkspaceTx},
    entity::session,
    error::StoreError,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter,
    prelude::{Expr, Json},
};
use serde_json::Value;

/// The key of a session's refused forms, an array.
pub const REFUSED_FORMS_KEY: &str = "refused_forms";
/// The key of a session's notice.
pub const FLASH_KEY: &str = "flash";

#[derive(FromQueryResult)]
struct Row {
    token_hash: Vec<u8>,
    data: Json,
}

/// Removes forms with a text of which `is_about` is true, and notices of which `is_of` is, from the sessions of everybody who is or was a
/// member of the workspace. Forms that were shown in another workspace stay.
pub(crate) async fn remove_session_text(
    tx: &WorkspaceTx,
    is_about: impl Fn(&str) -> bool,
    is_of: impl Fn(&str) -> bool,
) -> Result<(), StoreError> {
    // On PostgreSQL a request may save its session meanwhile.
    let lock = if tx.db.get_database_backend() == DbBackend::Postgres { " FOR UPDATE" } else { "" };
    let of_members = format!(
        "SELECT token_hash, data FROM sessions WHERE user_id IN (SELECT user_id FROM memberships WHERE workspace_id = $1)
         ORDER BY token_hash{lock}"
    );
    let rows: Vec<Row> = sql(&of_members, [tx.workspace_id().into()]).all(&tx.db).await?;
    let workspace = tx.workspace_id().to_string();
    for Row { token_hash, mut data } in rows {
        if remove_text(&mut data, &workspace, &is_about, &is_of) {
            session::Entity::update_many()
                .col_expr(session::Column::Data, Expr::value(data))
                .filter(session::Column::TokenHash.eq(token_hash))
                .exec(&tx.db)
                .await?;
        }
    }
    Ok(())
}

/// Returns whether there was any.
fn remove_text(data: &mut Value, workspace: &str, is_about: &impl Fn(&str) -> bool, is_of: &impl Fn(&str) -> bool) -> bool {
    let Some(data) = data.as_object_mut() else { return false };
    let has_notice = data.get(FLASH_KEY).is_some_and(|notice| any_text(notice, is_of));
    if has_notice {
        data.remove(FLASH_KEY);
    }
    let Some(Value::Array(forms)) = data.get_mut(REFUSED_FORMS_KEY) else { return has_notice };
    let count = forms.len();
    forms.retain(|form| {
        let elsewhere = form.get("shown_to").and_then(Value::as_str).is_some_and(|shown_to| !shown_to.ends_with(workspace));
        elsewhere || !any_text(form, is_about)
    });
    has_notice || forms.len() < count
}

/// Whether a text in the value satisfies the condition.
pub fn any_text(value: &Value, condition: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => condition(text),
        Value::Array(values) => values.iter().any(|value| any_text(value, condition)),
        Value::Object(fields) => fields.values().any(|value| any_text(value, condition)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_about_somebody_goes_and_the_rest_stays() {
        let is_about = |text: &str| text.contains("Lan");
        let other = json!({ "path": "/deals/new", "values": { "name": "Xe", "tag_id": [] } });
        let elsewhere = json!({ "path": "/contacts/new", "shown_to": "u.another", "values": { "name": "Lan" } });
        let mut data = json!({
            "axum-login.data": { "user_id": "Lan" }, "flash": { "text": "Lan was created" },
            "refused_forms": [
                { "path": "/contacts/new", "shown_to": "u.w", "values": { "tags": ["x", "Lan"] } },
                { "path": "/contacts/new", "values": { "name": "Lan" } },
                other, elsewhere,
            ],
        });
        assert!(remove_text(&mut data, "w", &is_about, &is_about));
        assert_eq!(data, json!({ "axum-login.data": { "user_id": "Lan" }, "refused_forms": [other, elsewhere] }));
        assert!(!remove_text(&mut data, "w", &is_about, &is_about));
        assert!(!remove_text(&mut json!("Lan"), "w", &is_about, &is_about));
    }
}

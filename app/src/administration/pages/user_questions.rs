//! The questions before an account is disabled, and before a user becomes or stops being a platform admin.

use super::{Question, errors_of_button, layout, question, user_path};
use crate::{
    request::{AccountContext, Id, PageError},
    shell,
};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{administration::UsersQuery, ids::UserId, page::ListQuery};
use store::administration::AdminUser;

/// What is asked about a user; `None` if there is nothing to change.
type Asks = fn(&AdminUser) -> Option<(String, String, &'static str)>;

/// `GET /admin/users/{id}/disable`
pub async fn disable(ctx: AccountContext, id: Id<UserId>) -> Result<Response, PageError> {
    ask(ctx, id, "disable", |user| {
        let consequence = format!(
            "Every browser of {} is signed out at once, and nobody signs in to the account until you enable it. Their records and workspaces stay as they are.",
            user.email
        );
        user.disabled_at.is_none().then(|| (format!("Disable the account of {}?", user.name), consequence, "Disable account"))
    })
    .await
}

/// `GET /admin/users/{id}/make-admin`
pub async fn make_admin(ctx: AccountContext, id: Id<UserId>) -> Result<Response, PageError> {
    ask(ctx, id, "make-admin", |user| {
        let consequence = format!("{} can suspend workspaces, disable accounts and make platform admins, as you can.", user.email);
        (!user.is_platform_admin).then(|| (format!("Make {} a platform admin?", user.name), consequence, "Make platform admin"))
    })
    .await
}

/// `GET /admin/users/{id}/revoke-admin`
pub async fn revoke_admin(ctx: AccountContext, id: Id<UserId>) -> Result<Response, PageError> {
    ask(ctx, id, "revoke-admin", |user| {
        let consequence = format!("{} manages this server no longer. Their account and workspaces stay as they are.", user.email);
        user.is_platform_admin.then(|| (format!("Take platform admin away from {}?", user.name), consequence, "Take platform admin away"))
    })
    .await
}

async fn ask(ctx: AccountContext, Id(id): Id<UserId>, change: &str, asks: Asks) -> Result<Response, PageError> {
    let user = ctx.store().install_user(ctx.user.user_id, id).await?;
    let errors = errors_of_button(&ctx).await?;
    let cancel = user_path(id);
    let Some((title, consequence, verb)) = asks(&user) else { return Ok(Redirect::to(&cancel).into_response()) };
    let asked = Question { title: title.clone(), consequence, action: format!("{cancel}/{change}"), verb, cancel };
    shell::account_page(ctx, &title, layout(UsersQuery::PATH, question(asked, &errors))).await
}

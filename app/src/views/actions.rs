//! Server functions that change views.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    forms::DeleteForm,
    ids::ViewId,
    views::{DefaultViewForm, SaveViewForm, ViewForm},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::pages::{address_of, kept_state, list_of};
#[cfg(feature = "ssr")]
use crate::request::RequestContext;
#[cfg(feature = "ssr")]
use domain::forms::{FormErrors, parse_version};

/// Saves a new view.
#[server(prefix = "/fn", endpoint = "views/create", protocol = Call, client = FetchClient)]
pub async fn create_view(
    /// The form.
    form: ViewForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let (draft, list) = (form.parse()?, list_of(&form.list)?);
    let query = kept_state(list, &form.state)?;
    let (notice, kept) = (format!("View {} was saved", draft.name), query.clone());
    let id = ctx.idempotent_store(&form, &form.form_key).create_view(&ctx.actor(), list, draft, query).await?;
    Ok(ActionOutcome::to(address_of(list, id, &kept)).notice(notice))
}

/// Saves name, icon and who sees a view.
#[server(prefix = "/fn", endpoint = "views/update", protocol = Call, client = FetchClient)]
pub async fn update_view(
    /// The id of the view.
    id: ViewId,
    /// The form, with the edited version.
    form: ViewForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let view = ctx.store().update_view(&ctx.actor(), id, parse_version(&form.version)?, form.parse()?).await?;
    Ok(ActionOutcome::to(address_of(view.list, id, &view.query)).notice("Changes saved"))
}

/// Puts the present state of its list into a view.
#[server(prefix = "/fn", endpoint = "views/save", protocol = Call, client = FetchClient)]
pub async fn save_view(
    /// The id of the view.
    id: ViewId,
    /// The state, with the version that was shown.
    form: SaveViewForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let view = ctx.store().view(&ctx.actor(), id).await?;
    let query = kept_state(view.list, &form.state)?;
    let saved = ctx.store().save_view(&ctx.actor(), id, parse_version(&form.version)?, query).await?;
    Ok(ActionOutcome::to(address_of(saved.list, id, &saved.query)).notice(format!("View {} was saved", saved.name)))
}

/// Deletes a view.
#[server(prefix = "/fn", endpoint = "views/delete", protocol = Call, client = FetchClient)]
pub async fn delete_view(
    /// The id of the view.
    id: ViewId,
    /// The version shown to the user.
    form: DeleteForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let view = ctx.store().delete_view(&ctx.actor(), id, parse_version(&form.version)?).await?;
    Ok(ActionOutcome::to(view.list.path()).notice(format!("View {} was deleted", view.name)))
}

/// Chooses the view that a list opens with for the user.
#[server(prefix = "/fn", endpoint = "views/default", protocol = Call, client = FetchClient)]
pub async fn set_default_view(
    /// The list, and the view.
    form: DefaultViewForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let list = list_of(&form.list)?;
    let id: Option<ViewId> = match form.view.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| FormErrors::of("view", "Choose a view from the list"))?),
    };
    ctx.store().set_default_view(&ctx.actor(), list, id).await?;
    let notice = if id.is_some() { "The list opens with this view from now on" } else { "The list opens as it is from now on" };
    Ok(ActionOutcome::to(list.path()).notice(notice))
}

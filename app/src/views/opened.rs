//! Opening a view by its address.
//!
//! A link to a view is its id alone. The list then redirects to the address that has the view's filters, order and columns as well: an
//! address says all that its page shows, and what somebody changes there is seen by comparing it with what the view keeps.

use super::pages::{address_of, kept_state};
use crate::{
    request::{PageError, RequestContext},
    ui::list::encode_pairs,
};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{
    columns::{ListView, TableQuery},
    record_kinds::RecordKind,
    views::kept_pairs,
};
use std::sync::Arc;
use store::views::{ListViews, SavedView};

/// The views of a list, and which of them is open.
pub struct Opened {
    /// The list.
    pub list: RecordKind,
    /// The views that the user sees.
    pub views: Arc<ListViews>,
    /// The open one; `None` for the list itself.
    pub view: Option<SavedView>,
    /// What a view of the list as it is shown would keep.
    pub state: String,
    /// Whether the open view keeps something else.
    pub is_changed: bool,
    /// What is wrong with the view that the address names.
    pub problem: Option<&'static str>,
}

/// Reads the views of a list, or answers with a redirect to the address of the view that is to be opened.
///
/// `pairs`: those of the list's address.
pub async fn open<Q: TableQuery>(
    ctx: &RequestContext,
    list: RecordKind,
    pairs: &[(String, String)],
    query: &Q,
) -> Result<Result<Opened, Response>, PageError> {
    let views = ctx.store().list_views(&ctx.actor(), list).await?;
    let wanted = match query.layout().view {
        ListView::Saved(id) => Some(id),
        ListView::All => None,
        ListView::Unsaved => views.default.filter(|_| pairs.is_empty()),
    };
    let view = wanted.and_then(|id| views.views.iter().find(|view| view.id == id)).cloned();
    let state = encoded(query);
    let is_alone = pairs.iter().all(|(name, _)| name == "view_id");
    let mut problem =
        (wanted.is_some() && view.is_none()).then_some("This view was deleted, or is not shared with you. The whole list is shown.");
    if let Some(view) = view.as_ref().filter(|_| is_alone) {
        match kept_state(list, &view.query) {
            Ok(kept) if kept.is_empty() && !pairs.is_empty() => {}
            Ok(kept) => return Ok(Err(Redirect::to(&address_of(list, view.id, &kept)).into_response())),
            Err(_) => problem = Some("This version can’t read what the view keeps. Set it up again and save it."),
        }
    }
    let is_changed = match &view {
        Some(view) => kept_state(list, &view.query).map_or(true, |kept| kept != state),
        None => state != encoded(&Q::default()),
    };
    Ok(Ok(Opened { list, views, view, state, is_changed, problem }))
}

fn encoded<Q: TableQuery>(query: &Q) -> String {
    encode_pairs(kept_pairs(query).iter().map(|(name, value)| (*name, value.as_str())))
}

//! The form that switches to a workspace.

use super::PATH;
use crate::ui::markup::{IntoMarkup, Markup};
use domain::ids::WorkspaceId;
use leptos::prelude::*;

/// A form of one button, which is given. `to`: the path to open in the workspace, the start page if empty. The form names its target
/// itself, so that it means the same in a tab that shows another workspace than the session is in: it has no `shown_to`.
pub fn switch_form(workspace: WorkspaceId, to: &str, button: impl IntoView + 'static) -> Markup {
    let to = (!to.is_empty()).then(|| view! { <input type="hidden" name="to" value=to.to_owned()/> });
    view! {
        <form method="post" action=format!("{PATH}/switch")>
            <input type="hidden" name="workspace_id" value=workspace.to_string()/>
            {to}
            {button}
        </form>
    }
    .into_markup()
}

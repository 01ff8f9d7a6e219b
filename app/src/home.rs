//! `/`: the page after sign-in.

use axum::response::Redirect;

/// Redirects to the first list.
pub async fn page() -> Redirect {
    Redirect::to("/companies")
}

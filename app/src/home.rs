//! `/`: where signing in leads.

use axum::response::Redirect;

/// The first list, until there is a dashboard.
pub async fn page() -> Redirect {
    Redirect::to("/companies")
}

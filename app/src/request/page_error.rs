//! Why a page is not shown or a form not taken: a bare status, of which [`crate::shell::render_error_pages`] makes a page.

use crate::server_functions::ActionError;
use axum::response::{IntoResponse, Response};
use domain::page::BadQuery;
use http::StatusCode;
use store::StoreError;

/// Why a page is not shown or a form not taken. Becomes a bare status; [`dress`] makes a page of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageError {
    /// The address or form makes no sense.
    BadRequest,
    /// The role doesn't allow it.
    Denied,
    /// Not there, or not in this workspace.
    NotFound,
    /// Changed by somebody else meanwhile.
    Conflict,
    /// Not just now.
    Unavailable,
    /// A fault of ours.
    Internal,
}

impl PageError {
    /// A session that could not be read or written.
    pub fn session(error: tower_sessions::session::Error) -> Self {
        tracing::error!(%error, "session");
        Self::Unavailable
    }

    fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Denied => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<BadQuery> for PageError {
    fn from(_: BadQuery) -> Self {
        Self::BadRequest
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Denied => Self::Denied,
            StoreError::Conflict => Self::Conflict,
            StoreError::Invalid(_) => Self::BadRequest,
            StoreError::Unavailable => Self::Unavailable,
            StoreError::Internal => Self::Internal,
        }
    }
}

impl From<PageError> for ActionError {
    fn from(error: PageError) -> Self {
        match error {
            PageError::BadRequest => Self::bad_request(),
            PageError::Denied => Self::Denied,
            PageError::NotFound => Self::NotFound,
            PageError::Conflict => Self::Conflict,
            PageError::Unavailable => Self::Unavailable,
            PageError::Internal => Self::Internal,
        }
    }
}

/// Where there is no form to show again.
impl From<ActionError> for PageError {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::NotFound => Self::NotFound,
            ActionError::Denied | ActionError::SignedOut => Self::Denied,
            ActionError::Conflict | ActionError::OtherUser(_) | ActionError::Removed(_) => Self::Conflict,
            ActionError::Invalid(_) | ActionError::Limited(_) => Self::BadRequest,
            ActionError::Unavailable => Self::Unavailable,
            ActionError::Internal | ActionError::Unreachable => Self::Internal,
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

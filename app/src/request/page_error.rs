//! Errors of pages and forms: a bare status, from which [`crate::shell::render_error_pages`] makes a page.

use crate::server_functions::ActionError;
use axum::response::{IntoResponse, Response};
use domain::page::BadQuery;
use http::StatusCode;
use store::StoreError;

/// The error of a page or form, answered as a bare status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageError {
    /// An invalid URL or form.
    BadRequest,
    /// The user's role does not allow the request.
    Denied,
    /// The record does not exist in this workspace.
    NotFound,
    /// Another user has changed the record meanwhile.
    Conflict,
    /// Temporary failure, such as a locked database.
    Unavailable,
    /// A bug or misconfiguration of the server.
    Internal,
}

impl PageError {
    /// The error of a session that could not be read or written.
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
            StoreError::Invalid(_) | StoreError::Question(_) | StoreError::Limited(_) => Self::BadRequest,
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

/// For actions without a form to redisplay.
impl From<ActionError> for PageError {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::NotFound => Self::NotFound,
            ActionError::Denied | ActionError::SignedOut => Self::Denied,
            ActionError::Conflict | ActionError::OtherUser(_) | ActionError::Removed(_) => Self::Conflict,
            ActionError::Invalid(_) | ActionError::Question(_) | ActionError::Malformed | ActionError::Limited(_) => Self::BadRequest,
            ActionError::Unavailable => Self::Unavailable,
            ActionError::Internal | ActionError::Unreachable => Self::Internal,
        }
    }
}

/// Turns [`StoreError::NotFound`] into `None`: a record named by a link or form may have been deleted meanwhile.
pub fn not_found_to_none<T>(result: Result<T, StoreError>) -> Result<Option<T>, PageError> {
    match result {
        Ok(record) => Ok(Some(record)),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

//! Errors of server functions, as sent to the caller. Causes are logged, never sent.

use crate::server_functions::browser_json::BrowserJson;
use domain::{forms::FormErrors, sign_in_limits::LimitReached};
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// The error of a server function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ActionError {
    /// The record does not exist in this workspace.
    #[error("It is no longer there.")]
    NotFound,
    /// The user's role does not allow the change.
    #[error("Your role does not allow this.")]
    Denied,
    /// The session has ended.
    #[error("You are signed out. Sign in and try again.")]
    SignedOut,
    /// The page was rendered for another user or workspace; contains the name of the current user.
    #[error("You are signed in as {0} now, or no longer in this workspace. Nothing was saved; reload the page to go on.")]
    OtherUser(String),
    /// Another user has changed the record meanwhile.
    #[error("Somebody else changed it meanwhile.")]
    Conflict,
    /// The record was deleted or merged meanwhile; contains a sentence with the record, the actor and the time.
    #[error("{0}")]
    Removed(String),
    /// Invalid values, with a message per field.
    #[error("{0}")]
    Invalid(FormErrors),
    /// The form leaves a decision open, which its page asks for, with a message per field. A script gets [`Self::Conflict`], by which it
    /// sends the form without the script.
    #[cfg(feature = "ssr")]
    #[error("{0}")]
    Question(FormErrors),
    /// Not what any page of ours sends, as the state of a list that no list writes. A form gets the page of a bad request, a script
    /// [`Self::bad_request`].
    #[cfg(feature = "ssr")]
    #[error("That is not a valid request.")]
    Malformed,
    /// A limit of attempts or requests is reached.
    #[error("{}", .0.message)]
    Limited(LimitReached),
    /// Temporary failure of the server.
    #[error("The server is busy. Try again in a moment.")]
    Unavailable,
    /// A bug or misconfiguration of the server.
    #[error("Something went wrong on the server. Nothing was saved; try again in a moment.")]
    Internal,
    /// The request or its answer did not arrive, or could not be decoded.
    #[error("The server could not be reached. Check the connection and try again.")]
    Unreachable,
}

impl ActionError {
    /// The error of invalid arguments.
    pub fn bad_request() -> Self {
        Self::Invalid(FormErrors::of("", "That is not a valid request."))
    }
}

#[cfg(feature = "hydrate")]
impl crate::server_functions::browser_json::FromJs for ActionError {
    fn from_js(value: &wasm_bindgen::JsValue) -> Option<Self> {
        use crate::server_functions::browser_json::field;
        if let Some(name) = value.as_string() {
            return Some(match name.as_str() {
                "NotFound" => Self::NotFound,
                "Denied" => Self::Denied,
                "SignedOut" => Self::SignedOut,
                "Conflict" => Self::Conflict,
                "Unavailable" => Self::Unavailable,
                "Internal" => Self::Internal,
                _ => Self::Unreachable,
            });
        }
        if let Some(Some(errors)) = field(value, "Invalid") {
            return Some(Self::Invalid(errors));
        }
        if let Some(Some(sentence)) = field(value, "Removed") {
            return Some(Self::Removed(sentence));
        }
        if let Some(Some(name)) = field(value, "OtherUser") {
            return Some(Self::OtherUser(name));
        }
        field(value, "Limited").map(Self::Limited)
    }
}

impl FromServerFnError for ActionError {
    type Encoder = BrowserJson;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr as E;
        match error {
            E::Registration(_) | E::MiddlewareError(_) | E::ServerError(_) => Self::Unavailable,
            // Arguments or answer could not be encoded or decoded.
            _ => Self::Unreachable,
        }
    }
}

#[cfg(feature = "ssr")]
mod server {
    use super::ActionError;
    use axum::response::{IntoResponse, Response};
    use domain::forms::FormErrors;
    use http::{StatusCode, header};
    use store::StoreError;

    impl From<StoreError> for ActionError {
        fn from(error: StoreError) -> Self {
            match error {
                StoreError::NotFound => Self::NotFound,
                StoreError::Denied => Self::Denied,
                StoreError::Conflict => Self::Conflict,
                StoreError::Invalid(errors) => Self::Invalid(errors),
                StoreError::Question(errors) => Self::Question(errors),
                StoreError::Limited(limit) => Self::Limited(limit),
                StoreError::Unavailable => Self::Unavailable,
                StoreError::Internal => Self::Internal,
            }
        }
    }

    impl From<FormErrors> for ActionError {
        fn from(errors: FormErrors) -> Self {
            Self::Invalid(errors)
        }
    }

    /// JSON with the status of the error.
    impl IntoResponse for ActionError {
        fn into_response(self) -> Response {
            let shown = match self {
                Self::Question(_) => Self::Conflict,
                Self::Malformed => Self::bad_request(),
                other => other,
            };
            let status = match shown {
                Self::NotFound => StatusCode::NOT_FOUND,
                Self::Denied => StatusCode::FORBIDDEN,
                Self::SignedOut => StatusCode::UNAUTHORIZED,
                Self::Conflict | Self::OtherUser(_) | Self::Removed(_) => StatusCode::CONFLICT,
                Self::Invalid(_) | Self::Question(_) | Self::Malformed => StatusCode::UNPROCESSABLE_ENTITY,
                Self::Limited(_) => StatusCode::TOO_MANY_REQUESTS,
                Self::Unavailable | Self::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
                Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            };
            let mut answer =
                (status, [(header::CONTENT_TYPE, "application/json")], serde_json::to_string(&shown).unwrap_or_default()).into_response();
            if let Self::Limited(limit) = shown {
                answer.headers_mut().insert(header::RETRY_AFTER, limit.seconds.into());
            }
            answer
        }
    }
}

//! Why a server function failed, as its caller reads it. Causes are logged, never shown.

use crate::server_functions::browser_json::BrowserJson;
use domain::forms::FormErrors;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a server function did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ActionError {
    /// It is not there, or not in this workspace.
    #[error("It is no longer there.")]
    NotFound,
    /// The role doesn't allow it.
    #[error("Your role does not allow this.")]
    Denied,
    /// The session is over.
    #[error("You are signed out. Sign in and try again.")]
    SignedOut,
    /// The page was shown to another user, or in another workspace; this one is signed in now.
    #[error("You are signed in as {0} now, or in another workspace. Nothing was saved; reload the page to go on.")]
    OtherUser(String),
    /// Somebody changed it meanwhile.
    #[error("Somebody else changed it meanwhile.")]
    Conflict,
    /// The record was put in the bin, merged or deleted meanwhile: a sentence that says which, who did it and when.
    #[error("{0}")]
    Removed(String),
    /// Values are wrong; the messages say which and how.
    #[error("{0}")]
    Invalid(FormErrors),
    /// Too many attempts failed; in this many seconds another one is taken.
    #[error("{}", wait_message(*.0))]
    Limited(u32),
    /// The server can't just now.
    #[error("The server is busy. Try again in a moment.")]
    Unavailable,
    /// A fault of ours.
    #[error("Something went wrong on the server. Nothing was saved; try again in a moment.")]
    Internal,
    /// The request or its answer did not arrive, or made no sense.
    #[error("The server could not be reached. Check the connection and try again.")]
    Unreachable,
}

impl ActionError {
    /// The arguments make no sense.
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
        field::<u64>(value, "Limited").map(|seconds| Self::Limited(seconds as u32))
    }
}

/// In whole minutes, rounded up.
fn wait_message(seconds: u32) -> String {
    match seconds.div_ceil(60) {
        0 | 1 => "Too many attempts failed. Try again in a minute.".to_owned(),
        minutes => format!("Too many attempts failed. Try again in {minutes} minutes."),
    }
}

impl FromServerFnError for ActionError {
    type Encoder = BrowserJson;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr as E;
        match error {
            E::Registration(_) | E::MiddlewareError(_) | E::ServerError(_) => Self::Unavailable,
            // What was sent or came back could not be written or read.
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

    /// JSON under the status of the error.
    impl IntoResponse for ActionError {
        fn into_response(self) -> Response {
            let status = match self {
                Self::NotFound => StatusCode::NOT_FOUND,
                Self::Denied => StatusCode::FORBIDDEN,
                Self::SignedOut => StatusCode::UNAUTHORIZED,
                Self::Conflict | Self::OtherUser(_) | Self::Removed(_) => StatusCode::CONFLICT,
                Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
                Self::Limited(_) => StatusCode::TOO_MANY_REQUESTS,
                Self::Unavailable | Self::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
                Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            };
            let mut answer =
                (status, [(header::CONTENT_TYPE, "application/json")], serde_json::to_string(&self).unwrap_or_default()).into_response();
            if let Self::Limited(seconds) = self {
                answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            answer
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_rounded_up_to_minutes() {
        assert_eq!(wait_message(1), "Too many attempts failed. Try again in a minute.");
        assert_eq!(wait_message(60), "Too many attempts failed. Try again in a minute.");
        assert_eq!(wait_message(61), "Too many attempts failed. Try again in 2 minutes.");
    }
}

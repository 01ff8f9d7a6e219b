//! What goes wrong, in the few words a person or an island is told. Causes are logged, never shown.

use crate::browser_json::BrowserJson;
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
impl crate::browser_json::FromJs for ActionError {
    fn from_js(value: &wasm_bindgen::JsValue) -> Option<Self> {
        use crate::browser_json::field;
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

#[cfg(feature = "ssr")]
pub use server::{PageError, dress};

#[cfg(feature = "ssr")]
mod server {
    use super::ActionError;
    use crate::{shell, state::AppState};
    use axum::{
        extract::{Request, State},
        middleware::Next,
        response::{IntoResponse, Response},
    };
    use domain::forms::FormErrors;
    use domain::page::BadQuery;
    use http::{StatusCode, header};
    use leptos::prelude::*;
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

    impl IntoResponse for PageError {
        fn into_response(self) -> Response {
            self.status().into_response()
        }
    }

    /// Middleware: every refusal that is not yet a page or JSON of ours becomes a page that says what happened and leads
    /// back. So a bare status is all that handlers, extractors and other layers need to answer.
    pub async fn dress(State(state): State<AppState>, request: Request, next: Next) -> Response {
        let is_function = request.uri().path().starts_with("/fn/");
        let mut response = next.run(request).await;
        let status = response.status();
        let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let ours = content_type.starts_with("text/html") || content_type.starts_with("application/json");
        if !(status.is_client_error() || status.is_server_error()) || ours {
            return response;
        }
        let (content_type, body) = if is_function {
            ("application/json", function_error(status))
        } else {
            ("text/html; charset=utf-8", error_page(&state, status))
        };
        response.headers_mut().remove(header::CONTENT_LENGTH);
        response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static(content_type));
        *response.body_mut() = body.into();
        response
    }

    fn function_error(status: StatusCode) -> String {
        let error = match status {
            StatusCode::UNAUTHORIZED => ActionError::SignedOut,
            StatusCode::FORBIDDEN => ActionError::Denied,
            StatusCode::NOT_FOUND => ActionError::NotFound,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => ActionError::Unavailable,
            StatusCode::CONFLICT => ActionError::Conflict,
            StatusCode::PAYLOAD_TOO_LARGE => {
                ActionError::Invalid(FormErrors::of("", "What you sent is larger than is accepted. Shorten it and try again."))
            }
            status if status.is_client_error() => ActionError::bad_request(),
            _ => ActionError::Unavailable,
        };
        serde_json::to_string(&error).unwrap_or_default()
    }

    fn error_page(state: &AppState, status: StatusCode) -> String {
        let (title, sentence) = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                ("Not allowed", "Your role does not allow this, or the form was sent from another site.")
            }
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
                ("Page not found", "Nothing is at this address. It may have been deleted, or the link is wrong.")
            }
            StatusCode::CONFLICT => ("Changed meanwhile", "Somebody else changed this record. Open it again to see it as it is now."),
            StatusCode::PAYLOAD_TOO_LARGE => ("Too large", "What you sent is larger than is accepted. Shorten it and try again."),
            StatusCode::REQUEST_TIMEOUT => {
                ("Too slow", "What you sent did not arrive in time. Nothing was saved; check the connection and try again.")
            }
            StatusCode::TOO_MANY_REQUESTS => (
                "Too many requests",
                "More requests came from your network than are served at once. Nothing was saved; try again in a moment.",
            ),
            StatusCode::SERVICE_UNAVAILABLE => ("Busy", "The server can’t answer just now. Nothing was lost; try again in a moment."),
            status if status.is_client_error() => {
                ("Not understood", "The address or form has something in it that makes no sense here. Nothing was saved.")
            }
            _ => ("Something went wrong", "The fault is on our side and has been noted. Nothing was saved; try again in a moment."),
        };
        shell::card_page(
            state,
            title,
            view! {
                <p class="text-muted-foreground tabular-nums">{format!("Error {}", status.as_u16())}</p>
                <h1 class="mt-1">{title}</h1>
                <p class="mt-2 text-muted-foreground">{sentence}</p>
                <p class="mt-6"><a class="btn" href="/">"Go to the start page"</a></p>
            },
        )
    }
}

//! The HTTP endpoints of server functions: [`form_post`] for forms posted by the browser, [`json_call`] for calls by a script.
//!
//! Both decode the request, run the same function and make a response from its value. Redirects, notices, cookies and JSON are
//! written here and nowhere else.

pub mod discard_form;
pub mod form_location;
pub mod form_post;
pub mod json_call;
pub mod no_workspace;
mod other_user;
mod posted_fields;
mod removed_record;
mod typed_fields;

pub use form_location::FormLocation;
pub use posted_fields::{is_secret, without_secrets};
pub use removed_record::RESTORE;

use crate::{
    request::AppState,
    server_functions::{ActionError, ActionOutcome},
};
use http::request::Parts;
use leptos::{
    prelude::{Owner, provide_context},
    reactive::computed::ScopedFuture,
    server_fn::{ServerFn, axum::AxumServerFnBackend},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// A server function. The macro generates a struct of its arguments, which is deserialised by their names.
pub trait Function: ServerFn<Server = AxumServerFnBackend, Error = ActionError> + Serialize + DeserializeOwned + 'static {}

impl<F> Function for F where F: ServerFn<Server = AxumServerFnBackend, Error = ActionError> + Serialize + DeserializeOwned + 'static {}

/// A server function that changes data. The fields of its form are the argument `form`, the id in the form's path is the argument
/// `id`.
pub trait Action: Function<Output: AsRef<ActionOutcome> + Serialize> {}

impl<F> Action for F where F: Function<Output: AsRef<ActionOutcome> + Serialize> {}

/// Parses a function's arguments. `None` if one is missing, has the wrong type, or is unknown.
fn read_arguments<F: Function>(arguments: Map<String, Value>) -> Option<F> {
    let names: Vec<String> = arguments.keys().cloned().collect();
    let function: F = serde_json::from_value(Value::Object(arguments)).ok()?;
    // The macro's struct ignores unknown arguments.
    let known = serde_json::to_value(&function).ok()?;
    names.iter().all(|name| known.get(name).is_some()).then_some(function)
}

/// Runs a function's body in a context with the state and the request's head, as the framework's own handler does.
async fn run<F: Function>(state: AppState, parts: Parts, function: F) -> Result<F::Output, ActionError> {
    let owner = Owner::new();
    let body = owner.with(|| {
        provide_context(state);
        provide_context(parts);
        ScopedFuture::new(function.run_body())
    });
    let answer = body.await;
    owner.unset_with_forced_cleanup();
    answer
}

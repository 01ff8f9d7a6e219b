//! The doors to server functions: [`form`] for forms that a browser sends by itself, [`script`] for calls of a script.
//!
//! Both decode the request, run the same function and make an answer of its value. Redirects, notices, cookies and JSON are
//! written here and nowhere else.

pub mod discard_form;
pub mod form;
pub mod form_location;
mod other_user;
mod removed;
pub mod script;
mod typed_fields;

pub use form::without_secrets;
pub use form_location::FormLocation;
pub use removed::RESTORE;

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

/// A server function of ours. The macro makes a struct of its arguments, by whose names it is read.
pub trait Function: ServerFn<Server = AxumServerFnBackend, Error = ActionError> + Serialize + DeserializeOwned + 'static {}

impl<F> Function for F where F: ServerFn<Server = AxumServerFnBackend, Error = ActionError> + Serialize + DeserializeOwned + 'static {}

/// A server function that changes something. A form gives it its fields as the argument `form`, and the id in its path as
/// the argument `id`.
pub trait Action: Function<Output: AsRef<ActionOutcome> + Serialize> {}

impl<F> Action for F where F: Function<Output: AsRef<ActionOutcome> + Serialize> {}

/// Reads a function's arguments. `None` if one is missing, of another type, or unknown.
fn read_arguments<F: Function>(arguments: Map<String, Value>) -> Option<F> {
    let names: Vec<String> = arguments.keys().cloned().collect();
    let function: F = serde_json::from_value(Value::Object(arguments)).ok()?;
    // The macro's struct takes unknown arguments without a word.
    let known = serde_json::to_value(&function).ok()?;
    names.iter().all(|name| known.get(name).is_some()).then_some(function)
}

/// Runs a function's body with the same things in its context as the framework's own handler provides.
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

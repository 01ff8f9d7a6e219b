//! The fields of a posted form, before a function reads them.

use crate::request::{PageError, submitted_form::SubmittedForm};
use axum::{
    body::HttpBody,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use axum_extra::extract::Form;
use serde_json::{Map, Value};

/// The pairs of a form's body. A button without fields sends neither body nor content type.
pub(super) async fn read_pairs(request: Request) -> Result<Vec<(String, String)>, Response> {
    if request.body().is_end_stream() {
        return Ok(Vec::new());
    }
    let Form(pairs) = Form::from_request(request, &()).await.map_err(IntoResponse::into_response)?;
    Ok(pairs)
}

/// Removes a field and returns its value.
///
/// # Errors
/// [`PageError::BadRequest`] if the field is repeated.
pub(super) fn take_field(pairs: &mut Vec<(String, String)>, name: &str) -> Result<Option<String>, PageError> {
    let mut values = pairs.extract_if(.., |(field, _)| field == name).map(|(_, value)| value);
    let first = values.next();
    if values.next().is_some() { Err(PageError::BadRequest) } else { Ok(first) }
}

/// The values without passwords, for redisplay.
pub fn without_secrets(typed: &SubmittedForm<Map<String, Value>>) -> SubmittedForm<Map<String, Value>> {
    let mut shown = typed.clone();
    shown.form.retain(|name, _| !is_secret(name));
    shown
}

/// Whether a field must never be redisplayed.
pub fn is_secret(name: &str) -> bool {
    name.starts_with("password")
}

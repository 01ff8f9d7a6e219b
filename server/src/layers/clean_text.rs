//! Text from outside is valid UTF-8 without NUL before anything else sees it.
//!
//! PostgreSQL stores no NUL, and form decoders silently replace invalid UTF-8 by U+FFFD. A NUL in a form, pasted along
//! with other text, is taken out; invalid UTF-8, which no browser sends, is refused.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use percent_encoding::percent_decode;
use serde_json::Value;

/// A percent-encoded NUL. A typed `%00` arrives as `%2500`, which does not contain it.
const ENCODED_NUL: &[u8] = b"%00";
/// A NUL in JSON, if the backslash is not itself escaped.
const JSON_NUL: &str = "\\u0000";

/// Middleware inside the body limits: 404 for a path and 400 for a query that is not UTF-8 without NUL, 400 for a body that
/// is not UTF-8.
pub async fn clean(request: Request, next: Next) -> Response {
    if !is_text(request.uri().path().as_bytes()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    // Queries are refused, not cleaned: an emptied filter would match every record.
    if !is_text(request.uri().query().unwrap_or_default().as_bytes()) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let Some(clean_body) = cleaner(request.headers()) else { return next.run(request).await };
    let (mut head, body) = request.into_parts();
    // The limit that applies to this request travels in its extensions.
    let limited = Request::from_parts(head.clone(), body);
    let bytes = match Bytes::from_request(limited, &()).await {
        Ok(bytes) => bytes,
        Err(refusal) => return refusal.into_response(),
    };
    match clean_body(bytes) {
        Ok(bytes) => {
            head.headers.remove(header::TRANSFER_ENCODING);
            head.headers.insert(header::CONTENT_LENGTH, bytes.len().into());
            next.run(Request::from_parts(head, Body::from(bytes))).await
        }
        Err(NotText) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Not UTF-8.
struct NotText;

type Clean = fn(Bytes) -> Result<Bytes, NotText>;

/// How a body of this content type is cleaned; `None` for one that holds no text.
fn cleaner(headers: &HeaderMap) -> Option<Clean> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    match content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => Some(clean_form),
        "application/json" => Some(clean_json),
        _ => None,
    }
}

fn clean_form(body: Bytes) -> Result<Bytes, NotText> {
    let body = without(&body, ENCODED_NUL).map_or(body, Bytes::from);
    let body = without(&body, b"\0").map_or(body, Bytes::from);
    if is_text(&body) { Ok(body) } else { Err(NotText) }
}

fn clean_json(body: Bytes) -> Result<Bytes, NotText> {
    let text = std::str::from_utf8(&body).map_err(|_| NotText)?;
    if !text.contains(JSON_NUL) {
        return Ok(body);
    }
    let mut value: Value = serde_json::from_str(text).map_err(|_| NotText)?;
    remove_nul(&mut value);
    serde_json::to_vec(&value).map(Bytes::from).map_err(|_| NotText)
}

fn remove_nul(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|character| character != '\0'),
        Value::Array(values) => values.iter_mut().for_each(remove_nul),
        // A name with a NUL is no field's name, and is refused as one.
        Value::Object(fields) => fields.values_mut().for_each(remove_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether percent-encoded bytes are UTF-8.
fn is_text(encoded: &[u8]) -> bool {
    percent_decode(encoded).decode_utf8().is_ok_and(|text| !text.contains('\0'))
}

/// `bytes` with every occurrence of `part` removed; `None` if there is none.
fn without(bytes: &[u8], part: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes;
    let mut cleaned = Vec::new();
    while let Some(at) = rest.windows(part.len()).position(|window| window == part) {
        cleaned.extend_from_slice(&rest[..at]);
        rest = &rest[at + part.len()..];
    }
    if rest.len() == bytes.len() {
        return None;
    }
    cleaned.extend_from_slice(rest);
    Some(cleaned)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn form(body: &'static [u8]) -> Option<String> {
        clean_form(Bytes::from_static(body)).ok().map(|body| String::from_utf8(body.to_vec()).unwrap())
    }

    #[test]
    fn nul_is_taken_out_of_forms_and_other_text_stays() {
        assert_eq!(form(b"name=a%00b%00&notes=%00").unwrap(), "name=ab&notes=");
        assert_eq!(form(b"name=a\0b").unwrap(), "name=ab");
        assert_eq!(form(b"name=%2500&q=50%25").unwrap(), "name=%2500&q=50%25", "a typed percent sign");
        assert_eq!(form(b"name=%2%000").unwrap(), "name=%20", "what is left is read as it stands");
        assert_eq!(form("name=Đường+%C4%90".as_bytes()).unwrap(), "name=Đường+%C4%90");
        assert_eq!(form(b"name=%0%0000").as_deref(), None, "taking one out must not make another");
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_refused() {
        for body in [&b"name=%FF"[..], b"name=%C4", b"name=\xff", b"name=%ED%A0%80"] {
            assert!(clean_form(Bytes::from_static(body)).is_err(), "{body:?}");
        }
        assert!(clean_json(Bytes::from_static(b"\"\xff\"")).is_err());
    }

    #[test]
    fn json_is_cleaned_where_it_holds_a_nul_and_only_there() {
        let clean = |text: &'static str| String::from_utf8(clean_json(Bytes::from_static(text.as_bytes())).ok().unwrap().to_vec()).unwrap();
        assert_eq!(clean(r#"{"a":["x\u0000y"],"n":1}"#), r#"{"a":["xy"],"n":1}"#);
        assert_eq!(clean(r#"{"a":"\\u0000"}"#), r#"{"a":"\\u0000"}"#, "an escaped backslash");
        assert_eq!(clean(r#"{ "a" : 1 }"#), r#"{ "a" : 1 }"#, "untouched");
    }
}

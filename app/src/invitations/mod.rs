//! The link of an invitation: what it offers, and accepting it, signed in or by registering.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;

/// The path of the link's page and of its form.
#[cfg(feature = "ssr")]
pub const PATH: &str = "/invitation";

/// The page of the forms: its URL has the token.
#[cfg(feature = "ssr")]
pub fn of_form(_: &str, fields: &serde_json::Map<String, serde_json::Value>) -> (String, String) {
    let token = fields.get("token").and_then(serde_json::Value::as_str).unwrap_or_default();
    (PATH.to_owned(), format!("{PATH}?{}", crate::ui::list::encode_pairs([("token", token)])))
}

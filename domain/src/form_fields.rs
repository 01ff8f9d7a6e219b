//! Names of form fields with a special meaning.

use crate::custom_fields::{NAME_INPUT, VALUE_INPUT};

/// Fields that may be repeated.
pub const LIST_FIELDS: [&str; 6] = ["tag_id", "selected", NAME_INPUT, VALUE_INPUT, "owned_id", "becomes"];

/// Whether a field is for lookups only: a search box, or the lookup button.
pub fn is_helper(name: &str) -> bool {
    name == "look" || name.ends_with("_q")
}

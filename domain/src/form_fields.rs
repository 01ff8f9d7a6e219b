//! What the names of a form's fields say about them.

use crate::custom_fields::{NAME_INPUT, VALUE_INPUT};

/// Fields that come as often as there are values.
pub const LIST_FIELDS: [&str; 4] = ["tag_id", "deal", NAME_INPUT, VALUE_INPUT];

/// Whether a field only helps to fill in a form: a box of words to find choices by, or the button that has it drawn anew.
pub fn is_helper(name: &str) -> bool {
    name == "look" || name.ends_with("_q")
}

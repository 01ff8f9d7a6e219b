//! Workspaces: whose records these are, and how amounts and times show there.

use crate::money::Currency;

/// The time zone of a new workspace (IANA name).
pub const DEFAULT_TIME_ZONE: &str = "Asia/Ho_Chi_Minh";

/// The currency of a new workspace.
pub const DEFAULT_CURRENCY: Currency = Currency::Vnd;

/// The name of the workspace that registering makes.
pub fn first_name_for(person: &str) -> String {
    let mut name: String = person.chars().take(240).collect();
    name.push_str("’s workspace");
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_still_fits_255_characters() {
        assert_eq!(first_name_for("Hưng"), "Hưng’s workspace");
        assert!(first_name_for(&"ễ".repeat(255)).chars().count() <= 255);
    }
}

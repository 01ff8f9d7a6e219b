//! Erasing the personal data of a contact.

#[cfg(not(target_arch = "wasm32"))]
use crate::{fold::fold, text};
use serde::{Deserialize, Serialize};
#[cfg(not(target_arch = "wasm32"))]
use std::collections::BTreeSet;

/// The name of a contact whose personal data was erased.
pub const ERASED_NAME: &str = "Erased contact";

/// The submitted form of `/contacts/{id}/erase`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EraseForm {
    /// The contact's name, typed again.
    pub name: String,
}

#[cfg(not(target_arch = "wasm32"))]
impl EraseForm {
    /// Whether the typed name is the contact's, compared in NFC.
    pub fn confirms(&self, name: &str) -> bool {
        text::line(&self.name, usize::MAX).is_ok_and(|typed| typed.as_deref() == Some(name))
    }
}

/// Fewest characters of a value that is searched for inside a text. A shorter one, and a name of one word, must be the whole text: "An"
/// and "Thanh" are in every other sentence.
#[cfg(not(target_arch = "wasm32"))]
const INSIDE_MIN: usize = 4;
/// Fewest digits of a telephone number that is searched for among the digits of a text.
#[cfg(not(target_arch = "wasm32"))]
const DIGITS_MIN: usize = 7;

/// Names, email addresses and telephone numbers of one contact, present and former, by which text about the contact is recognised.
/// `Debug` shows none of them.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PersonalValues {
    /// Folded.
    values: BTreeSet<String>,
    /// Digits of telephone numbers, without the country's prefix.
    numbers: BTreeSet<String>,
}

#[cfg(not(target_arch = "wasm32"))]
impl std::fmt::Debug for PersonalValues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PersonalValues").finish_non_exhaustive()
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl PersonalValues {
    /// Adds a name or an email address.
    pub fn add(&mut self, value: &str) {
        self.values.extend(Some(fold(value)).filter(|folded| !folded.is_empty()));
    }

    /// Adds a telephone number in any notation.
    pub fn add_phone(&mut self, phone: &str) {
        self.add(phone);
        let key = crate::phones::search_key(phone);
        let number = digits(key.trim_start_matches('0'));
        self.numbers.extend(Some(number).filter(|number| number.len() >= DIGITS_MIN));
    }

    /// Whether the text has one of the values, whatever its accents, case and notation of numbers.
    pub fn occur_in(&self, text: &str) -> bool {
        let folded = fold(text);
        let is_inside =
            |value: &str| value.chars().count() >= INSIDE_MIN && !value.chars().all(char::is_alphabetic) && folded.contains(value);
        self.values.iter().any(|value| folded == *value || is_inside(value)) || {
            let digits = digits(text);
            self.numbers.iter().any(|number| digits.contains(number.as_str()))
        }
    }

    /// Whether the text begins with one of the values as words of its own, as a notice does: "An was created".
    pub fn begin(&self, text: &str) -> bool {
        let folded = fold(text);
        self.values.iter().any(|value| folded.strip_prefix(value.as_str()).is_some_and(|rest| rest.starts_with(' ')))
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_name_confirms() {
        let confirms = |typed: &str| EraseForm { name: typed.to_owned() }.confirms("Lê Thị Ánh");
        assert!(confirms("Lê Thị Ánh") && confirms(" Le\u{302} Thi\u{323} A\u{301}nh "));
        assert!(!confirms("") && !confirms("le thi anh") && !confirms("Lê Thị") && !confirms("Lê Thị Ánh 2"));
    }

    #[test]
    fn values_are_recognised_in_any_notation() {
        let mut values = PersonalValues::default();
        values.add("Lê Thị Ánh");
        values.add("anh.le@example.com");
        values.add("An");
        values.add("");
        values.add_phone("+84 903 123 456");
        for text in ["LE THI ANH was created", "Gọi lê thị ánh", "Anh.Le@example.com", "0903.123.456", "(+84) 903-123456", "an", "An"]
        {
            assert!(values.occur_in(text), "{text}");
        }
        for text in ["", "Anh", "Lê Thị", "an old contract", "0903 123", "903", "example.com"] {
            assert!(!values.occur_in(text), "{text}");
        }
        assert!(!PersonalValues::default().occur_in(""));
        assert!(values.begin("An was created") && values.begin("LE THI ANH is back") && !values.begin("Anh was created"));
        let mut one_word = PersonalValues::default();
        one_word.add("Thanh");
        assert!(one_word.occur_in("thanh") && one_word.begin("Thanh was deleted"));
        assert!(!one_word.occur_in("Thanh toán 30 ngày"), "a word of the language");
        assert_eq!(format!("{values:?}"), "PersonalValues { .. }");
    }
}

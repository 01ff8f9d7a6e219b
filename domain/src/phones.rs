//! Phone numbers: stored as typed, found in any format.
//!
//! A Vietnamese number may be written `0903 123 456`, `+84 903.123.456`, `84903123456` or `(0903) 123-456`. All have the same key,
//! the digits dialled nationally: `0903123456`.

/// The country code of Vietnam, omitted in national format.
const COUNTRY_CODE: &str = "84";
/// Number of digits after the leading 0: 9 for a mobile, 9 or 10 for a landline.
const NATIONAL_DIGITS: std::ops::RangeInclusive<usize> = 9..=10;

/// The search keys of the numbers in a field, separated by spaces.
pub fn search_key(typed: &str) -> String {
    numbers(typed).map(key).filter(|key| !key.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The first number of a field for a `tel:` link: digits with an optional leading plus.
pub fn tel_number(typed: &str) -> String {
    let number = numbers(typed).next().unwrap_or_default();
    let plus = if is_international(number) { "+" } else { "" };
    format!("{plus}{}", digits(number))
}

/// The keys to find a number by a prefix: the key of the prefix, and its key if the prefix starts with the country code. Empty for
/// fewer than three digits, and for text that is no number.
pub fn prefix_keys(typed: &str) -> Vec<String> {
    let digits = digits(typed);
    if digits.len() < 3 || !typed.chars().all(is_of_number) {
        return vec![];
    }
    let mut keys = vec![key(typed)];
    // `84903` may be the start of 84903123456 or part of another number.
    if let Some(rest) = digits.strip_prefix(COUNTRY_CODE).filter(|rest| !rest.is_empty()) {
        keys.push(national_format(rest));
    }
    keys.dedup();
    keys
}

/// Whether a character may occur in a phone number: a digit or a separator.
pub fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || " +-.()/,;".contains(c)
}

/// The key of a number: the digits dialled nationally, or all digits of a foreign number.
fn key(number: &str) -> String {
    let all = digits(number);
    let (digits, international) = match all.strip_prefix("00") {
        Some(rest) => (rest, true),
        None => (all.as_str(), is_international(number)),
    };
    if let Some(rest) = digits.strip_prefix(COUNTRY_CODE) {
        let whole = NATIONAL_DIGITS.contains(&rest.trim_start_matches('0').len());
        if whole || (international && !rest.is_empty()) {
            return national_format(rest);
        }
    }
    // A mobile number without its leading 0.
    if !international && digits.len() == 9 && digits.starts_with(['3', '5', '7', '8', '9']) {
        return national_format(digits);
    }
    digits.to_owned()
}

/// The number with one leading 0: `+84 (0)903` has one already.
fn national_format(rest: &str) -> String {
    format!("0{}", rest.strip_prefix('0').unwrap_or(rest))
}

fn is_international(number: &str) -> bool {
    number.trim_start_matches([' ', '(']).starts_with('+')
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The numbers in a field, separated by slash, comma or semicolon.
fn numbers(typed: &str) -> impl Iterator<Item = &str> {
    typed.split(['/', ',', ';'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_number_has_one_key() {
        for typed in
            ["0903 123 456", "+84 903.123.456", "84903123456", "0084 903 123 456", "(+84) 903-123-456", "+84 (0)903 123 456", "903123456"]
        {
            assert_eq!(search_key(typed), "0903123456", "{typed}");
        }
        assert_eq!(search_key("+84 28 3822 1234"), search_key("(028) 3822 1234"));
        assert_eq!(search_key("1900 1234"), "19001234");
        assert_eq!(search_key("+1 (415) 555-0100"), "14155550100");
        assert_eq!(search_key("845 123 456"), "0845123456", "a mobile, not a country");
        assert_eq!(search_key("024 3825 4411 / 0903 123 456"), "02438254411 0903123456");
    }

    #[test]
    fn a_telephone_dials_the_first_number() {
        assert_eq!(tel_number("+84 (28) 3822-1234"), "+842838221234");
        assert_eq!(tel_number("0903 123 456 / 0903 123 457"), "0903123456");
        assert_eq!(tel_number(" (+84) 903"), "+84903");
    }

    #[test]
    fn the_beginning_of_a_number_finds_it() {
        let found = |typed: &str| prefix_keys(typed).iter().any(|key| "0903123456".contains(key.as_str()));
        for typed in ["0903", "+84 903", "84903", "84 903 12", "0903.123", "123 456", "903-123", "+84903123456", "0084 90"] {
            assert!(found(typed), "{typed}: {:?}", prefix_keys(typed));
        }
        for typed in ["", "12", "+8", "lan 0903", "0904"] {
            assert!(!found(typed), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn marks_change_nothing(national in "[35789][0-9]{8}", marks in proptest::collection::vec("[ .()-]{0,2}", 9)) {
            let spread: String = national.chars().zip(&marks).map(|(digit, mark)| format!("{digit}{mark}")).collect();
            for start in ["0", "+84 ", "+84", "84", "0084 ", "+84 (0)", ""] {
                prop_assert_eq!(search_key(&format!("{start}{spread}")), format!("0{national}"));
            }
        }
    }
}

//! Telephone numbers: kept as typed, found however they are typed.
//!
//! People write one Vietnamese number as `0903 123 456`, `+84 903.123.456`, `84903123456` or `(0903) 123-456`. All of these
//! have one key, the digits that are dialled at home: `0903123456`.

/// The country code that a number at home goes without.
const HOME: &str = "84";
/// Digits of a Vietnamese number after its 0: 9 for a mobile, 9 or 10 for a line in a house.
const NATIONAL: std::ops::RangeInclusive<usize> = 9..=10;

/// The keys of the numbers in a field, in their order, with a blank between them: what search compares.
pub fn search_key(typed: &str) -> String {
    numbers(typed).map(key).filter(|key| !key.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What a telephone dials for the first number of a field: digits and a leading plus.
pub fn tel_number(typed: &str) -> String {
    let number = numbers(typed).next().unwrap_or_default();
    let plus = if is_international(number) { "+" } else { "" };
    format!("{plus}{}", digits(number))
}

/// What a number, or the beginning of one, may be found by: its key, and the key it would have were it written with the
/// country code. Nothing where fewer than three digits are typed, or something no number has.
pub fn prefix_keys(typed: &str) -> Vec<String> {
    let digits = digits(typed);
    if digits.len() < 3 || !typed.chars().all(is_of_number) {
        return vec![];
    }
    let mut keys = vec![key(typed)];
    // `84903` may be the beginning of 84903123456 as well as a part of some other number.
    if let Some(rest) = digits.strip_prefix(HOME).filter(|rest| !rest.is_empty()) {
        keys.push(national_format(rest));
    }
    keys.dedup();
    keys
}

/// Whether a character may stand in a telephone number: a digit, or a mark people write between digits.
pub fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || " +-.()/,;".contains(c)
}

/// The digits dialled at home; of a number of another country, all its digits.
fn key(number: &str) -> String {
    let all = digits(number);
    let (digits, international) = match all.strip_prefix("00") {
        Some(rest) => (rest, true),
        None => (all.as_str(), is_international(number)),
    };
    if let Some(rest) = digits.strip_prefix(HOME) {
        let whole = NATIONAL.contains(&rest.trim_start_matches('0').len());
        if whole || (international && !rest.is_empty()) {
            return national_format(rest);
        }
    }
    // A mobile without its 0.
    if !international && digits.len() == 9 && digits.starts_with(['3', '5', '7', '8', '9']) {
        return national_format(digits);
    }
    digits.to_owned()
}

/// With the one 0 before it: `+84 (0)903` has it already.
fn national_format(rest: &str) -> String {
    format!("0{}", rest.strip_prefix('0').unwrap_or(rest))
}

fn is_international(number: &str) -> bool {
    number.trim_start_matches([' ', '(']).starts_with('+')
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Several numbers in one field have a slash, a comma or a semicolon between them.
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

//! Phone numbers: stored as typed, found in any format.
//!
//! A Vietnamese number may be written `0903 123 456`, `+84 903.123.456`, `84903123456` or `(0903) 123-456`, and an old mobile number
//! of 11 digits by the prefix it had before 2018. All have the same key, the digits dialled nationally: `0903123456`.

use crate::fold::fold;

/// The country code of Vietnam, omitted in national format.
const COUNTRY_CODE: &str = "84";
/// Number of digits after the leading 0: 9 for a mobile, 9 or 10 for a landline or an old mobile.
const NATIONAL_DIGITS: std::ops::RangeInclusive<usize> = 9..=10;
/// What precedes an extension, folded; a word before its own beginning.
const EXTENSION_WORDS: &str = "extension/extn/ext/x/so may le/may le/so noi bo/noi bo/#";
/// Maximum number of digits of an extension.
const EXTENSION_MAX: usize = 8;

/// The search keys of the numbers in a field, separated by spaces. Extensions are no part of them.
pub fn search_key(typed: &str) -> String {
    parts(&fold(typed)).map(|(number, _)| key(number)).filter(|key| !key.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The first number of a field for a `tel:` link: in E.164 (`+84…`), a hotline or short number by its digits; with its extension as in
/// RFC 3966.
pub fn tel_number(typed: &str) -> String {
    let folded = fold(typed);
    let mut parts = parts(&folded).skip_while(|(number, _)| digits(number).is_empty());
    let Some((number, own_extension)) = parts.next() else { return String::new() };
    // `028 3822 1234; ext 12`
    let extension = own_extension.or_else(|| parts.next().filter(|(number, _)| digits(number).is_empty())?.1);
    format!("{}{}", dialled(number), extension.map(|digits| format!(";ext={digits}")).unwrap_or_default())
}

/// The keys to find a number by a prefix: the key of the prefix, and its key if the prefix starts with the country code, or is of an
/// old mobile number without its 0. Empty for fewer than three digits, and for text that is no number.
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
    // Three digits are found as they are, and would be two of any mobile.
    if digits.len() >= 6 && new_mobile(&digits).is_some() {
        keys.push(national_format(&digits));
    }
    keys.dedup();
    keys
}

/// Whether text is one or more numbers, each with its extension if it has one, of three digits in all.
pub(crate) fn is_phone(typed: &str) -> bool {
    let folded = fold(typed);
    let mut number_of_digits = 0;
    for (number, _) in parts(&folded) {
        if !number.chars().all(is_of_number) {
            return false;
        }
        number_of_digits += number.bytes().filter(u8::is_ascii_digit).count();
    }
    number_of_digits >= 3
}

/// Whether a character may occur in a phone number: a digit or a separator.
pub fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || " +-.()/,;".contains(c)
}

/// The key of a number: the digits dialled nationally, or all digits of a foreign number.
fn key(number: &str) -> String {
    let (digits, international) = without_trunk(number);
    if let Some(rest) = digits.strip_prefix(COUNTRY_CODE) {
        let whole = NATIONAL_DIGITS.contains(&rest.trim_start_matches('0').len());
        if whole || (international && !rest.is_empty()) {
            return national_format(rest);
        }
    }
    if !international && (digits.starts_with('0') || lacks_zero(&digits)) {
        return national_format(&digits);
    }
    digits
}

/// The digits of a number without what is dialled before it (`00` for a call abroad; `(0)`, which a number with a country code shows for
/// calls at home), and whether it is an international one.
fn without_trunk(number: &str) -> (String, bool) {
    let all = digits(number);
    if let Some(rest) = all.strip_prefix("00") {
        return (rest.to_owned(), true);
    }
    if !number.trim_start_matches([' ', '(']).starts_with('+') {
        return (all, false);
    }
    match number.split_once("(0)").map(|(country, rest)| (digits(country), digits(rest))) {
        Some((country, rest)) if is_country_code(&country) => (country + &rest, true),
        _ => (all, true),
    }
}

/// Whether digits may be a country code. None but Vietnam's starts with 84, so that the 0 of `+84 5(0)` is of the number.
fn is_country_code(digits: &str) -> bool {
    (1..=3).contains(&digits.len()) && (digits == COUNTRY_CODE || !digits.starts_with(COUNTRY_CODE))
}

/// Whether digits are a whole Vietnamese number without its leading 0, as spreadsheets leave it.
fn lacks_zero(digits: &str) -> bool {
    match digits.len() {
        9 => digits.starts_with(['3', '5', '7', '8', '9']),
        10 => digits.starts_with('2') || new_mobile(digits).is_some(),
        _ => false,
    }
}

/// The number with one leading 0 (`+84 (0)903` has one already), an old mobile by its new prefix. A hotline has no 0.
fn national_format(rest: &str) -> String {
    let number = rest.strip_prefix('0').unwrap_or(rest);
    if is_hotline(number) {
        return number.to_owned();
    }
    new_mobile(number).unwrap_or_else(|| format!("0{number}"))
}

/// A hotline, which is dialled without a 0 and from Vietnam only.
fn is_hotline(number: &str) -> bool {
    number.starts_with("1800") || number.starts_with("1900")
}

/// An old mobile number of 11 digits, or the beginning of one, by the prefix it has since 2018, in national format. `number` is without
/// its 0. Source: plan 798/QĐ-BTTTT of the Ministry of Information and Communications.
fn new_mobile(number: &str) -> Option<String> {
    let (old, rest) = number.split_at_checked(3)?;
    let new = match old {
        "120" => "070",
        "121" => "079",
        "122" => "077",
        "126" => "076",
        "128" => "078",
        "123" => "083",
        "124" => "084",
        "125" => "085",
        "127" => "081",
        "129" => "082",
        "162" => "032",
        "163" => "033",
        "164" => "034",
        "165" => "035",
        "166" => "036",
        "167" => "037",
        "168" => "038",
        "169" => "039",
        "186" => "056",
        "188" => "058",
        "199" => "059",
        _ => return None,
    };
    Some(format!("{new}{rest}"))
}

/// What a telephone dials for a number.
fn dialled(number: &str) -> String {
    let (digits, international) = without_trunk(number);
    let key = key(number);
    match key.strip_prefix('0') {
        Some(national) if international || NATIONAL_DIGITS.contains(&national.len()) => format!("+{COUNTRY_CODE}{national}"),
        None if international && !is_hotline(&key) => format!("+{digits}"),
        _ => key,
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The parts of a folded field, separated by slash, comma or semicolon, each as a number and its extension. The number is empty where the
/// extension stands alone.
fn parts(folded: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    folded.split(['/', ',', ';']).map(|part| extension(part).map_or((part, None), |(number, digits)| (number, Some(digits))))
}

/// A number and its extension: `x007`, `ext. 12`, `#12`, `máy lẻ 12`. `None` without one.
fn extension(part: &str) -> Option<(&str, &str)> {
    let (number, rest) = part.split_at(part.find(|c| !is_of_number(c))?);
    let rest = EXTENSION_WORDS.split('/').find_map(|word| rest.strip_prefix(word))?;
    let digits = rest.trim_matches(|c| " .:=#-)".contains(c));
    let known = (1..=EXTENSION_MAX).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    known.then_some((number, digits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OLD_MOBILES: [(&str, &str); 21] = [
        ("0120", "070"),
        ("0121", "079"),
        ("0122", "077"),
        ("0126", "076"),
        ("0128", "078"),
        ("0123", "083"),
        ("0124", "084"),
        ("0125", "085"),
        ("0127", "081"),
        ("0129", "082"),
        ("0162", "032"),
        ("0163", "033"),
        ("0164", "034"),
        ("0165", "035"),
        ("0166", "036"),
        ("0167", "037"),
        ("0168", "038"),
        ("0169", "039"),
        ("0186", "056"),
        ("0188", "058"),
        ("0199", "059"),
    ];

    #[test]
    fn one_number_has_one_key() {
        for typed in
            ["0903 123 456", "+84 903.123.456", "84903123456", "0084 903 123 456", "(+84) 903-123-456", "+84 (0)903 123 456", "903123456"]
        {
            assert_eq!(search_key(typed), "0903123456", "{typed}");
        }
        assert_eq!(search_key("+84 28 3822 1234"), search_key("(028) 3822 1234"));
        assert_eq!(search_key("28 3822 1234"), "02838221234", "a landline as a spreadsheet leaves it");
        assert_eq!(search_key("1900 1234"), "19001234");
        assert_eq!(search_key("+1 (415) 555-0100"), "14155550100");
        assert_eq!(search_key("845 123 456"), "0845123456", "a mobile, not a country");
        assert_eq!(search_key("024 3825 4411 / 0903 123 456"), "02438254411 0903123456");
        assert_eq!(search_key("０９０３ １２３ ４５６"), "0903123456");
    }

    #[test]
    fn an_old_mobile_has_the_key_of_its_new_number() {
        for (old, new) in OLD_MOBILES {
            let old = old.trim_start_matches('0');
            let key = format!("{new}0000001");
            assert_eq!(search_key(&key), key);
            for start in ["0", "+84 ", "84", "0084", "+84 (0)", ""] {
                assert_eq!(search_key(&format!("{start}{old} 000 0001")), key, "{start}{old}");
            }
            let found = |typed: String| prefix_keys(&typed).iter().any(|found| key.starts_with(found.as_str()));
            for typed in [format!("0{old}"), format!("84{old} 0"), format!("+84 {old}"), format!("0{old} 000 0001"), format!("{old}000")] {
                assert!(found(typed.clone()), "{typed}: {:?}", prefix_keys(&typed));
            }
            assert_eq!(tel_number(&format!("0{old} 000 0001")), format!("+84{}0000001", new.trim_start_matches('0')));
        }
        // Old area codes, which mobiles have since, and what only begins like an old mobile.
        assert_eq!(search_key("(08) 3822 1234"), "0838221234");
        assert_eq!(search_key("+1 204 555 0100"), "12045550100");
        assert_eq!(search_key("0160 000 0001"), "01600000001");
    }

    #[test]
    fn hotlines_stay() {
        for typed in ["1900 1234", "1900.123456", "1800 1234", "1800 123 456"] {
            let plain = digits(typed);
            assert_eq!((search_key(typed), tel_number(typed)), (plain.clone(), plain.clone()));
            assert_eq!((search_key(&format!("+84 {typed}")), tel_number(&format!("+84 {typed}"))), (plain.clone(), plain));
        }
        assert_eq!(tel_number("113"), "113");
    }

    #[test]
    fn an_extension_is_no_part_of_the_number() {
        for (typed, extension) in [
            ("028 0000 0001 x007", "007"),
            ("(028) 0000-0001 máy lẻ 12", "12"),
            ("(028) 0000-0001 ma\u{301}y le\u{309} 12", "12"),
            ("02800000001 MÁY LẺ: 12", "12"),
            ("028 0000 0001 (ext. 12)", "12"),
            ("+84 28 0000 0001 Ext 12", "12"),
            ("028 0000 0001#12", "12"),
            ("028 0000 0001 ext #12", "12"),
            ("028 0000 0001, số nội bộ 12", "12"),
            ("028 0000 0001;ext=12", "12"),
            ("028 0000 0001 х12", "12"),
        ] {
            assert!(is_phone(typed), "{typed}");
            assert_eq!(search_key(typed), "02800000001", "{typed}");
            assert_eq!(tel_number(typed), format!("+842800000001;ext={extension}"), "{typed}");
        }
        assert_eq!(search_key("028 0000 0001 x1 / 0903 123 456"), "02800000001 0903123456");
        assert_eq!(tel_number("028 0000 0001 / 0903 123 456 x1"), "+842800000001");
        assert_eq!(tel_number("1-000-000-0003 x07594"), "10000000003;ext=07594");
        for no_number in
            ["x123", "call 113", "028 0000 0001 x", "028 0000 0001 x12 x13", "028 0000 0001 y12", "028 0000 0001 x123456789", "0x12"]
        {
            assert!(!is_phone(no_number), "{no_number}");
        }
        assert!(prefix_keys("0903 x12").is_empty());
    }

    #[test]
    fn a_telephone_dials_the_first_number() {
        for (typed, dialled) in [
            ("+84 (28) 3822-1234", "+842838221234"),
            ("0903 123 456 / 0903 123 457", "+84903123456"),
            ("84903123456", "+84903123456"),
            ("0084 903 123 456", "+84903123456"),
            ("903 123 456", "+84903123456"),
            ("+84 (0)903 123 456", "+84903123456"),
            ("024 3825 4411", "+842438254411"),
            ("+1 (415) 555-0100", "+14155550100"),
            ("001 415 555 0100", "+14155550100"),
            ("+49 (0)30 1234567", "+49301234567"),
            (" (+84) 903", "+84903"),
            ("0903", "0903"),
            ("3822 1234", "38221234"),
            (" / 0903 123 456", "+84903123456"),
            ("", ""),
            ("-", ""),
        ] {
            assert_eq!(tel_number(typed), dialled, "{typed}");
        }
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
        assert_eq!(prefix_keys("123"), ["123"], "no old mobile");
    }

    #[test]
    fn a_zero_in_parentheses_within_a_number_is_dialled() {
        assert_eq!([search_key("+84 5(0)0000000"), search_key("+84 (0)5(0)0000000")], ["0500000000", "0500000000"]);
        assert_eq!(search_key("+44 (0)20 7946 0000"), "442079460000");
    }

    proptest! {
        #[test]
        fn marks_change_nothing(national in "([35789][0-9]{8}|2[0-9]{9})", marks in proptest::collection::vec("[ .()-]{0,2}", 10)) {
            prop_assert_eq!(keys_of_every_form(&national, &marks), vec![format!("0{national}")]);
        }

        #[test]
        fn marks_change_nothing_in_an_old_mobile(
            (old, new) in proptest::sample::select(OLD_MOBILES.to_vec()),
            rest in "[0-9]{7}",
            marks in proptest::collection::vec("[ .()-]{0,2}", 10),
        ) {
            prop_assert_eq!(keys_of_every_form(&format!("{}{rest}", &old[1..]), &marks), vec![format!("{new}{rest}")]);
        }

        #[test]
        fn a_link_dials_digits_alone(typed in "[0-9 +()./,;x#a-z-]{0,30}") {
            let dialled = tel_number(&typed);
            let (number, extension) = dialled.split_once(";ext=").unwrap_or((&dialled, ""));
            prop_assert!(number.trim_start_matches('+').bytes().chain(extension.bytes()).all(|b| b.is_ascii_digit()), "{}", dialled);
        }
    }

    /// The different keys of a number however it is written.
    fn keys_of_every_form(national: &str, marks: &[String]) -> Vec<String> {
        let spread: String = national.chars().zip(marks).map(|(digit, mark)| format!("{digit}{mark}")).collect();
        let starts = ["0", "+84 ", "+84", "84", "0084 ", "+84 (0)", ""];
        let mut keys: Vec<String> = starts.iter().map(|start| search_key(&format!("{start}{spread}"))).collect();
        keys.dedup();
        keys
    }
}

//! Vietnamese tax codes (mã số thuế): a warning about a mistyped one. Never a refusal, as foreign codes exist.
//!
//! A company's code has 10 digits, the last one a check digit; a branch's has a hyphen and 001 to 999 after it. Since 2025-07-01 people
//! and household businesses use their personal id of 12 digits (Circular 86/2024/TT-BTC), which has no check digit.

use crate::text;

/// The weights of the first nine digits of a company's code.
const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
/// The codes of the 63 provinces before 2025, in which the bearers of personal ids were born.
const PROVINCES: [u8; 63] = [
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52,
    54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
];

/// Why a code can't be a Vietnamese one. Each contains the code, so that the message stays true while the field is edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaxCodeWarning {
    /// Not 10, 12 or 13 digits.
    #[error("A Vietnamese tax code has 10 digits, or 13 with a branch, or 12 for a person; {code} has {length}")]
    Length {
        /// The code.
        code: String,
        /// Its number of digits.
        length: usize,
    },
    /// The tenth digit is not the one that follows from the others, or none can follow.
    #[error("The check digit doesn't match: {0} is no Vietnamese tax code")]
    CheckDigit(String),
    /// A branch 000.
    #[error("Branches are numbered from 001: {0} is no Vietnamese tax code")]
    Branch(String),
    /// 12 digits that don't begin with a province and a century.
    #[error("A personal id begins with a province and a century: {0} is none")]
    PersonalId(String),
}

/// What is wrong with a code. `None` for a right one, for none, and for a foreign one: whatever has other characters than digits, blanks,
/// dots and hyphens.
pub fn warning(code: &str) -> Option<TaxCodeWarning> {
    let cleaned = text::cleaned(code);
    let code = cleaned.trim();
    let digits: Vec<u32> = code.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.is_empty() || !code.chars().all(|c| c.is_ascii_digit() || " .-".contains(c)) {
        return None;
    }
    let own = || code.to_owned();
    match digits.as_slice() {
        [company @ .., _, _, _] if company.len() == 10 && !is_company(company) => Some(TaxCodeWarning::CheckDigit(own())),
        [company @ .., 0, 0, 0] if company.len() == 10 => Some(TaxCodeWarning::Branch(own())),
        company if company.len() == 10 && !is_company(company) => Some(TaxCodeWarning::CheckDigit(own())),
        [a, b, c, century, rest @ ..] if rest.len() == 8 && !is_person(100 * a + 10 * b + c, *century) => {
            Some(TaxCodeWarning::PersonalId(own()))
        }
        digits if ![10, 12, 13].contains(&digits.len()) => Some(TaxCodeWarning::Length { code: own(), length: digits.len() }),
        _ => None,
    }
}

/// Whether ten digits are a company's code: its serial number, the third to the ninth digit, is not nought, and the last one is the
/// check digit. A remainder of nought has no check digit, so that no such code is given.
fn is_company(digits: &[u32]) -> bool {
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    digits[2..9].iter().any(|digit| *digit > 0) && digits[9] == 10 - sum % 11
}

/// Whether a personal id can begin with this province and this digit, 0 to 3 for births from 1900 to 2099.
fn is_person(province: u32, century: u32) -> bool {
    PROVINCES.iter().any(|known| u32::from(*known) == province) && century <= 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_right_code_has_no_warning() {
        for right in [
            "0100109106",
            "0101243150",
            "0300588569",
            "0314409058-002",
            "0314409058002",
            "0314409058 - 002",
            " 0100 109 106 ",
            "0100.109.106",
            "０１００１０９１０６",
            "0314409058\u{2011}002",
            "001200000001",
            "079 088 000 001",
            "096399999999",
        ] {
            assert_eq!(warning(right), None, "{right}");
        }
    }

    #[test]
    fn a_foreign_code_and_none_have_no_warning() {
        for foreign in
            ["", " ", "-", "DE123456789", "GB 123 4567 89", "201912345K", "12/345/67890", "MST: 0100233480", "0100109106 (HN)", "١٢٣"]
        {
            assert_eq!(warning(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_mistyped_code_has_a_warning() {
        for (wrong, message) in [
            ("0100233480", "The check digit doesn't match: 0100233480 is no Vietnamese tax code"),
            (" 0100 233 480 ", "The check digit doesn't match: 0100 233 480 is no Vietnamese tax code"),
            ("8999999999", "The check digit doesn't match: 8999999999 is no Vietnamese tax code"),
            ("0100109107", "The check digit doesn't match: 0100109107 is no Vietnamese tax code"),
            ("0314409059-002", "The check digit doesn't match: 0314409059-002 is no Vietnamese tax code"),
            ("0100000007", "The check digit doesn't match: 0100000007 is no Vietnamese tax code"),
            ("0314409058-000", "Branches are numbered from 001: 0314409058-000 is no Vietnamese tax code"),
            ("003200000001", "A personal id begins with a province and a century: 003200000001 is none"),
            ("097200000001", "A personal id begins with a province and a century: 097200000001 is none"),
            ("001400000001", "A personal id begins with a province and a century: 001400000001 is none"),
            ("010010910", "A Vietnamese tax code has 10 digits, or 13 with a branch, or 12 for a person; 010010910 has 9"),
            ("0100109106-1", "A Vietnamese tax code has 10 digits, or 13 with a branch, or 12 for a person; 0100109106-1 has 11"),
        ] {
            assert_eq!(warning(wrong).map(|warning| warning.to_string()).as_deref(), Some(message), "{wrong}");
        }
    }

    #[test]
    fn the_provinces_are_in_order() {
        assert!(PROVINCES.is_sorted_by(|a, b| a < b));
    }

    proptest! {
        /// One digit mistyped, as people do.
        #[test]
        fn one_wrong_digit_is_noticed(serial in "[0-9]{9}", at in 0_usize..9, by in 1_u32..10) {
            let right = (0..10).map(|check| format!("{serial}{check}")).find(|code| warning(code).is_none());
            prop_assume!(right.is_some());
            let mut digits: Vec<u32> = right.unwrap_or_default().chars().filter_map(|c| c.to_digit(10)).collect();
            digits[at] = (digits[at] + by) % 10;
            let wrong: String = digits.iter().filter_map(|digit| char::from_digit(*digit, 10)).collect();
            prop_assert!(warning(&wrong).is_some(), "{}", wrong);
        }

        #[test]
        fn any_text_is_judged(text in "\\PC{0,40}", digits in "[0-9 .-]{0,60}") {
            prop_assert!(warning(&text).is_none() || text::cleaned(&text).chars().any(|c| c.is_ascii_digit()));
            if let Some(warning) = warning(&digits) {
                prop_assert!(warning.to_string().contains(digits.trim()));
            }
        }
    }
}

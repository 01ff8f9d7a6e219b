//! Vietnamese text: the stored form (NFC), and the folded form for search.

use crate::unicode::{is_blank, is_invisible, lowercase, without_marks};

/// The stored form. In NFC, `ễ` typed as one character or as three is the same text.
pub use crate::unicode::nfc;

/// The folded form for search: lower case without accents and invisible characters, runs of blanks as one space.
///
/// `Đường`, `ĐƯỜNG`, its NFD form and the look-alike `Ðường` (U+00D0, the Icelandic letter) all fold to `duong`.
pub fn fold(text: &str) -> String {
    // Marks are removed after lower-casing, which can create one: `İ` becomes `i` and a dot.
    let mut folded = String::with_capacity(text.len());
    for c in without_marks(&lowercase(text)).chars().filter(|c| !is_invisible(*c)).map(plain_d) {
        if !is_blank(c) {
            folded.push(c);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// The search column of a record: its searched fields, folded, one per line, so that no match spans two fields.
pub fn search_key<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    fields.into_iter().map(fold).filter(|field| !field.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Letters with a stroke, which Unicode does not decompose.
fn plain_d(c: char) -> char {
    match c {
        'đ' | 'ð' | 'ɖ' => 'd',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn vietnamese_folds_to_plain_letters() {
        for (written, folded) in [
            ("CÔNG TY Đường", "cong ty duong"),
            ("Nguyễn Thị Ưng Ơn", "nguyen thi ung on"),
            ("\u{d0}ường", "duong"),
            ("\u{f0}ường", "duong"),
            ("  Đà \u{a0}\t Nẵng ", "da nang"),
            ("İstanbul", "istanbul"),
            ("La\u{200b}n\u{2800}\u{3164}Bình", "lan binh"),
            ("\u{feff}Lan \u{200d}\u{200b} Bình\u{ad}", "lan binh"),
            ("1.250.000 ₫", "1.250.000 ₫"),
            ("", ""),
        ] {
            assert_eq!(fold(written), folded);
            assert_eq!(fold(&written.nfd().collect::<String>()), folded, "NFD of {written}");
        }
    }

    #[test]
    fn a_search_key_keeps_fields_apart() {
        assert_eq!(search_key(["Đường", "", "Đỏ"]), "duong\ndo");
    }

    proptest! {
        #[test]
        fn both_typed_forms_fold_alike(text in "\\PC{0,40}") {
            let composed: String = text.nfc().collect();
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(fold(&composed), fold(&decomposed));
            prop_assert_eq!(nfc(&composed), nfc(&decomposed));
        }

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}

//! Vietnamese text: the stored form (NFC), and the folded form, by which names are equal and found.

use crate::unicode::{is_blank, is_invisible, lowercase, nfkc, without_marks};

/// The stored form. In NFC, `ễ` typed as one character or as three is the same text.
pub use crate::unicode::nfc;

/// The folded form: lower case without accents and invisible characters, runs of blanks as one space, compatible characters and
/// look-alikes of other scripts as plain Latin letters. Digits and letters stay apart: `0` is not `O`.
///
/// It is the one equality of names that are unique (tags, stages, views) and of search: what looks the same, or differs by case or
/// accents alone, is the same name. Not of addresses to sign in by, where a look-alike is another address.
///
/// `Đường`, `ĐƯỜNG`, its NFD form, full-width `ĐƯỜＮＧ` and the look-alike `Ðường` (U+00D0, the Icelandic letter) all fold to `duong`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // Compatible characters may be capitals (`℡`). Marks are removed after lower-casing, which can create one: `İ` becomes `i` and a
    // dot.
    for c in without_marks(&lowercase(&nfkc(text))).chars().filter(|c| !is_invisible(*c)) {
        match c {
            c if is_blank(c) => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            c => folded.push(latin(c)),
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

/// Latin letters, each with the lower-case letters that look like it, or whose capitals look like its capital (`в` is `b`, as `В` is
/// `B`). Where both look like one (`η` and `Η`, `ν` and `Ν`), the capitals decide, which are drawn alike. After Unicode's confusables (UTS
/// 39). A letter with a stroke or without its dot, which Unicode does not decompose, is its plain letter. The sigma of a word's end
/// is the other one.
const LOOK_ALIKES: &str = "aаαɑ bвβƀ cс dԁđðɖ eеεҽ gɡ hнһηħհ iіιıɨ jјȷɉ kкκ lłƚ mмμ nνո oоοøɵօ pрρ qԛ sѕ tтτŧ uʉս vѵ wԝ xхχ yуүυγ zζƶ σς";

/// The plain Latin letter that a lower-case letter without marks looks like.
pub(crate) fn latin(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    LOOK_ALIKES.split(' ').find(|group| group.contains(c)).and_then(|group| group.chars().next()).unwrap_or(c)
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
            ("Khánh Hoà", "khanh hoa"),
            ("\u{d0}ường", "duong"),
            ("\u{f0}ường", "duong"),
            ("\u{189}ường", "duong"),
            ("  Đà \u{a0}\t Nẵng ", "da nang"),
            ("İstanbul", "istanbul"),
            ("La\u{200b}n\u{2800}\u{3164}Bình", "lan binh"),
            ("\u{feff}Lan \u{200d}\u{200b} Bình\u{ad}", "lan binh"),
            ("1.250.000 ₫", "1.250.000 ₫"),
            ("Łódź Ørsted ıslak Straße STRASSE Œuvre", "lodz orsted islak strasse strasse oeuvre"),
            ("", ""),
        ] {
            assert_eq!(fold(written), folded);
            assert_eq!(fold(&written.nfd().collect::<String>()), folded, "NFD of {written}");
        }
    }

    #[test]
    fn compatible_characters_are_equal() {
        for (written, folded) in [
            ("ＣＯＮＧ\u{3000}ＴＹ　１２", "cong ty 12"),
            ("o\u{fb03}ce \u{fb01}le", "office file"),
            ("①② Ⅷ ½ m² ℡ № ™", "12 viii 1⁄2 m2 tel no tm"),
            ("𝐕𝐈𝐏 𝓿𝓲𝓹 🄥🄘🄟", "vip vip (v)(i)(p)"),
            ("ﾅﾝ", "ナン"),
            ("Khách\u{2026}", "khach..."),
        ] {
            assert_eq!(fold(written), folded);
        }
    }

    #[test]
    fn look_alikes_are_equal_in_both_cases() {
        for (look_alike, latin) in [
            // Cyrillic, Greek, Armenian.
            ("АВЕЅІЈКМНОРСТУХԀҺԚԜѴҮ", "ABESIJKMHOPCTYXDHQWVY"),
            ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
            ("ՍՕ", "UO"),
            ("VІР", "VIP"),
            ("Ёй́", "Eи"),
        ] {
            assert_eq!(fold(look_alike), fold(latin));
            assert_eq!(fold(&look_alike.to_lowercase()), fold(latin));
        }
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"), "the sigma of a word's end");
        // What they are no look-alikes of: digits and letters, and letters without a Latin twin.
        for (one, other) in [("0", "O"), ("1", "l"), ("1", "I"), ("З", "3"), ("Ж", "X"), ("Д", "D"), ("Ω", "O"), ("5", "S")] {
            assert_ne!(fold(one), fold(other), "{one} and {other}");
        }
    }

    /// One by one, as random text seldom holds the letter that matters.
    #[test]
    fn every_character_that_has_several_forms_folds_to_one() {
        let forms = |c: char| {
            let text = c.to_string();
            let mut forms = vec![text.nfd().collect(), text.nfc().collect(), text.nfkc().collect(), text.nfkd().collect()];
            // The iota below a Greek vowel is a letter beside its capital; the shapes of old Cyrillic print have no capitals of their own.
            if !text.nfd().any(|c| c == '\u{345}' || ('\u{1c80}'..='\u{1c88}').contains(&c)) {
                forms.extend([text.to_uppercase(), text.to_lowercase()]);
            }
            forms.retain(|form: &String| *form != text);
            forms
        };
        let hangul = '\u{ac00}'..='\u{d7a3}';
        for c in ('\u{1}'..'\u{30000}').filter(|c| !hangul.contains(c)) {
            let folded = fold(&format!("x{c}y"));
            for form in forms(c) {
                assert_eq!(fold(&format!("x{form}y")), folded, "{c:?} as {form:?}");
            }
            if folded != format!("x{c}y") {
                assert_eq!(fold(&folded), folded, "{c:?} twice");
            }
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
            prop_assert_eq!(fold(&text.nfkc().collect::<String>()), fold(&text.nfkd().collect::<String>()));
            prop_assert_eq!(nfc(&composed), nfc(&decomposed));
        }

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn look_alikes_and_marks_change_nothing(text in "[A-Za-z0-9ÀàĂăÂâĐđÊêÔôƠơƯưАаВвЕеІіКкМмНнОоРрСсТтУуХхΑαΒβΕεΗηΝνΟο\u{300}\u{301}\u{303}\u{309}\u{323} -]{0,40}") {
            let folded = fold(&text);
            prop_assert!(folded.is_ascii(), "{}", folded);
            prop_assert_eq!(fold(&text.to_uppercase()), folded.clone());
            prop_assert_eq!(fold(&text.to_lowercase()), folded);
        }
    }
}

//! Sort keys: text whose byte order (BINARY on SQLite, COLLATE "C" on PostgreSQL) is the order of a Vietnamese dictionary.
//!
//! Letters decide first: a ă â b c d đ e ê … o ô ơ … u ư … z, after blanks, punctuation and digits, before other scripts. Among equal
//! letters the tones decide, syllable by syllable: ngang, huyền, hỏi, ngã, sắc, nặng (CLDR, `vi`). Where in its syllable a tone is
//! written makes no difference: `hoà` is `hòa`. Nor do case, compatible characters and look-alikes, as in [`fold`](crate::fold::fold).
//! The marks of other languages (`ü`, `ñ`) count as tones.
//!
//! A key is levels, each ended by U+0001, which is lower than whatever stands in a level; empty ones at the end are left out. It is
//! about as long as its text in UTF-8, and changes with this file: stored keys are then computed again.

use crate::{
    fold::latin,
    unicode::{is_blank, is_invisible},
};
use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What a letter level is made of, in order; each is one byte there, from the blank (0x20) on. Punctuation in the order of CLDR.
const ORDER: &str = concat!(" _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$", "¤", "0123456789", "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz");
/// Stands in [`ORDER`] for every other symbol, which follows as it is.
const OTHER_SYMBOL: char = '¤';
/// Ends a level.
const LEVEL_END: char = '\u{1}';

/// The key of a text: its letters, then its tones. Empty for a blank text.
pub fn sort_key(text: &str) -> String {
    let mut levels = Levels::default();
    levels.push(&prepared(text));
    levels.into_key()
}

/// The key of a person's name, family name first: by the given name (the last word), then by the family name (the first), then by
/// the words between, each with its tones, so that those of one given name stand together. One word is a given name.
///
/// What is in parentheses, and words without a letter or digit, are no part of the name and decide last.
pub fn person_sort_key(name: &str) -> String {
    let name = prepared(name);
    let (words, asides) = words_and_asides(&name);
    let (given, family, middle) = match words.as_slice() {
        [] => ("", "", &[][..]),
        [given] => (*given, "", &[][..]),
        [family, middle @ .., given] => (*given, *family, middle),
    };
    let mut levels = Levels::default();
    for part in [given, family, &middle.join(" "), &asides.join(" ")] {
        levels.push(part);
    }
    levels.into_key()
}

/// By what the contacts of a workspace are sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NameOrder {
    /// By given name, as Vietnamese readers look people up.
    #[default]
    GivenName,
    /// By the name as it is written, from its first word.
    AsWritten,
}

impl NameOrder {
    /// Every order.
    pub const ALL: [Self; 2] = [Self::GivenName, Self::AsWritten];

    /// Its name in forms and in the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::GivenName => "given-name",
            Self::AsWritten => "as-written",
        }
    }

    /// The order with this slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.slug() == slug)
    }

    /// Its name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::GivenName => "By given name, the last word",
            Self::AsWritten => "As written, from the first word",
        }
    }

    /// The key of a person's name in this order.
    pub fn sort_key(self, name: &str) -> String {
        match self {
            Self::GivenName => person_sort_key(name),
            Self::AsWritten => sort_key(name),
        }
    }
}

/// The text in lower case, with marks after their letters (NFD), look-alikes as Latin letters, one space for a run of blanks, and
/// nothing invisible.
fn prepared(text: &str) -> String {
    let mut prepared = String::with_capacity(text.len());
    for c in text.nfkc().flat_map(char::to_lowercase).nfd().filter(|c| !is_invisible(*c)) {
        match c {
            c if is_blank(c) => {
                if !prepared.is_empty() && !prepared.ends_with(' ') {
                    prepared.push(' ');
                }
            }
            c if c.is_control() => {}
            // Marks, of which most names have some.
            '\u{300}'..='\u{36f}' => prepared.push(c),
            'đ' | 'ð' | 'ɖ' => prepared.push('đ'),
            'ß' => prepared.push_str("ss"),
            'æ' => prepared.push_str("ae"),
            'œ' => prepared.push_str("oe"),
            c => prepared.push(latin(c)),
        }
    }
    if prepared.ends_with(' ') {
        prepared.pop();
    }
    prepared
}

/// The words of a prepared name, and what else there is: what is in parentheses (an open one reaches to the end), and words of
/// symbols. If nothing else is left, they are the words.
fn words_and_asides(name: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut words, mut asides) = (vec![], vec![]);
    let mut depth = 0_usize;
    for piece in name.split_inclusive(['(', ')', ' ']) {
        let text = piece.trim_end_matches(['(', ')', ' ']);
        let is_word = depth == 0 && text.chars().any(char::is_alphanumeric);
        match text {
            "" => {}
            word if is_word => words.push(word),
            aside => asides.push(aside),
        }
        match piece.chars().last() {
            Some('(') => depth += 1,
            Some(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    if words.is_empty() { (asides, words) } else { (words, asides) }
}

/// The levels of a key.
#[derive(Default)]
struct Levels {
    key: String,
}

impl Levels {
    /// Adds the two levels of a prepared text.
    fn push(&mut self, prepared: &str) {
        let mut tones = Tones::default();
        let mut rest = prepared.chars().peekable();
        while let Some(c) = rest.next() {
            if is_combining_mark(c) {
                tones.add(c);
                continue;
            }
            let mut letter = c;
            while let Some(mark) = rest.next_if(|c| is_combining_mark(*c)) {
                match own_letter(letter, mark) {
                    Some(own) => letter = own,
                    None => tones.add(mark),
                }
            }
            if letter.is_alphanumeric() {
                tones.in_syllable = true;
            } else {
                tones.end_syllable();
            }
            push_ordered(&mut self.key, letter);
        }
        self.key.push(LEVEL_END);
        self.key.push_str(tones.text.trim_end_matches(SYLLABLE_END));
        self.key.push(LEVEL_END);
    }

    fn into_key(mut self) -> String {
        self.key.truncate(self.key.trim_end_matches(LEVEL_END).len());
        self.key
    }
}

/// The letter of the alphabet that a letter is with this mark.
fn own_letter(letter: char, mark: char) -> Option<char> {
    match (letter, mark) {
        ('a', '\u{306}') => Some('ă'),
        ('a', '\u{302}') => Some('â'),
        ('e', '\u{302}') => Some('ê'),
        ('o', '\u{302}') => Some('ô'),
        ('o', '\u{31b}') => Some('ơ'),
        ('u', '\u{31b}') => Some('ư'),
        _ => None,
    }
}

/// Writes a letter or sign into a level of letters. Those that [`ORDER`] doesn't name stand at their code point: letters after all
/// others, symbols after [`OTHER_SYMBOL`].
fn push_ordered(key: &mut String, c: char) {
    match byte(c) {
        Some(byte) if c != OTHER_SYMBOL => key.push(byte),
        _ if c.is_alphanumeric() => key.push(c),
        _ => {
            key.extend(byte(OTHER_SYMBOL));
            key.push(c);
        }
    }
}

/// The byte of a character of [`ORDER`], as an ASCII character.
fn byte(c: char) -> Option<char> {
    /// By code point, up to that of `ư`.
    static BYTES: LazyLock<[Option<char>; 'ư' as usize + 1]> = LazyLock::new(|| {
        let mut bytes = [None; _];
        for (c, byte) in ORDER.chars().zip(' '..) {
            bytes[c as usize] = Some(byte);
        }
        bytes
    });
    BYTES.get(c as usize).copied().flatten()
}

/// The level of tones: those of each syllable, whatever its letter.
#[derive(Default)]
struct Tones {
    text: String,
    in_syllable: bool,
}

/// Stands between syllables, and is lower than every tone.
const SYLLABLE_END: char = ' ';

impl Tones {
    fn add(&mut self, mark: char) {
        self.text.push(match mark {
            '\u{300}' => '1',
            '\u{309}' => '2',
            '\u{303}' => '3',
            '\u{301}' => '4',
            '\u{323}' => '5',
            foreign => foreign,
        });
    }

    fn end_syllable(&mut self) {
        if self.in_syllable {
            self.text.push(SYLLABLE_END);
        }
        self.in_syllable = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nfd(text: &str) -> String {
        text.nfd().collect()
    }

    /// Asserts that each text's key is lower than the next one's, typed in either form and any case.
    fn assert_ascending(key: impl Fn(&str) -> String, texts: &[&str]) {
        for (i, one) in texts.iter().enumerate() {
            for form in [nfd(one), one.to_uppercase(), nfd(&one.to_uppercase()), one.to_lowercase(), format!(" {one}\u{200b} ")] {
                assert_eq!(key(&form), key(one), "{one:?} as {form:?}");
            }
            for other in &texts[i + 1..] {
                assert!(key(one) < key(other), "{one:?} before {other:?}: {:?}, {:?}", key(one), key(other));
            }
        }
    }

    #[test]
    fn the_alphabet_has_33_letters_and_each_has_six_tones() {
        let alphabet = "a ă â b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z";
        assert_ascending(sort_key, &alphabet.split(' ').collect::<Vec<_>>());
        for vowel in ["a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y"] {
            let toned =
                ["", "\u{300}", "\u{309}", "\u{303}", "\u{301}", "\u{323}"].map(|tone| format!("{vowel}{tone}").nfc().collect::<String>());
            assert_ascending(sort_key, &toned.each_ref().map(String::as_str));
            // A tone is weaker than any letter that follows.
            assert!(sort_key(&format!("{}n", toned[0])) > sort_key(&toned[5]));
            assert!(sort_key(&format!("{}a", toned[5])) < sort_key(&format!("{}b", toned[0])));
        }
    }

    #[test]
    fn names_stand_as_in_a_dictionary() {
        assert_ascending(
            sort_key,
            &[
                "",
                "- Hàng mẫu",
                "(Anh) Tuấn",
                "🌸 Hoa",
                "10 sao",
                "2 Tháng 9",
                "An",
                "An Bình",
                "An Bình 2",
                "An Phát",
                "Ân",
                "Ấn Độ",
                "Ba",
                "Bà",
                "Bả",
                "Bã",
                "Bá",
                "Bạ",
                "Bà Rịa",
                "Ban",
                "Bàn",
                "Băng",
                "Bằng",
                "Bắng",
                "Bân",
                "Bích",
                "Công ty Dũng",
                "Công ty Đức",
                "Dũng",
                "Đà Nẵng",
                "Đan",
                "Đặng",
                "Ế",
                "Hoa",
                "Hoà",
                "Hoả",
                "Hoạ",
                "Hoà Bình",
                "Hoàng",
                "Hòe",
                "Hồ",
                "Hổ",
                "Hộ",
                "Hồ Chí Minh",
                "Hơn",
                "Khánh",
                "Ngọc",
                "Nguyên",
                "Nguyễn",
                "Nguyễn Ái",
                "Nguyễn Văn",
                "Nguyễn Vân",
                "Oanh",
                "Ông",
                "Ơn",
                "Quý",
                "Thúy",
                "Thủy Tiên",
                "Trần",
                "Trấn",
                "Tư",
                "Từ",
                "Ưng",
                "Xuân",
                "Ý",
                "Yên",
                "Дима",
                "日本",
            ],
        );
    }

    #[test]
    fn a_tone_stands_anywhere_in_its_syllable() {
        for (one, other) in [("hoà", "hòa"), ("thuý", "thúy"), ("Khoẻ", "Khỏe"), ("Khánh Hoà 1", "Khánh Hòa 1"), ("uỷ ban", "ủy ban")]
        {
            assert_eq!(sort_key(one), sort_key(other));
            assert_eq!(sort_key(&nfd(one)), sort_key(other));
            assert_eq!(person_sort_key(one), person_sort_key(other));
        }
        assert!(sort_key("hoà an") < sort_key("hoa ân") && sort_key("hoa àn") < sort_key("hoà an"), "the first syllable decides");
    }

    #[test]
    fn what_looks_alike_stands_together() {
        for (one, other) in [
            ("ＡＮ　Bình", "An  bình"),
            ("VІР", "VIP"),
            ("\u{d0}ức", "Đức"),
            ("\u{189}ức", "đức"),
            ("An\u{a0}\u{200b}Bình\u{ad}", "an bình"),
            ("Straße", "STRASSE"),
            ("Ⅷ", "viii"),
            ("\u{301}", ""),
        ] {
            assert_eq!(sort_key(one).trim_start_matches(['\u{1}', '4']), sort_key(other), "{one:?}");
        }
    }

    #[test]
    fn marks_of_other_languages_are_as_weak_as_tones() {
        assert_ascending(sort_key, &["cafe", "café", "cafes", "Muller", "Müller", "Mullet", "nandu", "ñandu", "nandz"]);
        assert_eq!(sort_key("café"), sort_key("caf") + &sort_key("é"));
    }

    #[test]
    fn blanks_come_first_then_punctuation_digits_letters_and_other_scripts() {
        assert_ascending(
            sort_key,
            &["a", "a b", "a-b", "a.b", "a(b)", "a&b", "a$b", "a•b", "a₫b", "a🌸b", "a0", "a10", "a9", "aa", "az", "aж", "a中"],
        );
    }

    #[test]
    fn people_stand_by_given_name_then_family_name() {
        assert_ascending(
            person_sort_key,
            &[
                "",
                "An",
                "Nguyễn An",
                "Nguyễn Hoàng An",
                "Nguyễn Văn An",
                "Nguyễn Văn An (kế toán)",
                "Nguyễn Văn An (sếp)",
                "Nguyễn Vĩnh Hoàng An",
                "Trần An",
                "Ân",
                "Lê Ân",
                "Đặng Văn Bình",
                "Vũ Bình",
                "Lê Hà",
                "Vũ Hà",
                "Bùi Hạ",
                "Lê Thị Thu Hà Anh Hương",
                "John Smith",
                "Nguyễn Phương Uyên",
            ],
        );
    }

    #[test]
    fn a_given_name_is_a_word() {
        for (one, other) in [
            ("Nguyễn Văn An (kế toán", "Nguyễn Văn An (kế toán)"),
            ("Nguyễn Văn An（kế toán）", "Nguyễn Văn An (kế toán)"),
            ("(kế toán) Nguyễn Văn An", "Nguyễn Văn An (kế toán)"),
            ("Nguyễn Văn(kế toán)An", "Nguyễn Văn An (kế toán)"),
            ("Nguyễn Văn An ((kế) toán)", "Nguyễn Văn An (kế toán)"),
            ("(An)", "An"),
            ("(An Bình)", "An Bình"),
        ] {
            assert_eq!(person_sort_key(one), person_sort_key(other), "{one}");
        }
        for same_name in ["Nguyễn Văn An 🌸", "Nguyễn Văn An -", "🌸 Nguyễn Văn An", "Nguyễn Văn An ()", "Nguyễn Văn An)"]
        {
            assert!(person_sort_key(same_name).starts_with(&person_sort_key("Nguyễn Văn An")), "{same_name}");
        }
        assert!(!person_sort_key("🌸").is_empty());
    }

    #[test]
    fn keys_are_short_and_long_texts_quick() {
        let long = "Nguyễn Phương ".repeat(800);
        assert!(sort_key(&long).len() < long.len() && person_sort_key(&long).len() < long.len());
        let marks = "a\u{323}".repeat(10_000);
        assert!(sort_key(&marks).len() <= marks.len());
        assert_eq!(sort_key("Công ty Cổ phần Đường Ánh Dương").len(), 31 + 1 + "   2  1 4".len());
        assert_eq!(sort_key("an binh").len(), 7);
    }

    proptest! {
        #[test]
        fn both_typed_forms_and_cases_have_one_key(text in "\\PC{0,40}", more in "[a-zđăâêôơưàảãáạ A-ZĐỄ()0-9.\u{302}\u{31b}\u{323}\u{301}]{0,20}") {
            for text in [text, more] {
                let (composed, decomposed): (String, String) = (text.nfc().collect(), nfd(&text));
                prop_assert_eq!(sort_key(&composed), sort_key(&decomposed));
                prop_assert_eq!(person_sort_key(&composed), person_sort_key(&decomposed));
                let lower = text.to_lowercase();
                prop_assert_eq!(sort_key(&lower.to_uppercase()), sort_key(&lower.to_uppercase().to_lowercase()));
            }
        }

        #[test]
        fn a_key_is_text_for_every_database(text in "(.|\n|\u{0}|\u{1}|\u{301}){0,40}") {
            for key in [sort_key(&text), person_sort_key(&text)] {
                prop_assert!(key.chars().all(|c| c == LEVEL_END || !c.is_control()), "{:?}", key);
                prop_assert!(!key.ends_with(LEVEL_END));
            }
            let all_blank = text.chars().all(|c| is_blank(c) || is_invisible(c));
            prop_assert!(!all_blank || sort_key(&text).is_empty());
        }

        #[test]
        fn equal_keys_are_equal_names(one in "[aàâấo ]{0,6}", other in "[aàâấo ]{0,6}") {
            if sort_key(&one) == sort_key(&other) {
                prop_assert_eq!(crate::fold::fold(&one), crate::fold::fold(&other));
            }
        }
    }
}

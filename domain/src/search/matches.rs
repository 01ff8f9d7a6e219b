//! The parts of a text that the words of a search match: by the folded text, as the search itself, but cut from the text as written.

use crate::{
    fold::fold,
    phones,
    unicode::{is_blank, is_invisible, without_marks},
};
use std::ops::Range;

/// Characters from which on a word matches anywhere. A shorter one must start a word.
const ANYWHERE: usize = 3;
/// Characters of an excerpt before its first match.
const BEFORE: usize = 30;
/// Most characters of an excerpt.
const EXCERPT_MAX: usize = 120;
/// Most characters that an excerpt is shorter for ending with a whole word.
const WORD_MAX: usize = 20;

/// The text in parts, each with whether it matches a word of `q`. Together they are the text. An accented letter is never cut apart, in
/// whatever form it is written.
pub fn marked<'t>(text: &'t str, q: &str) -> Vec<(bool, &'t str)> {
    let mut parts = Vec::new();
    let mut end = 0;
    for part in matches(text, q) {
        if part.start > end {
            parts.push((false, &text[end..part.start]));
        }
        parts.push((true, &text[part.clone()]));
        end = part.end;
    }
    if end < text.len() {
        parts.push((false, &text[end..]));
    }
    parts
}

/// The part of a long text around its first match, with an ellipsis where it is cut. `None` if no word of `q` matches.
pub fn excerpt(text: &str, q: &str) -> Option<String> {
    let first = matches(text, q).into_iter().next()?;
    let cut = clusters(text);
    let at = cut.iter().position(|cluster| cluster.end > first.start)?;
    let is_space = |place: &usize| cut.get(*place).is_some_and(|cluster| text[cluster.clone()].starts_with(char::is_whitespace));
    // Cut between words, if there is a space near enough.
    let from = match at.saturating_sub(BEFORE) {
        0 => 0,
        from => (from..at).find(is_space).unwrap_or(from),
    };
    let to = cut.len().min(from + EXCERPT_MAX);
    let to = if to < cut.len() { (to - WORD_MAX..=to).rfind(is_space).unwrap_or(to) } else { to };
    let shown = &text[cut.get(from)?.start..cut.get(to.checked_sub(1)?)?.end];
    let (before, after) = (if from > 0 { "…" } else { "" }, if to < cut.len() { "…" } else { "" });
    Some(format!("{before}{}{after}", shown.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// Byte ranges of the matches, in order, none touching another.
fn matches(text: &str, q: &str) -> Vec<Range<usize>> {
    let folded_q = fold(q);
    let words: Vec<&str> = folded_q.split(' ').filter(|word| !word.is_empty()).collect();
    let folded = FoldedText::of(text);
    let mut found = Vec::new();
    for word in &words {
        folded.find(word, &mut found);
    }
    let is_number = |word: &&str| word.chars().all(phones::is_of_number);
    for numbers in words.chunk_by(|left, right| is_number(left) && is_number(right)).filter(|group| is_number(&group[0])) {
        for key in phones::prefix_keys(&numbers.join(" ")) {
            folded.find_number(&key, &mut found);
        }
    }
    merged(found)
}

fn merged(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in found {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// A folded text, each of whose characters knows the bytes that it was folded from.
struct FoldedText {
    chars: Vec<char>,
    sources: Vec<Range<usize>>,
}

impl FoldedText {
    fn of(text: &str) -> Self {
        let mut folded = Self { chars: Vec::new(), sources: Vec::new() };
        for source in clusters(text) {
            let written = &text[source.clone()];
            if written.chars().all(|c| is_blank(c) || is_invisible(c)) && written.chars().any(is_blank) {
                folded.push(' ', source);
                continue;
            }
            for c in fold(written).chars() {
                folded.push(c, source.clone());
            }
        }
        folded
    }

    /// A run of blanks is one.
    fn push(&mut self, c: char, source: Range<usize>) {
        if c != ' ' || self.chars.last() != Some(&' ') {
            self.chars.push(c);
            self.sources.push(source);
        }
    }

    fn range(&self, chars: Range<usize>) -> Option<Range<usize>> {
        Some(self.sources.get(chars.start)?.start..self.sources.get(chars.end.checked_sub(1)?)?.end)
    }

    /// Adds where a word stands.
    fn find(&self, word: &str, found: &mut Vec<Range<usize>>) {
        let word: Vec<char> = word.chars().collect();
        let starts_word = |at: usize| at == 0 || self.chars[at - 1] == ' ';
        // A lone symbol matches anywhere, as it does in the index.
        let anywhere = word.len() >= ANYWHERE || matches!(word[..], [c] if !c.is_alphanumeric());
        let places = self.chars.windows(word.len()).enumerate();
        let matching = places.filter(|(at, window)| **window == word[..] && (anywhere || starts_word(*at)));
        found.extend(matching.filter_map(|(at, _)| self.range(at..at + word.len())));
    }

    /// Adds where a number stands whose key contains `key`: the digits of that part, with the marks between them.
    fn find_number(&self, key: &str, found: &mut Vec<Range<usize>>) {
        let mut start = 0;
        for run in self.chars.chunk_by(|left, right| phones::is_of_number(*left) == phones::is_of_number(*right)) {
            let digits: Vec<usize> = (start..).zip(run).filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at).collect();
            let number = phones::search_key(&run.iter().collect::<String>());
            start += run.len();
            let (Some(at), Some(first), Some(last)) = (number.find(key), digits.first(), digits.last()) else { continue };
            let chars = if number.contains(' ') {
                // Several numbers.
                *first..*last + 1
            } else {
                // Number and key end alike; what is dialled before the number may differ in length, and belongs to its beginning.
                let followed_by = |count: usize| digits.len().checked_sub(1 + count).map_or(*first, |index| digits[index]);
                let from = if at == 0 { *first } else { followed_by(number.len() - at - 1) };
                from..followed_by(number.len() - at - key.len()) + 1
            };
            found.extend(self.range(chars));
        }
    }
}

/// The byte ranges of a text's letters, each with the marks and invisible characters that follow.
fn clusters(text: &str) -> Vec<Range<usize>> {
    let mut clusters: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match clusters.last_mut() {
            Some(last) if is_invisible(c) || is_mark(c) => last.end = end,
            _ => clusters.push(at..end),
        }
    }
    clusters
}

/// Whether a character only changes the letter before it.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && without_marks(c.encode_utf8(&mut [0; 4])).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unicode::nfc;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    /// The matching parts in brackets.
    fn shown(text: &str, q: &str) -> String {
        marked(text, q).into_iter().map(|(matches, part)| if matches { format!("[{part}]") } else { part.to_owned() }).collect()
    }

    #[test]
    fn words_are_marked_as_written() {
        for (text, q, expected) in [
            ("CÔNG TY Đường", "cong duong", "[CÔNG] TY [Đường]"),
            ("Khánh Hoà", "hòa", "Khánh [Hoà]"),
            ("Thanh Hoá", "HÓA", "Thanh [Hoá]"),
            ("\u{d0}ường Nguyễn", "duong nguy", "[\u{d0}ường] [Nguy]ễn"),
            ("An Vy tại Mẫu", "an vy mau", "[An] [Vy] tại [Mẫu]"),
            ("Tân An", "an", "Tân [An]"),
            ("Thanh Xuân", "nhx", "Thanh Xuân"),
            ("La\u{200b}n B\u{ad}ình", "lan binh", "[La\u{200b}n] [B\u{ad}ình]"),
            ("Stra\u{df}e", "strasse", "[Straße]"),
            ("Stra\u{df}e", "tras", "S[traß]e"),
            ("100% Mẫu", "%", "100[%] Mẫu"),
            ("anan anan", "anan", "[anan] [anan]"),
            ("aaaa", "aaa", "[aaaa]"),
            ("Mẫu", "", "Mẫu"),
            ("", "mau", ""),
            ("<script>", "script", "<[script]>"),
        ] {
            assert_eq!(shown(text, q), expected, "{q}");
            let decomposed: String = text.nfd().collect();
            assert_eq!(nfc(&shown(&decomposed, q)), nfc(expected), "{q} in NFD");
        }
    }

    #[test]
    fn telephone_numbers_are_marked_in_any_writing() {
        for (text, q, expected) in [
            ("0903 123 456", "0903123", "[0903 123] 456"),
            ("0903 123 456", "0903.123.456", "[0903 123 456]"),
            ("+84 903 123 456", "0903123456", "+[84 903 123 456]"),
            ("0903.123.456", "+84 903", "[0903].123.456"),
            ("0903 123 456, 028 3822 1234", "02838221234", "[0903 123 456, 028 3822 1234]"),
            ("0903 123 456", "123456", "0903 [123 456]"),
            ("Gọi 0903123456", "0903 123 456", "Gọi [0903123456]"),
            ("0903 123 456", "0904123", "0903 123 456"),
        ] {
            assert_eq!(shown(text, q), expected, "{q}");
        }
    }

    #[test]
    fn an_excerpt_shows_the_first_match() {
        assert_eq!(excerpt("Gặp ông Đường", "duong").as_deref(), Some("Gặp ông Đường"));
        assert_eq!(excerpt("Gặp ông Đường", "lan"), None);
        let long = format!("{} Đường {}", "xa ".repeat(100), "gần ".repeat(100));
        let cut = excerpt(&long, "duong").expect("a match");
        assert!(cut.starts_with('…') && cut.ends_with('…') && cut.contains("Đường"), "{cut}");
        assert!(cut.chars().count() <= EXCERPT_MAX + 2, "{cut}");
    }

    #[test]
    fn an_excerpt_is_cut_between_words() {
        let long = format!("{}đường {}", "nghiêng ".repeat(20), "nghiêng ".repeat(20));
        let cut = excerpt(&long, "duong").expect("a match");
        let words: Vec<&str> = cut.trim_matches('…').split(' ').collect();
        assert!(words.iter().all(|word| ["nghiêng", "đường"].contains(word)), "{cut}");
        for unbroken in ["x".repeat(300), format!("{}đường{}", "x".repeat(300), "x".repeat(300))] {
            let cut = excerpt(&unbroken, if unbroken.contains('đ') { "duong" } else { "xx" }).expect("a match");
            assert!(cut.chars().count() <= EXCERPT_MAX + 2 && cut.ends_with('…'), "{cut}");
        }
    }

    proptest! {
        #[test]
        fn parts_are_the_text(text in "\\PC{0,40}", q in "\\PC{0,10}") {
            let parts = marked(&text, &q);
            prop_assert_eq!(parts.iter().map(|(_, part)| *part).collect::<String>(), text.as_str());
            prop_assert!(parts.iter().all(|(_, part)| !part.is_empty()));
            prop_assert!(parts.windows(2).all(|pair| pair[0].0 != pair[1].0));
        }

        #[test]
        fn a_word_of_the_text_is_marked_in_every_form(
            words in prop::collection::vec("[a-zA-ZàáạảãâầấậẩẫăằắặẳẵđĐèéêễôơưữýỳ]{3,8}", 1..5), pick in 0usize..5, upper: bool
        ) {
            let text = words.join(" ");
            let word = &words[pick % words.len()];
            let q = if upper { fold(word).to_uppercase() } else { fold(word) };
            for (text, q) in [(text.clone(), q.clone()), (text.nfd().collect(), word.clone()), (text.nfc().collect(), word.nfd().collect()), (fold(&text), q)] {
                let hit = marked(&text, &q).into_iter().filter(|(matches, _)| *matches).any(|(_, part)| fold(part).contains(&fold(word)));
                prop_assert!(hit, "{} in {}", q, text);
            }
        }

        #[test]
        fn what_is_marked_is_no_more_than_the_words(text in "[a-zđâêôơư ]{0,30}", q in "[a-zđâêô]{1,6}") {
            for (_, part) in marked(&text, &q).into_iter().filter(|(matches, _)| *matches) {
                prop_assert!(fold(part).contains(&fold(&q)), "{}", part);
            }
        }

        #[test]
        fn a_number_is_marked_however_it_is_written(digits in "09[0-9]{8}", dots in prop::collection::vec(prop::bool::ANY, 10)) {
            let written: String = digits.chars().zip(&dots).map(|(c, dot)| if *dot { format!("{c}.") } else { c.to_string() }).collect();
            let hit = marked(&written, &digits).into_iter().any(|(matches, _)| matches);
            prop_assert!(hit, "{}", written);
        }
    }
}

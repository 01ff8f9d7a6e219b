//! Parsing of typed text: trimmed, NFC, of limited length. Text that nobody can see is empty.

use crate::{fold::nfc, numbers::group_thousands, phones, unicode};

/// The error of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Empty; contains the message.
    #[error("{0}")]
    Missing(&'static str),
    /// Too many characters.
    #[error("Write at most {} characters; there are {}", group_thousands(*max as u64), group_thousands(*length as u64))]
    TooLong {
        /// The maximum.
        max: usize,
        /// How many there are.
        length: usize,
    },
    /// A control character other than a line break or a tab.
    #[error("Remove the invisible control characters")]
    Control,
    /// Not an email address.
    #[error("Write an address such as name@example.com")]
    NotAnEmail,
    /// Not a web URL.
    #[error("Write a web address such as example.com")]
    NotAWebsite,
    /// Not a phone number.
    #[error("Write a phone number such as 0903 123 456")]
    NotAPhone,
}

/// One line of at most `max` characters (Unicode scalar values of the NFC form). Empty is `None`.
pub fn line(text: &str, max: usize) -> Result<Option<String>, TextError> {
    let text = nfc(text);
    let text = trim(&text);
    if text.chars().any(char::is_control) {
        return Err(TextError::Control);
    }
    check_length(text, max)
}

/// One required line. `missing`: the message for an empty one.
pub fn required_line(text: &str, max: usize, missing: &'static str) -> Result<String, TextError> {
    line(text, max)?.ok_or(TextError::Missing(missing))
}

/// Several lines of at most `max` characters; line breaks become `
/// `. Empty is `None`.
pub fn paragraphs(text: &str, max: usize) -> Result<Option<String>, TextError> {
    let text = nfc(text).replace("\r\n", "\n").replace('\r', "\n");
    let text = trim(&text);
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(TextError::Control);
    }
    check_length(text, max)
}

/// One line of letters, digits and signs that a program reads: an address, a number, a code. Text pasted from chats and documents is
/// cleaned first: compatible characters become plain ones, dashes become hyphens, and invisible characters go.
pub fn code(text: &str, max: usize) -> Result<Option<String>, TextError> {
    line(&cleaned(text), max)
}

/// The text of a code or number as if it had been typed: NFKC, with spaces and hyphens of one kind and without invisible characters.
pub(crate) fn cleaned(text: &str) -> String {
    let plain = |c: char| match c {
        // Hyphens, dashes and the minus sign.
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' => '-',
        c if unicode::is_blank(c) && !c.is_control() => ' ',
        c => c,
    };
    unicode::nfkc(text).chars().filter(|c| !unicode::is_invisible(*c)).map(plain).collect()
}

/// The text between the first and the last character that is seen. Empty if none is. What follows the last one directs how it is
/// drawn (an emoji's selector), and stays.
fn trim(text: &str) -> &str {
    let is_unseen = |c: char| unicode::is_blank(c) || unicode::is_invisible(c);
    let text = text.trim_start_matches(is_unseen);
    text.trim_end_matches(|c| unicode::is_blank(c) || matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{180e}'))
}

/// Notes: up to 10,000 characters.
pub fn notes(text: &str) -> Result<Option<String>, TextError> {
    paragraphs(text, 10_000)
}

/// An address of the form `local@domain.tld`. Whether it receives mail is not checked.
pub fn email(text: &str) -> Result<Option<String>, TextError> {
    let Some(address) = code(text, 255)? else { return Ok(None) };
    let well_formed = address.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && !host.contains('@') && host.contains('.') && host.split('.').all(|label| !label.is_empty())
    });
    let plain = !address.contains(|c: char| c.is_whitespace() || "<>(),;:\\\"[]".contains(c));
    if well_formed && plain { Ok(Some(address)) } else { Err(TextError::NotAnEmail) }
}

/// A web URL with its scheme, http or https only, so that a link can't run a script. Adds `https://` if there is no scheme.
pub fn website(text: &str) -> Result<Option<String>, TextError> {
    let Some(typed) = code(text, 500)? else { return Ok(None) };
    let lower = typed.to_ascii_lowercase();
    let with_scheme = if lower.starts_with("http://") || lower.starts_with("https://") { typed } else { format!("https://{typed}") };
    let after_scheme = with_scheme.split_once(':').and_then(|(_, rest)| rest.strip_prefix("//")).unwrap_or_default();
    let host = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.bytes().all(|b| b.is_ascii_digit()) { name } else { "" });
    let looks_like_host =
        name.contains('.') && name.split('.').all(|label| !label.is_empty() && label.split('-').all(unicode::is_alphanumeric));
    if looks_like_host && !with_scheme.contains(char::is_whitespace) { Ok(Some(with_scheme)) } else { Err(TextError::NotAWebsite) }
}

/// A phone number as typed: digits and separators, with or without an extension (`x12`, `máy lẻ 12`).
pub fn phone(text: &str) -> Result<Option<String>, TextError> {
    let Some(typed) = code(text, 50)? else { return Ok(None) };
    if phones::is_phone(&typed) { Ok(Some(typed)) } else { Err(TextError::NotAPhone) }
}

fn check_length(text: &str, max: usize) -> Result<Option<String>, TextError> {
    match text.chars().count() {
        0 => Ok(None),
        length if length > max => Err(TextError::TooLong { max, length }),
        _ => Ok(Some(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_composed_and_bounded() {
        assert_eq!(line("  Đươ\u{300}ng ", 10), Ok(Some("Đường".into())));
        assert_eq!(line(" \t ", 10), Ok(None));
        assert_eq!(required_line(" ", 10, "Write a name"), Err(TextError::Missing("Write a name")));
        assert_eq!(line(&"ễ".repeat(11), 10), Err(TextError::TooLong { max: 10, length: 11 }));
        assert_eq!(line("a\nb", 10), Err(TextError::Control));
        assert_eq!(line("a\0b", 10), Err(TextError::Control));
        assert_eq!(line("🙂<script>", 20), Ok(Some("🙂<script>".into())));
    }

    #[test]
    fn what_nobody_can_see_is_empty() {
        for unseen in
            ["\u{200b}", "\u{180e}", "\u{2800}", "\u{3164}", "\u{200d}\u{fe0f}", "\u{202e} \u{feff}", "\u{e0020}", "\u{a0}\u{2003}"]
        {
            assert_eq!(line(unseen, 10), Ok(None), "{unseen:?}");
            assert_eq!(paragraphs(unseen, 10), Ok(None), "{unseen:?}");
            assert_eq!(required_line(unseen, 10, "Write a name"), Err(TextError::Missing("Write a name")), "{unseen:?}");
        }
        assert_eq!(line("\u{feff}Lan\u{200b} ", 10), Ok(Some("Lan".into())));
        assert_eq!(line("❤\u{fe0f}", 10), Ok(Some("❤\u{fe0f}".into())), "the selector makes it an emoji");
        assert_eq!(line("👩\u{200d}👧", 10), Ok(Some("👩\u{200d}👧".into())));
    }

    #[test]
    fn pasted_codes_and_numbers_are_as_if_typed() {
        assert_eq!(phone("\u{202a}０９０３\u{a0}１２３\u{2011}456\u{202c}"), Ok(Some("0903 123-456".into())));
        assert_eq!(phone("0903\u{200b}123\u{2009}456"), Ok(Some("0903123 456".into())));
        assert_eq!(email("\u{feff}lan\u{200b}@viethung．vn\u{a0}"), Ok(Some("lan@viethung.vn".into())));
        assert_eq!(website("https://qns．com.vn/\u{200b}"), Ok(Some("https://qns.com.vn/".into())));
        assert_eq!(code("０３００５８８５６９\u{2013}001", 50), Ok(Some("0300588569-001".into())));
        assert_eq!(code("a\nb", 50), Err(TextError::Control));
    }

    #[test]
    fn paragraphs_keep_their_breaks() {
        assert_eq!(paragraphs("a\r\nb\rc", 10), Ok(Some("a\nb\nc".into())));
        assert_eq!(paragraphs("a\0", 10), Err(TextError::Control));
    }

    #[test]
    fn addresses_are_checked_for_shape() {
        for good in ["a@b.vn", "hưng.phạm+crm@viethung.com.vn"] {
            assert_eq!(email(good), Ok(Some(good.into())));
        }
        for bad in ["a", "a@b", "@b.vn", "a@b..vn", "a b@c.vn", "a@b@c.vn", "<a@b.vn>"] {
            assert_eq!(email(bad), Err(TextError::NotAnEmail), "{bad}");
        }
    }

    #[test]
    fn a_website_is_only_ever_http() {
        assert_eq!(website("qns.com.vn"), Ok(Some("https://qns.com.vn".into())));
        assert_eq!(website("HTTP://qns.com.vn:8080/a?b"), Ok(Some("HTTP://qns.com.vn:8080/a?b".into())));
        for bad in ["javascript:alert(1)", "ftp://a.vn", "https://", "a", "a b.vn", "https://user@host.vn", "data:text/html,x", "//evil.vn"]
        {
            assert_eq!(website(bad), Err(TextError::NotAWebsite), "{bad}");
        }
    }

    #[test]
    fn a_phone_number_is_kept_as_typed() {
        assert_eq!(phone("+84 (28) 3822-1234"), Ok(Some("+84 (28) 3822-1234".into())));
        assert_eq!(phone("call me"), Err(TextError::NotAPhone));
    }
}

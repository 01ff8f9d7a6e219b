//! Parsing of typed text: trimmed, NFC, of limited length.

use crate::{fold::nfc, phones, unicode};

/// The error of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Empty; contains the message.
    #[error("{0}")]
    Missing(&'static str),
    /// Too many characters; contains the maximum.
    #[error("Write at most {0} characters")]
    TooLong(usize),
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
    let text = nfc(text.trim());
    let text = text.trim();
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
    let text = nfc(text.trim()).replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(TextError::Control);
    }
    check_length(&text, max)
}

/// Notes: up to 10,000 characters.
pub fn notes(text: &str) -> Result<Option<String>, TextError> {
    paragraphs(text, 10_000)
}

/// An address of the form `local@domain.tld`. Whether it receives mail is not checked.
pub fn email(text: &str) -> Result<Option<String>, TextError> {
    let Some(address) = line(text, 255)? else { return Ok(None) };
    let well_formed = address.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && !host.contains('@') && host.contains('.') && host.split('.').all(|label| !label.is_empty())
    });
    let plain = !address.contains(|c: char| c.is_whitespace() || "<>(),;:\\\"[]".contains(c));
    if well_formed && plain { Ok(Some(address)) } else { Err(TextError::NotAnEmail) }
}

/// A web URL with its scheme, http or https only, so that a link can't run a script. Adds `https://` if there is no scheme.
pub fn website(text: &str) -> Result<Option<String>, TextError> {
    let Some(typed) = line(text, 500)? else { return Ok(None) };
    let lower = typed.to_ascii_lowercase();
    let with_scheme = if lower.starts_with("http://") || lower.starts_with("https://") { typed } else { format!("https://{typed}") };
    let after_scheme = with_scheme.split_once("://").map_or("", |(_, rest)| rest);
    let host = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.bytes().all(|b| b.is_ascii_digit()) { name } else { "" });
    let looks_like_host =
        name.contains('.') && name.split('.').all(|label| !label.is_empty() && label.split('-').all(unicode::is_alphanumeric));
    if looks_like_host && !with_scheme.contains(char::is_whitespace) { Ok(Some(with_scheme)) } else { Err(TextError::NotAWebsite) }
}

/// A phone number as typed: digits and separators.
pub fn phone(text: &str) -> Result<Option<String>, TextError> {
    let Some(typed) = line(text, 50)? else { return Ok(None) };
    let allowed = typed.chars().all(phones::is_of_number);
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    if allowed && digits >= 3 { Ok(Some(typed)) } else { Err(TextError::NotAPhone) }
}

fn check_length(text: &str, max: usize) -> Result<Option<String>, TextError> {
    match text.chars().count() {
        0 => Ok(None),
        length if length > max => Err(TextError::TooLong(max)),
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
        assert_eq!(line(&"ễ".repeat(11), 10), Err(TextError::TooLong(10)));
        assert_eq!(line("a\nb", 10), Err(TextError::Control));
        assert_eq!(line("a\0b", 10), Err(TextError::Control));
        assert_eq!(line("🙂<script>", 20), Ok(Some("🙂<script>".into())));
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

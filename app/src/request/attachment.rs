//! The header of a response that browsers save as a file.

use crate::ui::list::percent_encoded;
use http::HeaderValue;

/// `Content-Disposition: attachment` with a name in any script (RFC 6266, RFC 8187). `plain`: the ASCII name for old clients, without
/// quotes. Of `name`, characters that file systems refuse, and marks that turn the direction of writing, become `_`.
pub fn attachment(plain: &'static str, name: &str) -> HeaderValue {
    let refused = |c: char| {
        c.is_control()
            || "/\\:*?\"<>|".contains(c)
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let name: String = name.chars().map(|c| if refused(c) { '_' } else { c }).collect();
    let start = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''");
    HeaderValue::try_from(percent_encoded(&start, &name, "-_.~")).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_splits_the_header_or_leaves_its_folder() {
        let named = |name: &str| attachment("log.csv", name).to_str().expect("ASCII").to_owned();
        assert_eq!(named("Đá.csv"), "attachment; filename=\"log.csv\"; filename*=UTF-8''%C4%90%C3%A1.csv");
        assert_eq!(named("a\r\nSet-Cookie: x"), "attachment; filename=\"log.csv\"; filename*=UTF-8''a__Set-Cookie_%20x");
        assert_eq!(named("../\"x\u{202e}"), "attachment; filename=\"log.csv\"; filename*=UTF-8''..__x_");
    }
}

//! Unicode operations: by tables on the server, by the browser's own functions in WebAssembly, where the tables of the normal forms
//! would add 55 kB.

pub use implementation::{is_alphanumeric, lowercase, nfc, nfkc, without_marks};

/// Whether a character has width but draws nothing: white space, and the fillers of Braille and Hangul.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
}

/// Whether a character draws nothing and has no width: format characters, joiners, variation selectors, and what only directs the
/// text around it. Control characters are not among them.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(not(target_arch = "wasm32"))]
mod implementation {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

    /// NFC: `ễ` is one character.
    pub fn nfc(text: &str) -> String {
        text.nfc().collect()
    }

    /// NFKC: also, compatible characters are one: full-width `０` is `0`, a no-break space is a space.
    pub fn nfkc(text: &str) -> String {
        text.nfkc().collect()
    }

    /// NFD without combining marks: `ễ` becomes `e`.
    pub fn without_marks(text: &str) -> String {
        text.nfd().filter(|c| !is_combining_mark(*c)).collect()
    }

    /// Lower case.
    pub fn lowercase(text: &str) -> String {
        text.chars().flat_map(char::to_lowercase).collect()
    }

    /// Whether every character is a letter or number of any script.
    pub fn is_alphanumeric(text: &str) -> bool {
        text.chars().all(char::is_alphanumeric)
    }
}

#[cfg(target_arch = "wasm32")]
mod implementation {
    use js_sys::{JsString, RegExp};

    /// NFC: `ễ` is one character.
    pub fn nfc(text: &str) -> String {
        JsString::from(text).normalize("NFC").into()
    }

    /// NFKC: also, compatible characters are one: full-width `０` is `0`, a no-break space is a space.
    pub fn nfkc(text: &str) -> String {
        JsString::from(text).normalize("NFKC").into()
    }

    /// NFD without combining marks: `ễ` becomes `e`.
    pub fn without_marks(text: &str) -> String {
        JsString::from(text).normalize("NFD").replace_by_pattern(&RegExp::new("\\p{M}", "gu"), "").into()
    }

    /// Lower case.
    pub fn lowercase(text: &str) -> String {
        JsString::from(text).to_lower_case().into()
    }

    /// Whether every character is a letter or number of any script.
    pub fn is_alphanumeric(text: &str) -> bool {
        RegExp::new("^[\\p{Alphabetic}\\p{N}]*$", "u").test(text)
    }
}

//! What Unicode's tables say of text: from tables on the server, and from the browser itself in the browser, where those of the
//! normal forms alone would be 55 kB more to download.

pub use implementation::{is_alphanumeric, lowercase, nfc, without_marks};

#[cfg(not(target_arch = "wasm32"))]
mod implementation {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

    /// Composed: `ễ` is one character.
    pub fn nfc(text: &str) -> String {
        text.nfc().collect()
    }

    /// Decomposed, with every combining mark taken away: `ễ` is `e`.
    pub fn without_marks(text: &str) -> String {
        text.nfd().filter(|c| !is_combining_mark(*c)).collect()
    }

    /// In lower case.
    pub fn lowercase(text: &str) -> String {
        text.chars().flat_map(char::to_lowercase).collect()
    }

    /// Whether all of it is letters and numbers, of whatever script.
    pub fn is_alphanumeric(text: &str) -> bool {
        text.chars().all(char::is_alphanumeric)
    }
}

#[cfg(target_arch = "wasm32")]
mod implementation {
    use js_sys::{JsString, RegExp};

    /// Composed: `ễ` is one character.
    pub fn nfc(text: &str) -> String {
        JsString::from(text).normalize("NFC").into()
    }

    /// Decomposed, with every combining mark taken away: `ễ` is `e`.
    pub fn without_marks(text: &str) -> String {
        JsString::from(text).normalize("NFD").replace_by_pattern(&RegExp::new("\\p{M}", "gu"), "").into()
    }

    /// In lower case.
    pub fn lowercase(text: &str) -> String {
        JsString::from(text).to_lower_case().into()
    }

    /// Whether all of it is letters and numbers, of whatever script.
    pub fn is_alphanumeric(text: &str) -> bool {
        RegExp::new("^[\\p{Alphabetic}\\p{N}]*$", "u").test(text)
    }
}

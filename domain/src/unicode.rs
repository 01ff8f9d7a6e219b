//! Unicode operations: by tables on the server, by the browser's own functions in WebAssembly, where the tables of the normal forms
//! would add 55 kB.

pub use implementation::{is_alphanumeric, lowercase, nfc, without_marks};

#[cfg(not(target_arch = "wasm32"))]
mod implementation {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

    /// NFC: `ễ` is one character.
    pub fn nfc(text: &str) -> String {
        text.nfc().collect()
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

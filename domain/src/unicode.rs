//! Unicode's normal forms: from tables on the server, and from the browser itself in the browser, where the tables would
//! be 55 kB more to download.

pub use implementation::{nfc, without_marks};

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
}

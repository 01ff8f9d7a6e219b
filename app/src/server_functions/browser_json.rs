//! The encoding of server functions: JSON both ways, by POST.
//!
//! The browser's own `JSON` parses answers, and a few lines per type read the parsed value. A serde reader would add 14 kB to the
//! download of every page, the parser of `serde_json` 18 kB.

use leptos::{
    serde_json,
    server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, Http, codec::Post},
};
use serde::Serialize;
#[cfg(not(feature = "hydrate"))]
use serde::de::DeserializeOwned;

#[cfg(feature = "hydrate")]
pub use from_js::{FromJs, field};

/// The protocol of the app's server functions.
pub type Call = Http<Post<Arguments>, Post<BrowserJson>>;

/// The encoding of arguments. Only the server decodes it.
pub struct Arguments;

/// The encoding of answers. The browser decodes it.
pub struct BrowserJson;

impl ContentType for Arguments {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl ContentType for BrowserJson {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for Arguments {
    const FORMAT_TYPE: Format = Format::Text;
}

impl FormatType for BrowserJson {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for Arguments {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(value).map(Bytes::from)
    }
}

impl<T: Serialize> Encodes<T> for BrowserJson {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(value).map(Bytes::from)
    }
}

/// Required by the framework's traits; never called in the browser.
#[cfg(feature = "hydrate")]
impl<T> Decodes<T> for Arguments {
    type Error = &'static str;

    fn decode(_: Bytes) -> Result<T, &'static str> {
        Err("only the server reads arguments")
    }
}

#[cfg(not(feature = "hydrate"))]
impl<T: DeserializeOwned> Decodes<T> for Arguments {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        serde_json::from_slice(&bytes)
    }
}

#[cfg(feature = "hydrate")]
impl<T: FromJs> Decodes<T> for BrowserJson {
    type Error = &'static str;

    fn decode(bytes: Bytes) -> Result<T, &'static str> {
        let value = std::str::from_utf8(&bytes).ok().and_then(|text| js_sys::JSON::parse(text).ok());
        value.and_then(|value| T::from_js(&value)).ok_or("unreadable")
    }
}

#[cfg(not(feature = "hydrate"))]
impl<T: DeserializeOwned> Decodes<T> for BrowserJson {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        serde_json::from_slice(&bytes)
    }
}

#[cfg(feature = "hydrate")]
mod from_js {
    use domain::{
        deals::{ColumnTotals, MoveOutcome},
        forms::FormErrors,
        money::Money,
        sign_in_limits::LimitReached,
    };
    use js_sys::{Array, Reflect};
    use wasm_bindgen::JsValue;

    /// Conversion from a value that the browser has parsed. `None` for a value of another type.
    pub trait FromJs: Sized {
        /// Converts the value.
        fn from_js(value: &JsValue) -> Option<Self>;
    }

    /// A field of an object.
    pub fn field<T: FromJs>(object: &JsValue, name: &str) -> Option<T> {
        T::from_js(&Reflect::get(object, &name.into()).ok()?)
    }

    impl FromJs for String {
        fn from_js(value: &JsValue) -> Option<Self> {
            value.as_string()
        }
    }

    impl FromJs for bool {
        fn from_js(value: &JsValue) -> Option<Self> {
            value.as_bool()
        }
    }

    /// Versions and sequence numbers, exact up to 2^53.
    impl FromJs for i64 {
        fn from_js(value: &JsValue) -> Option<Self> {
            value.as_f64().map(|number| number as Self)
        }
    }

    impl FromJs for u64 {
        fn from_js(value: &JsValue) -> Option<Self> {
            value.as_f64().map(|number| number as Self)
        }
    }

    impl<T: FromJs> FromJs for Option<T> {
        fn from_js(value: &JsValue) -> Option<Self> {
            if value.is_null() || value.is_undefined() { Some(None) } else { T::from_js(value).map(Some) }
        }
    }

    impl<T: FromJs> FromJs for Vec<T> {
        fn from_js(value: &JsValue) -> Option<Self> {
            Array::is_array(value).then(|| Array::from(value).iter().map(|item| T::from_js(&item)).collect())?
        }
    }

    impl FromJs for Money {
        fn from_js(value: &JsValue) -> Option<Self> {
            value.as_string()?.parse().ok().map(Self::from_hundredths)
        }
    }

    impl FromJs for FormErrors {
        fn from_js(value: &JsValue) -> Option<Self> {
            let mut errors = Self::default();
            for error in Array::from(value).iter() {
                errors.add(&field::<String>(&error, "field")?, field::<String>(&error, "message")?);
            }
            Some(errors)
        }
    }

    impl FromJs for LimitReached {
        fn from_js(value: &JsValue) -> Option<Self> {
            let seconds: u64 = field(value, "seconds")?;
            Some(Self { message: field(value, "message")?, seconds: seconds as u32 })
        }
    }

    impl FromJs for ColumnTotals {
        fn from_js(value: &JsValue) -> Option<Self> {
            Some(Self {
                stage: field(value, "stage")?,
                count: field(value, "count")?,
                value: field(value, "value")?,
                weighted: field(value, "weighted")?,
            })
        }
    }

    impl FromJs for MoveOutcome {
        fn from_js(value: &JsValue) -> Option<Self> {
            Some(Self {
                deal: field(value, "deal")?,
                stage: field(value, "stage")?,
                version: field(value, "version")?,
                columns: field(value, "columns")?,
                lost_reason: field(value, "lost_reason")?,
                seq: field(value, "seq")?,
            })
        }
    }
}

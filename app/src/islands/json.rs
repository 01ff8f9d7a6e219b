//! Reads JSON that the browser has parsed.
//!
//! `serde_json` brings a parser of its own along, and words for all that may be wrong: a seventh of what the browser would
//! download.

use js_sys::{Array, JSON, Object};
use serde::{
    Deserializer,
    de::{
        self, DeserializeOwned, IntoDeserializer, Visitor,
        value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer, StringDeserializer},
    },
    forward_to_deserialize_any,
};
use std::fmt;
use wasm_bindgen::{JsCast, JsValue};

/// What the text says, if it is what is asked for.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(Parsed(JSON::parse(text).ok()?)).ok()
}

/// A value that the browser has parsed.
struct Parsed(JsValue);

type Members = MapDeserializer<'static, std::vec::IntoIter<(Parsed, Parsed)>, Unreadable>;

impl Parsed {
    fn members(&self) -> Option<Members> {
        let entries = Object::entries(self.0.dyn_ref()?);
        let pair = |entry: JsValue| {
            let entry: Array = entry.unchecked_into();
            (Self(entry.get(0)), Self(entry.get(1)))
        };
        Some(MapDeserializer::new(entries.iter().map(pair).collect::<Vec<_>>().into_iter()))
    }
}

impl<'de> Deserializer<'de> for Parsed {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if let Some(text) = self.0.as_string() {
            visitor.visit_string(text)
        } else if let Some(number) = self.0.as_f64() {
            visitor.visit_i64(whole(number)?)
        } else if let Some(truth) = self.0.as_bool() {
            visitor.visit_bool(truth)
        } else if let Some(array) = self.0.dyn_ref::<Array>() {
            visitor.visit_seq(SeqDeserializer::new(array.iter().map(Self)))
        } else if let Some(members) = self.members() {
            visitor.visit_map(members)
        } else {
            visitor.visit_unit()
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unreadable> {
        match self.0.as_string() {
            Some(name) => visitor.visit_enum(StringDeserializer::new(name)),
            None => visitor.visit_enum(MapAccessDeserializer::new(self.members().ok_or(Unreadable)?)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct
        map struct identifier ignored_any
    }
}

impl IntoDeserializer<'_, Unreadable> for Parsed {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// A number that has no fraction, and that the browser's numbers hold exactly.
fn whole(number: f64) -> Result<i64, Unreadable> {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    if number.trunc() == number && number.abs() <= EXACT { Ok(number as i64) } else { Err(Unreadable) }
}

/// The text doesn't say what is asked for. What is wrong with it nobody is told.
#[derive(Debug)]
struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreadable")
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

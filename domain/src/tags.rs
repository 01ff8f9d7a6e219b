//! Tags: a name and a colour.

use crate::{
    fold::fold,
    forms::FormErrors,
    ids::TagId,
    text::{self, TextError},
};
use serde::{Deserialize, Serialize};

/// The palette of tag colours, with names.
pub const PALETTE: [(&str, &str); 8] = [
    ("#16a34a", "Green"),
    ("#0284c7", "Blue"),
    ("#9333ea", "Purple"),
    ("#d97706", "Amber"),
    ("#dc2626", "Red"),
    ("#0d9488", "Teal"),
    ("#db2777", "Pink"),
    ("#64748b", "Grey"),
];

/// Maximum length of a tag's name, in characters.
pub const NAME_MAX: usize = 100;
/// Maximum number of tags per record.
pub const TAGS_MAX: usize = 20;

/// A colour as `#rrggbb`, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Color(String);

/// Text that is not a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Choose a color")]
pub struct InvalidColor;

impl Color {
    /// Parses `#rrggbb`.
    pub fn parse(text: &str) -> Result<Self, InvalidColor> {
        let hex = text.strip_prefix('#').ok_or(InvalidColor)?;
        let is_hex = hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit());
        is_hex.then(|| Self(text.to_ascii_lowercase())).ok_or(InvalidColor)
    }

    /// The colour as `#rrggbb`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A parsed tag, ready to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagDraft {
    /// The name, 1 to 100 characters.
    pub name: String,
    /// The colour.
    pub color: Color,
}

impl TagDraft {
    /// Parses a name and a colour. An empty colour is the first one of the palette.
    pub fn parse(name: &str, color: &str) -> Result<Self, (&'static str, String)> {
        let name = check_name(name).map_err(|error| ("name", error.to_string()))?;
        let color = Color::parse(if color.is_empty() { PALETTE[0].0 } else { color }).map_err(|error| ("color", error.to_string()))?;
        Ok(Self { name, color })
    }

    /// Parses the new tag of a record's form; `None` without a name.
    pub fn parse_optional(name: &str, color: &str) -> Result<Option<Self>, String> {
        if name.trim().is_empty() { Ok(None) } else { Self::parse(name, color).map(Some).map_err(|(_, message)| message) }
    }
}

/// The form of `/settings/tags/new` and `/settings/tags/{id}/edit`, as submitted and as redisplayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TagForm {
    /// Name, required.
    pub name: String,
    /// The colour as `#rrggbb`; empty for the first one of the palette.
    pub color: String,
    /// The edited version; empty for a new tag.
    pub version: String,
    /// The idempotency key: a form submitted twice creates one tag.
    pub form_key: String,
}

impl TagForm {
    /// Parses the form. The store checks that the name is free.
    pub fn parse(&self) -> Result<TagDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let name = errors.collect("name", check_name(&self.name));
        let color = errors.collect("color", Color::parse(if self.color.is_empty() { PALETTE[0].0 } else { &self.color }));
        match (name, color) {
            (Some(name), Some(color)) => Ok(TagDraft { name, color }),
            _ => Err(errors),
        }
    }

    /// Checks a single field, as the browser does when the field loses the focus.
    pub fn check_field(field: &str, value: &str) -> Result<(), String> {
        if field == "name" { check_name(value).map(drop).map_err(|error| error.to_string()) } else { Ok(()) }
    }
}

/// The submitted form of `/settings/tags/{id}/merge`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MergeForm {
    /// The id of the target tag.
    pub into: String,
    /// The shown version of the merged tag.
    pub version: String,
}

impl MergeForm {
    /// Parses the form for the tag `id`.
    pub fn parse(&self, id: TagId) -> Result<TagId, FormErrors> {
        match self.into.parse() {
            Ok(into) if into == id => Err(FormErrors::of("into", "Choose another tag than this one")),
            Ok(into) => Ok(into),
            Err(_) => Err(FormErrors::of("into", "Choose a tag")),
        }
    }
}

/// Parses the checked tags: without duplicates, at most [`TAGS_MAX`].
pub fn parse_ids(ids: &[String]) -> Result<Vec<TagId>, String> {
    let mut tags = ids
        .iter()
        .filter(|id| !id.is_empty())
        .map(|id| id.parse())
        .collect::<Result<Vec<TagId>, _>>()
        .map_err(|_| "Choose tags from the list")?;
    tags.sort_unstable();
    tags.dedup();
    if tags.len() > TAGS_MAX { Err(format!("Choose at most {TAGS_MAX} tags")) } else { Ok(tags) }
}

/// The unique form of a tag's name in its workspace.
pub fn name_key(name: &str) -> String {
    fold(name)
}

fn check_name(text: &str) -> Result<String, TextError> {
    text::required_line(text, NAME_MAX, "Write the tag's name")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_color_is_six_hex_digits() {
        assert_eq!(Color::parse("#16A34A").expect("a color").as_str(), "#16a34a");
        for bad in ["", "16a34a", "#16a34", "#16a34g", "red", "#16a34a;x", "url(#a)"] {
            assert_eq!(Color::parse(bad), Err(InvalidColor), "{bad}");
        }
        assert!(PALETTE.iter().all(|(hex, _)| Color::parse(hex).is_ok()));
    }

    #[test]
    fn a_form_says_what_is_wrong_with_it() {
        let form = |name: &str, color: &str| TagForm { name: name.into(), color: color.into(), ..TagForm::default() };
        let draft = form(" Kha\u{301}ch VIP ", "").parse().expect("nothing wrong");
        assert_eq!((draft.name.as_str(), draft.color.as_str()), ("Khách VIP", PALETTE[0].0));
        let errors = form(" ", "red").parse().expect_err("both wrong");
        assert_eq!((errors.get("name"), errors.get("color")), (Some("Write the tag's name"), Some("Choose a color")));
        assert!(form(&"ễ".repeat(101), "").parse().is_err());
        assert_eq!(TagForm::check_field("name", " "), Err("Write the tag's name".to_owned()));
        assert_eq!(TagForm::check_field("name", "A"), Ok(()));
    }

    #[test]
    fn a_tag_merges_into_another() {
        let (one, other): (TagId, TagId) = (TagId(Uuid::from_u128(1)), TagId(Uuid::from_u128(2)));
        let into = |into: &str| MergeForm { into: into.to_owned(), version: "1".into() }.parse(one);
        assert_eq!(into(&other.to_string()), Ok(other));
        assert!(into(&one.to_string()).is_err() && into("").is_err() && into("x").is_err());
    }

    #[test]
    fn names_are_unique_however_they_are_written() {
        for other in ["KHÁCH Vip", "khach vip", " Khách  VIP", "Kha\u{301}ch VIP", "Khách ＶＩＰ", "Khách VІР"] {
            assert_eq!(name_key(other), name_key("khách VIP"), "{other}");
        }
        assert_ne!(name_key("VIP 1"), name_key("VIP l"));
        assert_eq!(TagDraft::parse(" ", "").expect_err("empty").0, "name");
    }
}

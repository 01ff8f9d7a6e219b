//! Tags: a name and a colour.

use crate::{
    ids::TagId,
    text::{self, TextError},
};

/// The colours a tag is offered in, with their names.
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

/// Most characters of a tag's name.
pub const NAME_MAX: usize = 100;
/// Most tags on one record.
pub const TAGS_MAX: usize = 20;

/// A colour as `#rrggbb`, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Color(String);

/// Text that is not a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Choose a color")]
pub struct NotAColor;

impl Color {
    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Result<Self, NotAColor> {
        let hex = text.strip_prefix('#').ok_or(NotAColor)?;
        let is_hex = hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit());
        is_hex.then(|| Self(text.to_ascii_lowercase())).ok_or(NotAColor)
    }

    /// As `#rrggbb`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A tag to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagDraft {
    /// Its name, 1 to 100 characters.
    pub name: String,
    /// Its colour.
    pub color: Color,
}

impl TagDraft {
    /// Reads a name and a colour; no colour means the palette's first.
    pub fn parse(name: &str, color: &str) -> Result<Self, (&'static str, String)> {
        let name = check_name(name).map_err(|message| ("name", message))?;
        let color = Color::parse(if color.is_empty() { PALETTE[0].0 } else { color }).map_err(|error| ("color", error.to_string()))?;
        Ok(Self { name, color })
    }

    /// The tag that a form makes on the way; no name means none.
    pub fn parse_optional(name: &str, color: &str) -> Result<Option<Self>, String> {
        if name.trim().is_empty() { Ok(None) } else { Self::parse(name, color).map(Some).map_err(|(_, message)| message) }
    }
}

/// The tags ticked in a form, each once, at most [`TAGS_MAX`].
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

/// The form of a tag's name that is unique in its workspace: lower case, accents kept.
pub fn name_key(name: &str) -> String {
    crate::fold::nfc(name).to_lowercase()
}

fn check_name(text: &str) -> Result<String, String> {
    text::required_line(text, NAME_MAX).map_err(|error| match error {
        TextError::Missing => "Write the tag's name".to_owned(),
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_color_is_six_hex_digits() {
        assert_eq!(Color::parse("#16A34A").expect("a color").as_str(), "#16a34a");
        for bad in ["", "16a34a", "#16a34", "#16a34g", "red", "#16a34a;x", "url(#a)"] {
            assert_eq!(Color::parse(bad), Err(NotAColor), "{bad}");
        }
        assert!(PALETTE.iter().all(|(hex, _)| Color::parse(hex).is_ok()));
    }

    #[test]
    fn names_are_unique_whatever_their_case() {
        assert_eq!(name_key("KHÁCH Vip"), name_key("khách VIP"));
        assert_ne!(name_key("Bò"), name_key("Bo"));
        assert_eq!(TagDraft::parse(" ", "").expect_err("empty").0, "name");
    }
}

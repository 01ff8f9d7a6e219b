//! Custom fields: name-value pairs of a record, beyond its built-in fields.

use crate::{fold::fold, forms::FormErrors, text};

/// Maximum length of a field's name, in characters.
pub const NAME_MAX: usize = 100;
/// Maximum length of a field's value, in characters.
pub const VALUE_MAX: usize = 1_000;
/// Maximum length of what is compared of a value, in characters.
pub const VALUE_KEY_MAX: usize = 200;
/// Maximum number of fields per record.
pub const FIELDS_MAX: usize = 30;

/// The name of the input of a field's name, once per row.
pub const NAME_INPUT: &str = "metadata_name";
/// The name of the input of a field's value, once per row.
pub const VALUE_INPUT: &str = "metadata_value";
/// Name and label of all rows together, for comparing forms and listing errors.
pub const LABEL: (&str, &str) = ("metadata", "Custom fields");

/// A custom field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    /// The name, 1 to 100 characters.
    pub name: String,
    /// The value, 1 to 1,000 characters; may contain line breaks.
    pub value: String,
}

impl CustomField {
    /// The value as a URL; `None` unless the scheme is http or https, so that a link can't run a script.
    pub fn link(&self) -> Option<&str> {
        let written_out = text::website(&self.value).ok().flatten().is_some_and(|address| address == self.value);
        written_out.then_some(self.value.as_str())
    }
}

/// The custom fields of a record, sorted by name. Names are unique after folding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomFields(Vec<CustomField>);

impl CustomFields {
    /// Parses the rows of a form. Empty rows are ignored.
    ///
    /// # Errors
    /// A message per invalid input, at the field [`input_id`].
    pub fn parse(names: &[String], values: &[String]) -> Result<Self, FormErrors> {
        let mut errors = FormErrors::default();
        let mut fields: Vec<CustomField> = Vec::new();
        for row in 0..names.len().max(values.len()) {
            let typed = |of: &[String]| of.get(row).map(|text| text.trim().to_owned()).unwrap_or_default();
            let (name, value) = (typed(names), typed(values));
            if name.is_empty() && value.is_empty() {
                continue;
            }
            let name = errors.collect(&input_id(NAME_INPUT, row), name_of(&name, &fields));
            let value = errors.collect(&input_id(VALUE_INPUT, row), value_of(&value));
            if let (Some(name), Some(value)) = (name, value) {
                fields.push(CustomField { name, value });
            }
        }
        if fields.len() > FIELDS_MAX {
            errors.add(LABEL.0, format!("Write at most {FIELDS_MAX} custom fields"));
        }
        if errors.is_empty() { Ok(Self::sorted(fields)) } else { Err(errors) }
    }

    /// The stored fields of a record, without validation.
    pub fn from_stored(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self::sorted(pairs.into_iter().map(|(name, value)| CustomField { name, value }).collect())
    }

    fn sorted(mut fields: Vec<CustomField>) -> Self {
        fields.sort_by_cached_key(|field| (fold(&field.name), field.name.clone()));
        Self(fields)
    }

    /// The fields, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = &CustomField> {
        self.0.iter()
    }

    /// Whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values as form rows.
    pub fn rows(&self) -> (Vec<String>, Vec<String>) {
        self.0.iter().map(|field| (field.name.clone(), field.value.clone())).unzip()
    }

    /// Names and values to compare by.
    pub fn keys(&self) -> impl Iterator<Item = (String, String)> {
        self.0.iter().map(|field| (fold(&field.name), value_key(&field.value)))
    }

    /// The searched texts: names and values.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|field| [field.name.as_str(), field.value.as_str()])
    }

    /// Checks a single input, as the browser does when the input loses the focus.
    pub fn check_input(input: &str, value: &str) -> Result<(), String> {
        match input {
            NAME_INPUT => text::line(value, NAME_MAX).map(drop).map_err(|error| error.to_string()),
            VALUE_INPUT => text::paragraphs(value, VALUE_MAX).map(drop).map_err(|error| error.to_string()),
            _ => Ok(()),
        }
    }
}

/// A value to compare by, ignoring case and accents: of a long one its start, as PostgreSQL's indexes hold 2,704 bytes a row.
pub fn value_key(value: &str) -> String {
    fold(value).chars().take(VALUE_KEY_MAX).collect()
}

/// The id of a row's input; `row` starts at 0.
pub fn input_id(input: &str, row: usize) -> String {
    format!("{input}-{}", row + 1)
}

/// The non-empty rows as `name: value`, sorted by name, for the conflict panel.
pub fn in_words(names: &[String], values: &[String]) -> Vec<String> {
    let text = |of: &[String], row: usize| of.get(row).map(|text| text.trim().replace("\r\n", "\n")).unwrap_or_default();
    let rows = (0..names.len().max(values.len())).map(|row| (text(names, row), text(values, row)));
    let mut words: Vec<String> =
        rows.filter(|(name, value)| !(name.is_empty() && value.is_empty())).map(|(name, value)| format!("{name}: {value}")).collect();
    words.sort_unstable();
    words
}

fn name_of(typed: &str, before: &[CustomField]) -> Result<String, String> {
    let name = text::required_line(typed, NAME_MAX, "Name this field, or clear its value").map_err(|error| error.to_string())?;
    let taken = before.iter().any(|field| fold(&field.name) == fold(&name));
    if taken { Err("Another field has this name".to_owned()) } else { Ok(name) }
}

fn value_of(typed: &str) -> Result<String, String> {
    let value = text::paragraphs(typed, VALUE_MAX).map_err(|error| error.to_string())?;
    value.ok_or_else(|| "Write its value, or clear its name".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(rows: &[(&str, &str)]) -> Result<CustomFields, FormErrors> {
        let (names, values): (Vec<_>, Vec<_>) = rows.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).unzip();
        CustomFields::parse(&names, &values)
    }

    fn refused(rows: &[(&str, &str)]) -> Vec<(String, String)> {
        let errors = parse(rows).expect_err("something is wrong");
        errors.iter().map(|error| (error.field.clone(), error.message.clone())).collect()
    }

    #[test]
    fn rows_become_fields_by_name() {
        let fields =
            parse(&[(" Số hợp đồng ", "HD-2024/031"), ("", " "), ("Đu\u{31b}o\u{31b}\u{300}ng", "a\r\nb")]).expect("nothing wrong");
        let shown: Vec<_> = fields.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
        assert_eq!(shown, [("Đường", "a\nb"), ("Số hợp đồng", "HD-2024/031")], "composed, sorted by its folded name");
        assert_eq!(fields.rows().0, ["Đường", "Số hợp đồng"]);
        assert_eq!(fields.words().collect::<Vec<_>>(), ["Đường", "a\nb", "Số hợp đồng", "HD-2024/031"]);
        assert!(parse(&[]).expect("none").is_empty());
    }

    #[test]
    fn fields_are_compared_without_case_and_accents() {
        let fields = parse(&[("Số Hợp Đồng", "HĐ-1"), ("Ghi chú", &"ễ".repeat(300))]).expect("nothing wrong");
        let keys: Vec<_> = fields.keys().collect();
        assert_eq!(keys[1], ("so hop dong".to_owned(), value_key("hđ-1")));
        assert_eq!(keys[0].1.chars().count(), VALUE_KEY_MAX);
    }

    #[test]
    fn what_is_wrong_stands_at_its_row() {
        let at = |field: &str, message: &str| (field.to_owned(), message.to_owned());
        assert_eq!(refused(&[("", ""), ("", "x")]), [at("metadata_name-2", "Name this field, or clear its value")]);
        assert_eq!(refused(&[("a", " ")]), [at("metadata_value-1", "Write its value, or clear its name")]);
        assert_eq!(refused(&[("Kho lạnh", "1"), ("KHO  LANH", "2")]), [at("metadata_name-2", "Another field has this name")]);
        assert_eq!(refused(&[(&"ễ".repeat(101), "1")]), [at("metadata_name-1", "Write at most 100 characters; there are 101")]);
        assert_eq!(refused(&[("a", &"ễ".repeat(1_001))]), [at("metadata_value-1", "Write at most 1.000 characters; there are 1.001")]);
        assert_eq!(refused(&[("a\0b", "1")]), [at("metadata_name-1", "Remove the invisible control characters")]);
        let many: Vec<String> = (0..=FIELDS_MAX).map(|number| number.to_string()).collect();
        let errors = CustomFields::parse(&many, &many).expect_err("one too many");
        assert_eq!(errors.get("metadata"), Some("Write at most 30 custom fields"));
        assert!(CustomFields::parse(&many[1..], &many[1..]).is_ok());
    }

    #[test]
    fn a_name_without_its_value_and_the_other_way_round_are_not_paired_up() {
        let errors = CustomFields::parse(&["a".to_owned(), "b".to_owned()], &["1".to_owned()]).expect_err("b says nothing");
        assert!(errors.get("metadata_value-2").is_some());
        assert!(CustomFields::parse(&[], &["1".to_owned()]).is_err());
    }

    #[test]
    fn leaving_an_input_checks_it() {
        assert_eq!(CustomFields::check_input(NAME_INPUT, ""), Ok(()), "an empty row is no row");
        assert!(CustomFields::check_input(NAME_INPUT, &"x".repeat(101)).is_err());
        assert!(CustomFields::check_input(VALUE_INPUT, &"x".repeat(1_001)).is_err());
        assert_eq!(CustomFields::check_input(VALUE_INPUT, "a\nb"), Ok(()));
    }

    #[test]
    fn only_an_address_of_the_web_is_a_link() {
        let link = |value: &str| CustomField { name: "a".into(), value: value.into() }.link().map(str::to_owned);
        for address in ["https://qns.com.vn/a?b=1", "HTTP://qns.com.vn"] {
            assert_eq!(link(address).as_deref(), Some(address));
        }
        for plain in ["qns.com.vn", "javascript:alert(1)", "https://a.vn x", "see https://a.vn", "https://", "data:text/html,x"] {
            assert_eq!(link(plain), None, "{plain}");
        }
    }

    #[test]
    fn rows_are_compared_whatever_their_order() {
        let text = |of: &[&str]| of.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let (one, other) = (in_words(&text(&["b", "a", ""]), &text(&["2", "1", ""])), in_words(&text(&["a", "b"]), &text(&["1 ", "2"])));
        assert_eq!(one, other);
        assert_eq!(one, ["a: 1", "b: 2"]);
    }
}

//! Words of sentences that are made of data: names of fields, and long values.

/// A field's name in words: `tax_code` is `tax code`, `company_id` is `company`.
pub fn field_words(field: &str) -> String {
    field.trim_end_matches("_id").replace('_', " ")
}

/// The text with its first character in upper case.
pub fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The first `max` characters of a value that may be long, with an ellipsis if there are more.
pub fn shortened(value: String, max: usize) -> String {
    if value.chars().count() <= max { value } else { value.chars().take(max).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_as_people_say_them() {
        assert_eq!(["tax_code", "company_id"].map(field_words), ["tax code", "company"]);
        assert_eq!(sentence_case("đường, notes"), "Đường, notes");
    }

    #[test]
    fn long_values_are_cut_by_characters() {
        assert_eq!([shortened("Đường".to_owned(), 5), shortened("Đường".to_owned(), 3)], ["Đường", "Đườ…"]);
    }
}

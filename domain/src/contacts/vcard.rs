//! A contact as a vCard, for the address books of phones and mail programs.
//!
//! Version 3.0 (RFC 2426), which they all read: Android's and some mail programs' refuse 4.0, and Apple's and Nextcloud's write 3.0.
//! Outlook drops a telephone number or an address without a type.

use crate::collation::NameOrder;

/// Most octets of a line without its break (RFC 2426, section 2.6).
const LINE_OCTETS: usize = 75;

/// What a card says of a contact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactCard {
    /// The name as it is written.
    pub name: String,
    /// In which order the workspace's names are written: with [`NameOrder::GivenName`] the family name comes first.
    pub name_order: NameOrder,
    /// Telephone number.
    pub phone: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// Name of the company.
    pub company: Option<String>,
    /// Its postal address.
    pub address: Option<String>,
    /// Its web address.
    pub website: Option<String>,
    /// Notes.
    pub notes: Option<String>,
}

/// The parts of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NameParts<'a> {
    family: &'a str,
    given: &'a str,
    middle: String,
}

impl ContactCard {
    /// The card's text in UTF-8, with folded lines that end in CRLF.
    pub fn to_text(&self) -> String {
        let NameParts { family, given, middle } = name_parts(&self.name, self.name_order);
        let mut text = String::new();
        let mut line = |content: String| push_folded(&mut text, &content);
        line("BEGIN:VCARD".to_owned());
        line("VERSION:3.0".to_owned());
        line(format!("N:{};{};{};;", escaped(family), escaped(given), escaped(&middle)));
        for (property, value) in [
            ("FN", Some(&self.name)),
            ("ORG", self.company.as_ref()),
            ("TITLE", self.job_title.as_ref()),
            ("TEL;TYPE=WORK,VOICE", self.phone.as_ref()),
            ("EMAIL;TYPE=INTERNET", self.email.as_ref()),
        ] {
            if let Some(value) = value {
                line(format!("{property}:{}", escaped(value)));
            }
        }
        if let Some(address) = &self.address {
            // The address is one text: as the street of its seven parts it is shown whole.
            line(format!("ADR;TYPE=WORK:;;{};;;;", escaped(address)));
        }
        if let Some(website) = &self.website {
            // A URI, in which nothing is escaped.
            line(format!("URL;TYPE=WORK:{website}"));
        }
        if let Some(notes) = &self.notes {
            line(format!("NOTE:{}", escaped(notes)));
        }
        line("END:VCARD".to_owned());
        text
    }
}

/// Splits a name into its parts. Of one word it is the given name.
fn name_parts(name: &str, order: NameOrder) -> NameParts<'_> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let (first, last, middle) = match words.as_slice() {
        [] => return NameParts { family: "", given: name, middle: String::new() },
        [given] => return NameParts { family: "", given, middle: String::new() },
        [first, middle @ .., last] => (*first, *last, middle.join(" ")),
    };
    match order {
        NameOrder::GivenName => NameParts { family: first, given: last, middle },
        NameOrder::AsWritten => NameParts { family: last, given: first, middle },
    }
}

/// Text as a value (RFC 2426, section 5).
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => value.extend(['\\', c]),
            '\n' => value.push_str("\\n"),
            '\r' => {}
            c => value.push(c),
        }
    }
    value
}

/// Appends a line, folded between characters: a line goes on after a break and a space.
fn push_folded(text: &mut String, line: &str) {
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > LINE_OCTETS {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(c);
        octets += c.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use calcard::vcard::{VCard, VCardProperty, VCardValue};
    use proptest::prelude::*;

    /// The text values of a property, as a parser reads them.
    fn values(card: &VCard, property: &VCardProperty) -> Vec<String> {
        let entry = card.entries.iter().find(|entry| entry.name == *property).expect("a property");
        let of = |value: &VCardValue| match value {
            VCardValue::Component(parts) => parts.clone(),
            other => vec![other.as_text().unwrap_or_default().to_owned()],
        };
        entry.values.iter().flat_map(of).collect()
    }

    fn parsed(card: &ContactCard) -> VCard {
        VCard::parse(card.to_text()).expect("a card")
    }

    #[test]
    fn names_are_split_in_the_order_of_the_workspace() {
        let parts = |name, order| {
            let NameParts { family, given, middle } = name_parts(name, order);
            (family.to_owned(), given.to_owned(), middle)
        };
        let of = |family: &str, given: &str, middle: &str| (family.to_owned(), given.to_owned(), middle.to_owned());
        assert_eq!(parts("Nguyễn Thị Minh Anh", NameOrder::GivenName), of("Nguyễn", "Anh", "Thị Minh"));
        assert_eq!(parts("Trần Bình", NameOrder::GivenName), of("Trần", "Bình", ""));
        assert_eq!(parts("Ada King Lovelace", NameOrder::AsWritten), of("Lovelace", "Ada", "King"));
        assert_eq!(parts("An", NameOrder::GivenName), of("", "An", ""));
    }

    #[test]
    fn a_card_says_what_is_known_and_no_more() {
        let card = ContactCard {
            name: "Nguyễn Văn An".to_owned(),
            phone: Some("+84 903 123 456".to_owned()),
            email: Some("an@example.com".to_owned()),
            job_title: Some("Giám đốc".to_owned()),
            company: Some("Mẫu, Thử và Cộng sự".to_owned()),
            address: Some("12 Lê Lợi, Quận 1;\nTP. HCM".to_owned()),
            website: Some("https://example.com/a,b".to_owned()),
            ..ContactCard::default()
        };
        let expected = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Nguyễn;An;Văn;;\r\nFN:Nguyễn Văn An\r\nORG:Mẫu\\, Thử và Cộng sự\r\nTITLE:Giám đốc\r\n\
             TEL;TYPE=WORK,VOICE:+84 903 123 456\r\nEMAIL;TYPE=INTERNET:an@example.com\r\n\
             ADR;TYPE=WORK:;;12 Lê Lợi\\, Quận 1\\;\\nTP. HCM;;;;\r\nURL;TYPE=WORK:https://example.com/a,b\r\nEND:VCARD\r\n";
        assert_eq!(card.to_text(), expected);
        assert!(!ContactCard { name: "An".to_owned(), ..ContactCard::default() }.to_text().contains("TEL"));
    }

    proptest! {
        #[test]
        fn every_text_is_read_back_and_no_line_is_long(
            name in "[A-Za-zĐđắệữ]{1,8}( [\\\\;,:Ắắ\"'a-z🙂]{1,40}){0,3}",
            notes in "([\\\\;,:\"'= a-zĐắ🙂]{0,60}\n){0,4}[a-z]",
        ) {
            let card = ContactCard { name: name.clone(), company: Some(name.clone()), notes: Some(notes.clone()), ..ContactCard::default() };
            let text = card.to_text();
            for line in text.split("\r\n") {
                prop_assert!(line.len() <= LINE_OCTETS, "{}", line);
                prop_assert!(!line.contains(['\r', '\n']));
            }
            let read = parsed(&card);
            prop_assert_eq!(values(&read, &VCardProperty::Fn), [name.clone()]);
            prop_assert_eq!(values(&read, &VCardProperty::Org), [name.clone()]);
            prop_assert_eq!(values(&read, &VCardProperty::Note), [notes]);
            let NameParts { family, given, middle } = name_parts(&name, NameOrder::GivenName);
            prop_assert_eq!(&values(&read, &VCardProperty::N)[..3], [family.to_owned(), given.to_owned(), middle]);
        }
    }
}

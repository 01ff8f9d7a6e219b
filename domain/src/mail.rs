//! Mail: what one says, as values. Where its links lead is added by the sender alone, from the install's public address.
//!
//! A feature's mail is a function that returns a [`Mail`]. Its subject is fixed text: a record's name never stands in a subject, which
//! phones show on locked screens and servers log.

use crate::users::Email;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};

/// Mail to one person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Name of the recipient, as they typed it.
    pub name: String,
    /// Address of the recipient.
    pub email: String,
    subject: Cow<'static, str>,
    body: Vec<Paragraph>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Paragraph {
    Text(String),
    Link { label: Cow<'static, str>, path: String },
}

/// Without the text, whose links may be secret.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl Mail {
    /// Mail without text yet.
    pub fn new(name: &str, email: &Email, subject: &'static str) -> Self {
        Self { name: name.to_owned(), email: email.as_str().to_owned(), subject: subject.into(), body: Vec::new() }
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.body.push(Paragraph::Text(text.into()));
        self
    }

    /// Adds a link to a page of this install.
    ///
    /// - `label`: what it does, as on a button.
    /// - `path`: from the `/` after the host, percent-encoded.
    #[must_use]
    pub fn link(mut self, label: &'static str, path: impl Into<String>) -> Self {
        self.body.push(Paragraph::Link { label: label.into(), path: path.into() });
        self
    }

    /// The subject.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The text part. `origin`: the install's public address, such as `https://crm.example.com`.
    pub fn to_text(&self, origin: &str) -> String {
        let mut text = String::new();
        for paragraph in &self.body {
            match paragraph {
                Paragraph::Text(paragraph) => text += paragraph,
                Paragraph::Link { label, path } => text += &format!("{label}:\n{origin}{path}"),
            }
            text += "\n\n";
        }
        text + &format!("-- \nMiniCRM, {origin}\n")
    }

    /// The HTML part. `origin` as for [`Mail::to_text`].
    pub fn to_html(&self, origin: &str) -> String {
        let mut body = String::new();
        for paragraph in &self.body {
            match paragraph {
                Paragraph::Text(text) => body += &format!("<p>{}</p>\n", escape(text).replace('\n', "<br>\n")),
                Paragraph::Link { label, path } => {
                    body += &format!("<p><a href=\"{}\">{}</a></p>\n", escape(&format!("{origin}{path}")), escape(label));
                }
            }
        }
        let (subject, origin) = (escape(&self.subject), escape(origin));
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{subject}</title></head>\n\
             <body style=\"font-family: sans-serif; line-height: 1.5\">\n{body}<p><a href=\"{origin}\">MiniCRM</a></p>\n</body>\n</html>\n"
        )
    }
}

/// Text as HTML, for content and for quoted attributes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    const ORIGIN: &str = "https://crm.example.com";

    fn mail() -> Mail {
        Mail::new("Đức", &Email::parse("duc@example.com").unwrap(), "Choose a new password")
            .text("Somebody asked for\na new password of <b>Đức & Sons</b>.")
            .link("Choose a new password", "/reset-password?token=a&next=\"b\"")
    }

    #[test]
    fn both_parts_say_the_same_and_lead_to_the_same_address() {
        assert_eq!(
            mail().to_text(ORIGIN),
            "Somebody asked for\na new password of <b>Đức & Sons</b>.\n\n\
             Choose a new password:\nhttps://crm.example.com/reset-password?token=a&next=\"b\"\n\n-- \nMiniCRM, https://crm.example.com\n"
        );
        let html = mail().to_html(ORIGIN);
        assert!(html.contains("<p>Somebody asked for<br>\na new password of &lt;b&gt;Đức &amp; Sons&lt;/b&gt;.</p>"), "{html}");
        let link = "<a href=\"https://crm.example.com/reset-password?token=a&amp;next=&quot;b&quot;\">Choose a new password</a>";
        assert!(html.contains(link), "{html}");
    }

    #[test]
    fn debug_shows_no_link() {
        assert!(!format!("{:?}", mail()).contains("token"));
    }
}

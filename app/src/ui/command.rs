//! A command of the palette: a link to a page or form that exists without it.

use super::mailto;
use domain::phones::tel_number;

/// A link that the palette offers. It changes nothing by itself: a change is sent by the form that it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The text, beginning with a verb unless it names a page or record.
    pub label: String,
    /// What tells commands of the same label apart.
    pub detail: Option<String>,
    /// Further words by which it is found, separated by spaces.
    pub synonyms: &'static str,
    /// The URL.
    pub href: String,
    /// The icon's name.
    pub icon: &'static str,
    /// How a script opens the link.
    pub opens: Opens,
}

/// How a script opens a command's link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opens {
    /// As the page that it links to.
    Page,
    /// The form with this id, in a dialog.
    FormDialog(&'static str),
    /// As [`Opens::FormDialog`], from the page at this URL instead of the linked one.
    FormDialogFrom(&'static str, String),
    /// The page's content with `data-dialog`, in a dialog.
    Dialog,
}

/// Calling and writing to a record's number and address, where they are known.
pub fn reach(phone: Option<&str>, email: Option<&str>) -> impl Iterator<Item = Command> {
    let call = phone.map(|phone| Command::new("Call", format!("tel:{}", tel_number(phone))).icon("phone-outgoing").detail(phone));
    let write = email.map(|email| Command::new("Write email", mailto(email)).icon("mail").detail(email).found_by("send message"));
    call.into_iter().chain(write)
}

impl Command {
    /// A link to a page, without an icon yet.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), detail: None, synonyms: "", href: href.into(), icon: Default::default(), opens: Opens::Page }
    }

    /// With the icon of this name.
    pub fn icon(self, icon: &'static str) -> Self {
        Self { icon, ..self }
    }

    /// With what tells it apart.
    pub fn detail(self, detail: &str) -> Self {
        Self { detail: Some(detail.to_owned()), ..self }
    }

    /// With further words by which it is found.
    pub fn found_by(self, synonyms: &'static str) -> Self {
        Self { synonyms, ..self }
    }

    /// Opened by a script as this says.
    pub fn opening(self, opens: Opens) -> Self {
        Self { opens, ..self }
    }
}

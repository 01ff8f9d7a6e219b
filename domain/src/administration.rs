//! Administration of the install by platform admins: lists of workspaces and users, and forms.

use crate::page::{self, BadQuery, ListQuery, PageNumber};
use serde::{Deserialize, Serialize};

#[cfg(not(target_arch = "wasm32"))]
use crate::{fold::fold, forms::FormErrors, text, users::Email};

/// The path of the pages.
pub const PATH: &str = "/admin";

/// The message at the sign-in of a disabled account, after the right password.
pub const ACCOUNT_DISABLED: &str = "This account was disabled by an administrator of the server. Talk to them to use it again.";

/// Length of a name, in characters.
#[cfg(not(target_arch = "wasm32"))]
const NAME_MAX: usize = 255;

/// Whether a workspace is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspaceState {
    /// Its members work in it.
    Active,
    /// A platform admin suspended it: nobody reads or writes it.
    Suspended,
    /// Its owner ended it.
    Ended,
}

impl WorkspaceState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Ended];

    /// The value in a URL.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Ended => "ended",
        }
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::Ended => "Ended",
        }
    }

    /// Parses the value in a URL.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }

    /// The state of a workspace. What has ended is not suspended any more for anybody.
    pub const fn of(is_ended: bool, is_suspended: bool) -> Self {
        match (is_ended, is_suspended) {
            (true, _) => Self::Ended,
            (false, true) => Self::Suspended,
            (false, false) => Self::Active,
        }
    }
}

/// A kind of users to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserState {
    /// They may sign in.
    Active,
    /// A platform admin disabled their account.
    Disabled,
    /// They are platform admins, disabled or not.
    Admin,
}

impl UserState {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Active, Self::Disabled, Self::Admin];

    /// The value in a URL.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Admin => "admin",
        }
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Disabled => "Disabled",
            Self::Admin => "Platform admins",
        }
    }

    /// Parses the value in a URL.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }
}

macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident of $state:ident at $path:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct $name {
            /// Words of names and addresses; empty for no search.
            pub q: String,
            /// The state; `None` for all.
            pub state: Option<$state>,
            /// The page number.
            pub page: PageNumber,
        }

        impl $name {
            /// Parses the pairs of a URL's query. Unknown names are ignored.
            ///
            /// # Errors
            /// [`BadQuery`] for an invalid page number or state.
            pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
                let mut query = Self::default();
                for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
                    match name {
                        "q" => query.q = page::parse_search(value)?,
                        "state" => query.state = Some($state::from_slug(value).ok_or(BadQuery)?),
                        "page" => query.page = value.parse()?,
                        _ => {}
                    }
                }
                Ok(query)
            }
        }

        impl ListQuery for $name {
            const PATH: &'static str = $path;

            fn query_pairs(&self) -> Vec<(&'static str, String)> {
                let q = (!self.q.is_empty()).then(|| ("q", self.q.clone()));
                let state = self.state.map(|state| ("state", state.slug().to_owned()));
                q.into_iter().chain(state).chain(page::page_pair(self.page)).collect()
            }

            fn is_filtered(&self) -> bool {
                !self.q.is_empty() || self.state.is_some()
            }

            fn page(&self) -> PageNumber {
                self.page
            }

            fn with_page(&self, page: PageNumber) -> Self {
                Self { page, ..self.clone() }
            }
        }
    )+};
}

queries! {
    /// The query of `/admin/workspaces`.
    WorkspacesQuery of WorkspaceState at "/admin/workspaces";
    /// The query of `/admin/users`.
    UsersQuery of UserState at "/admin/users";
}

/// Whether each word of a search stands in one of the texts, whatever its case and accents.
#[cfg(not(target_arch = "wasm32"))]
pub fn matches_search(q: &str, texts: &[&str]) -> bool {
    let folded: Vec<String> = texts.iter().map(|text| fold(text)).collect();
    fold(q).split(' ').all(|word| folded.iter().any(|text| text.contains(word)))
}

/// The submitted form of `/admin/workspaces/new`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnedWorkspaceForm {
    /// The workspace's name.
    pub name: String,
    /// The owner's address.
    pub email: String,
    /// The owner's name, if the address has no account yet.
    pub owner_name: String,
    /// The idempotency key.
    pub form_key: String,
}

/// A parsed workspace for somebody.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedWorkspaceDraft {
    /// The workspace's name, 1 to 255 characters.
    pub name: String,
    /// The owner's address.
    pub email: Email,
    /// The name of an owner who has no account yet, 1 to 255 characters.
    pub owner_name: Option<String>,
}

#[cfg(not(target_arch = "wasm32"))]
impl OwnedWorkspaceForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<OwnedWorkspaceDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let name = errors.collect("name", text::required_line(&self.name, NAME_MAX, "Write the workspace's name"));
        let email = errors.collect("email", Email::parse(&self.email).map_err(|_| "Write an email address, such as lan@example.com"));
        let owner_name = errors.collect("owner_name", text::line(&self.owner_name, NAME_MAX));
        errors.finish(|| Some(OwnedWorkspaceDraft { name: name?, email: email?, owner_name: owner_name? }))
    }
}

/// The submitted form of `/admin/registration`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegistrationForm {
    /// `open` or `closed`.
    pub registration: String,
}

impl RegistrationForm {
    /// The form of this setting.
    pub fn of(is_open: bool) -> Self {
        Self { registration: if is_open { "open" } else { "closed" }.to_owned() }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl RegistrationForm {
    /// Parses the form: whether registering is open.
    pub fn parse(&self) -> Result<bool, FormErrors> {
        match self.registration.as_str() {
            "open" => Ok(true),
            "closed" => Ok(false),
            _ => Err(FormErrors::of("registration", "Choose one of the two")),
        }
    }
}

/// The text of an error with addresses of mail cut to their domains: a mail server repeats whom it refused.
pub fn without_addresses(error: &str) -> String {
    let is_edge = |c: char| c.is_whitespace() || "<>()[]{}\"',;:".contains(c);
    error
        .split_inclusive(is_edge)
        .map(|part| {
            let (word, edge) = part
                .chars()
                .next_back()
                .filter(|last| is_edge(*last))
                .map_or((part, ""), |last| part.split_at(part.len() - last.len_utf8()));
            match word.rsplit_once('@') {
                Some((local, domain)) if !local.is_empty() => format!("…@{domain}{edge}"),
                _ => part.to_owned(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_read_back_as_written() {
        let query = UsersQuery::parse([("q", " Lan "), ("state", "disabled"), ("page", "2"), ("x", "y")]).expect("a query");
        assert_eq!(query, UsersQuery { q: "Lan".to_owned(), state: Some(UserState::Disabled), page: "2".parse().expect("a page") });
        let pairs = query.query_pairs();
        assert_eq!(UsersQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))), Ok(query));
        assert_eq!(WorkspacesQuery::parse([("state", "gone")]), Err(BadQuery));
        assert!(!WorkspacesQuery::default().is_filtered());
        for state in WorkspaceState::ALL {
            assert_eq!(WorkspaceState::from_slug(state.slug()), Some(state));
        }
    }

    #[test]
    fn a_search_finds_words_in_any_of_the_texts() {
        let found = |q: &str| matches_search(q, &["Đường Việt", "lan@example.com"]);
        assert!(found("") && found("duong") && found("VIỆT lan@") && found("example"));
        assert!(!found("duong hung"));
    }

    #[test]
    fn a_workspace_for_somebody_has_a_name_and_an_address() {
        let form = OwnedWorkspaceForm { name: " Ánh Dương ".into(), email: "lan@example.com".into(), ..OwnedWorkspaceForm::default() };
        let draft = form.parse().expect("nothing wrong");
        assert_eq!((draft.name.as_str(), draft.email.as_str(), draft.owner_name), ("Ánh Dương", "lan@example.com", None));
        let errors = OwnedWorkspaceForm { owner_name: "x".repeat(256), ..OwnedWorkspaceForm::default() }.parse().expect_err("three faults");
        assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["name", "email", "owner_name"]);
    }

    #[test]
    fn registering_is_open_or_closed() {
        for is_open in [true, false] {
            assert_eq!(RegistrationForm::of(is_open).parse(), Ok(is_open));
        }
        assert!(RegistrationForm::default().parse().is_err());
    }

    #[test]
    fn an_error_names_nobody() {
        let shown = without_addresses("550 5.1.1 <lan.nguyen@example.com>: user unknown; đ@x.vn, see a@b@c.org");
        assert_eq!(shown, "550 5.1.1 <…@example.com>: user unknown; …@x.vn, see …@c.org");
        assert_eq!(without_addresses("connection refused: 127.0.0.1:25 @ 3"), "connection refused: 127.0.0.1:25 @ 3");
    }
}

//! Users: registration and sign-in.

use crate::{
    forms::FormErrors,
    text::{self, TextError},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Minimum length of a password, in characters.
pub const PASSWORD_MIN: usize = 8;
/// Maximum length of a password, in characters: long enough for a phrase, and a limit for hashing.
pub const PASSWORD_MAX: usize = 256;

/// An email address as typed (compatible characters as plain ones, trimmed). Addresses with the same [`Email::key`] belong to one
/// account. Mail goes to the address stored with an account and to no other spelling of it, whatever its owner typed to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Parses an address.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        text::email(text)?.map(Self).ok_or(TextError::Missing("Write your email address"))
    }

    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is unique among accounts: [`email_key`].
    #[cfg(not(target_arch = "wasm32"))]
    pub fn key(&self) -> String {
        email_key(&self.0)
    }
}

/// The form of an address that sign-in and registration compare: compatible characters as plain ones (NFKC), in lower case, and the
/// domain as ASCII (IDNA), so that `người.vn`, its NFD form and `xn--ngi-28a9548a.vn` are one. Look-alikes stay other addresses, as do
/// accents: `а` (Cyrillic) is not `a`. It is no address to send mail to.
#[cfg(not(target_arch = "wasm32"))]
pub fn email_key(address: &str) -> String {
    let folded = lower_case(&text::cleaned(address));
    match folded.rsplit_once('@') {
        // What is no name of the internet is compared as text.
        Some((local, host)) => format!("{local}@{}", idna::domain_to_ascii(host).unwrap_or_else(|_| host.to_owned())),
        None => folded,
    }
}

/// The key of an account whose [`email_key`] another account has: its stored address in lower case, which was unique among accounts
/// before compatible characters were equal. No address has the colon of its beginning.
#[cfg(not(target_arch = "wasm32"))]
pub fn exact_email_key(address: &str) -> String {
    format!(":{}", crate::fold::nfc(address.trim()).to_lowercase())
}

/// Lower case, in NFKC. A sigma at the end of a word is a sigma.
#[cfg(not(target_arch = "wasm32"))]
fn lower_case(text: &str) -> String {
    crate::unicode::nfkc(&crate::unicode::lowercase(text)).replace('ς', "σ")
}

/// A password to be hashed. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// The error of a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too few characters.
    #[error("Use at least {PASSWORD_MIN} characters")]
    TooShort,
    /// Too many characters.
    #[error("Use at most {PASSWORD_MAX} characters")]
    TooLong,
}

impl Password {
    /// Parses a new password. Applies NFC so that keyboards agree; otherwise unchanged, not trimmed.
    pub fn parse_new(text: &str) -> Result<Self, PasswordError> {
        match text.chars().count() {
            ..PASSWORD_MIN => Err(PasswordError::TooShort),
            PASSWORD_MIN..=PASSWORD_MAX => Ok(Self(crate::fold::nfc(text))),
            _ => Err(PasswordError::TooLong),
        }
    }

    /// A password to compare with a hash. One that is too long becomes empty, which matches no hash.
    pub fn to_compare(text: &str) -> Self {
        if text.chars().count() > PASSWORD_MAX { Self(String::new()) } else { Self(crate::fold::nfc(text)) }
    }

    /// The characters, for hashing only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The submitted form of `/register`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegisterForm {
    /// The user's name.
    pub name: String,
    /// The email address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The password, repeated.
    pub password_confirmation: String,
    /// The page after sign-in.
    pub next: String,
}

/// A parsed registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterDraft {
    /// The user's name, 1 to 255 characters.
    pub name: String,
    /// The email address.
    pub email: Email,
    /// The password.
    pub password: Password,
}

impl RegisterForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<RegisterDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let name = errors.collect("name", check_name(&self.name));
        let email = errors.collect("email", Email::parse(&self.email).map_err(email_message));
        let password = errors.collect("password", Password::parse_new(&self.password));
        if password.is_some() && self.password != self.password_confirmation {
            errors.add("password_confirmation", "Type the same password again");
        }
        match (name, email, password) {
            (Some(name), Some(email), Some(password)) if errors.is_empty() => Ok(RegisterDraft { name, email, password }),
            _ => Err(errors),
        }
    }

    /// Checks a single field, as the browser does when the field loses the focus.
    pub fn check_field(field: &str, value: &str) -> Result<(), String> {
        match field {
            "name" => check_name(value).map(drop).map_err(|error| error.to_string()),
            "email" => Email::parse(value).map(drop).map_err(|error| email_message(error).to_owned()),
            "password" => Password::parse_new(value).map(drop).map_err(|error| error.to_string()),
            _ => Ok(()),
        }
    }
}

/// The submitted form of `/login`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LoginForm {
    /// The email address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The page after sign-in.
    pub next: String,
    /// The sealed form that was submitted after the session had ended; empty for none.
    pub interrupted: String,
}

/// Omits the passwords.
impl fmt::Debug for RegisterForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisterForm").field("email", &self.email).finish_non_exhaustive()
    }
}

/// Omits the password.
impl fmt::Debug for LoginForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginForm").field("email", &self.email).finish_non_exhaustive()
    }
}

/// Parses a user's name.
pub(crate) fn check_name(text: &str) -> Result<String, TextError> {
    text::required_line(text, 255, "Write your name")
}

/// The message of an invalid address.
pub(crate) fn email_message(error: TextError) -> &'static str {
    match error {
        TextError::Missing(asks) => asks,
        TextError::TooLong { .. } => "Write at most 255 characters",
        _ => "Write an address such as name@example.com",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> RegisterForm {
        RegisterForm {
            name: " Phạm Minh Hưng ".into(),
            email: "Hung@VietHung.vn".into(),
            password: "mật khẩu dài".into(),
            password_confirmation: "mật khẩu dài".into(),
            next: String::new(),
        }
    }

    #[test]
    fn a_whole_form_becomes_a_draft() {
        let draft = form().parse().expect("nothing wrong");
        assert_eq!(draft.name, "Phạm Minh Hưng");
        assert_eq!((draft.email.as_str(), draft.email.key()), ("Hung@VietHung.vn", "hung@viethung.vn".into()));
    }

    #[test]
    fn each_wrong_field_has_its_message() {
        let errors = RegisterForm::default().parse().expect_err("nothing typed");
        assert_eq!(errors.get("name"), Some("Write your name"));
        assert_eq!(errors.get("email"), Some("Write your email address"));
        assert_eq!(errors.get("password"), Some("Use at least 8 characters"));
        let errors = RegisterForm { password_confirmation: "other".into(), ..form() }.parse().expect_err("unequal");
        assert_eq!(errors.get("password_confirmation"), Some("Type the same password again"));
    }

    #[test]
    fn the_spellings_of_an_address_have_one_key() {
        for (spelling, key) in [
            ("Hung@VietHung.vn", "hung@viethung.vn"),
            ("ＨＵＮＧ＠viethung．vn", "hung@viethung.vn"),
            ("hu\u{200b}ng@viethung.vn", "hung@viethung.vn"),
            ("\u{fb01}n@example.com", "fin@example.com"),
            ("hùng@người.vn", "hùng@xn--ngi-28a9548a.vn"),
            ("HU\u{300}NG@NGƯỜI.VN", "hùng@xn--ngi-28a9548a.vn"),
            ("hùng@ngu\u{31b}o\u{31b}\u{300}i.vn", "hùng@xn--ngi-28a9548a.vn"),
            ("hùng@XN--NGI-28A9548A.vn", "hùng@xn--ngi-28a9548a.vn"),
            ("ΟΔΟΣ@example.com", "οδοσ@example.com"),
            ("οδος@example.com", "οδοσ@example.com"),
            ("a@b@Example.com", "a@b@example.com"),
            ("a@xn--\u{e4}.vn", "a@xn--\u{e4}.vn"),
            ("No address", "no address"),
        ] {
            assert_eq!(email_key(spelling), key, "{spelling}");
            assert_eq!(email_key(key), key, "its own key");
        }
    }

    #[test]
    fn look_alikes_and_accents_are_other_addresses() {
        let key = email_key("an.hi@vn.example");
        for other in [
            "\u{430}n.hi@vn.example",
            "an.hı@vn.example",
            "ân.hi@vn.example",
            "an.hi@\u{432}n.example",
            "an.hi@vñ.example",
            "0n.hi@vn.example",
        ] {
            assert_ne!(email_key(other), key, "{other}");
        }
    }

    #[test]
    fn an_exact_key_is_no_address() {
        assert_eq!(exact_email_key(" Ａn@x.vn "), ":ａn@x.vn");
        assert!(Email::parse(":an@x.vn").is_err());
    }

    #[test]
    fn passwords_are_bounded_and_never_shown() {
        assert!(Password::parse_new(&"x".repeat(128)).is_ok());
        assert_eq!(Password::parse_new(&"x".repeat(257)), Err(PasswordError::TooLong));
        assert_eq!(Password::parse_new(" 1234567").expect("eight").expose(), " 1234567");
        assert_eq!(Password::to_compare(&"x".repeat(257)).expose(), "");
        assert_eq!(format!("{:?}", Password::to_compare("secret")), "Password(…)");
    }
}

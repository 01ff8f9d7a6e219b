//! Links that act for an account without a sign-in: choosing a new password, confirming an address.
//!
//! Who holds such a link holds the account. So its token is random, works once and for a limited time, and only its hash is stored.

use crate::{
    forms::FormErrors,
    users::{Email, Password, email_message},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Random bytes of a token: 128 bits, as those of a session's.
pub const TOKEN_BYTES: usize = 16;
/// Days for which an ended link is kept, so that its page says why it ended.
pub const ENDED_LINK_DAYS: i64 = 30;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Choosing a new password.
    ResetPassword,
    /// Confirming the account's address.
    ConfirmEmail,
    /// Confirming a new address, which then becomes the account's.
    ChangeEmail,
}

impl LinkPurpose {
    /// Every purpose.
    pub const ALL: [Self; 3] = [Self::ResetPassword, Self::ConfirmEmail, Self::ChangeEmail];

    /// The value in the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset-password",
            Self::ConfirmEmail => "confirm-email",
            Self::ChangeEmail => "change-email",
        }
    }

    /// Parses the value in the database.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.slug() == slug)
    }

    /// The page that the link opens.
    pub const fn page(self) -> &'static str {
        match self {
            Self::ResetPassword => "/reset-password",
            Self::ConfirmEmail | Self::ChangeEmail => "/confirm-email",
        }
    }

    /// Time for which a link works.
    pub const fn lifetime(self) -> TimeDelta {
        match self {
            Self::ResetPassword => TimeDelta::hours(1),
            Self::ConfirmEmail => TimeDelta::days(7),
            Self::ChangeEmail => TimeDelta::days(1),
        }
    }
}

/// The secret of a link: 32 hexadecimal digits. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(String);

impl LinkToken {
    /// A token of random bytes.
    pub fn new(random: [u8; TOKEN_BYTES]) -> Self {
        Self(random.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Parses a token; `None` for text that is no token.
    pub fn parse(text: &str) -> Option<Self> {
        let is_token = text.len() == 2 * TOKEN_BYTES && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_token.then(|| Self(text.to_owned()))
    }

    /// The digits, to hash and to write into a link.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The path of the link, with its query.
    pub fn path(&self, purpose: LinkPurpose) -> String {
        format!("{}?token={}", purpose.page(), self.0)
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

/// The times of a link from which it follows whether it works.
#[derive(Debug, Clone, Copy)]
pub struct LinkTimes {
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
    /// When another link, or another change of the account, took its place.
    pub replaced_at: Option<DateTime<Utc>>,
}

/// Why a link does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFault {
    /// Never made, or deleted long after it ended.
    Unknown,
    /// Used before.
    Used,
    /// A newer one was made, or the account was changed otherwise.
    Replaced,
    /// Its time is over.
    Expired,
    /// The browser is signed in to another account.
    OtherUser,
}

impl LinkFault {
    /// Every fault.
    pub const ALL: [Self; 5] = [Self::Unknown, Self::Used, Self::Replaced, Self::Expired, Self::OtherUser];

    /// The fault of a link at this time; `None` if it works.
    pub fn at(times: LinkTimes, now: DateTime<Utc>) -> Option<Self> {
        match times {
            LinkTimes { used_at: Some(_), .. } => Some(Self::Used),
            LinkTimes { replaced_at: Some(_), .. } => Some(Self::Replaced),
            LinkTimes { expires_at, .. } if expires_at <= now => Some(Self::Expired),
            _ => None,
        }
    }

    /// The sentence that a page shows.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Unknown => "There is no such link. It may have been cut off in the mail: open it from there again, or copy all of it.",
            Self::Used => "This link was used already. Each works once.",
            Self::Replaced => "This link no longer works: a newer one was sent, or your account was changed since.",
            Self::Expired => "This link is too old. Links work for a limited time only.",
            Self::OtherUser => "This link belongs to another account than the one you are signed in to. Sign out, then open it again.",
        }
    }
}

/// The submitted form of `/forgot-password`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ForgotPasswordForm {
    /// The address of the account.
    pub email: String,
}

impl ForgotPasswordForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<Email, FormErrors> {
        Email::parse(&self.email).map_err(|error| FormErrors::of("email", email_message(error)))
    }
}

/// The submitted form of `/reset-password`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResetPasswordForm {
    /// The token of the link.
    pub token: String,
    /// The new password.
    pub password: String,
    /// The new password, repeated.
    pub password_confirmation: String,
}

impl ResetPasswordForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<(LinkToken, Password), FormErrors> {
        let mut errors = FormErrors::default();
        let token = errors.collect("", LinkToken::parse(&self.token).ok_or(LinkFault::Unknown.sentence()));
        let password = errors.collect("password", Password::parse_new(&self.password));
        if password.is_some() && self.password != self.password_confirmation {
            errors.add("password_confirmation", "Type the same password again");
        }
        errors.finish(|| Some((token?, password?)))
    }
}

/// Omits token and passwords.
impl fmt::Debug for ResetPasswordForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResetPasswordForm(…)")
    }
}

/// The submitted form of `/confirm-email`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConfirmEmailForm {
    /// The token of the link.
    pub token: String,
}

impl ConfirmEmailForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<LinkToken, FormErrors> {
        LinkToken::parse(&self.token).ok_or_else(|| FormErrors::of("", LinkFault::Unknown.sentence()))
    }
}

/// Omits the token.
impl fmt::Debug for ConfirmEmailForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfirmEmailForm(…)")
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn token() -> LinkToken {
        LinkToken::new([0xa5; TOKEN_BYTES])
    }

    #[test]
    fn a_token_is_read_as_it_was_written_and_nothing_else_is() {
        assert_eq!(token().path(LinkPurpose::ResetPassword), format!("/reset-password?token={}", "a5".repeat(16)));
        assert_eq!(LinkToken::parse(token().expose()), Some(token()));
        for text in ["", "a5", &"A5".repeat(16), &"a5".repeat(17), &format!("{} ", "a5".repeat(15)), &"ắ".repeat(16), &"g0".repeat(16)] {
            assert_eq!(LinkToken::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn debug_shows_neither_token_nor_password() {
        let reset = ResetPasswordForm { token: "a5".repeat(16), password: "mật khẩu dài".into(), ..ResetPasswordForm::default() };
        let shown = format!("{:?} {reset:?} {:?}", token(), ConfirmEmailForm { token: "a5".repeat(16) });
        assert!(!shown.contains("a5") && !shown.contains("mật"), "{shown}");
    }

    #[test]
    fn a_link_works_until_its_time_is_over_and_says_why_it_ended() {
        let made = DateTime::UNIX_EPOCH;
        for (purpose, hours) in [(LinkPurpose::ResetPassword, 1), (LinkPurpose::ConfirmEmail, 7 * 24), (LinkPurpose::ChangeEmail, 24)] {
            let times = LinkTimes { expires_at: made + purpose.lifetime(), used_at: None, replaced_at: None };
            let last = made + TimeDelta::hours(hours) - TimeDelta::milliseconds(1);
            assert_eq!(LinkFault::at(times, last), None, "{purpose:?}");
            assert_eq!(LinkFault::at(times, made + TimeDelta::hours(hours)), Some(LinkFault::Expired), "{purpose:?}");
            let replaced = LinkTimes { replaced_at: Some(made), ..times };
            assert_eq!(LinkFault::at(replaced, last), Some(LinkFault::Replaced));
            assert_eq!(LinkFault::at(LinkTimes { used_at: Some(made), ..replaced }, last), Some(LinkFault::Used));
            assert_eq!(LinkPurpose::from_slug(purpose.slug()), Some(purpose));
        }
        let sentences: std::collections::BTreeSet<_> = LinkFault::ALL.map(LinkFault::sentence).into();
        assert_eq!(sentences.len(), LinkFault::ALL.len());
    }

    #[test]
    fn each_form_names_what_is_wrong() {
        let whole =
            ResetPasswordForm {
                token: "a5".repeat(16), password: "mật khẩu dài".into(), password_confirmation: "mật khẩu dài".into()
            };
        assert_eq!(whole.parse().map(|(token, password)| (token, password.expose().to_owned())), Ok((token(), "mật khẩu dài".to_owned())));
        for (form, field, message) in [
            (ResetPasswordForm { token: "x".into(), ..whole.clone() }, "", LinkFault::Unknown.sentence()),
            (ResetPasswordForm { password: "short".into(), ..whole.clone() }, "password", "Use at least 8 characters"),
            (ResetPasswordForm { password_confirmation: "other".into(), ..whole }, "password_confirmation", "Type the same password again"),
        ] {
            assert_eq!(form.parse().unwrap_err().get(field), Some(message));
        }
        let forgot = |email: &str| ForgotPasswordForm { email: email.into() }.parse();
        assert_eq!(forgot(" hung@viethung.vn ").unwrap().as_str(), "hung@viethung.vn");
        assert_eq!(forgot("").unwrap_err().get("email"), Some("Write your email address"));
        assert_eq!(forgot("hung").unwrap_err().get("email"), Some("Write an address such as name@example.com"));
        assert_eq!(ConfirmEmailForm::default().parse().unwrap_err().get(""), Some(LinkFault::Unknown.sentence()));
    }
}

//! A user's own account: the forms by which it is changed.

use crate::{
    forms::FormErrors,
    ids::{UserId, WorkspaceId},
    users::{Email, Password, check_name, email_message},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// The submitted form of `/settings/profile`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProfileForm {
    /// The user's name.
    pub name: String,
}

impl ProfileForm {
    /// Parses the form: the name, 1 to 255 characters.
    pub fn parse(&self) -> Result<String, FormErrors> {
        check_name(&self.name).map_err(|error| FormErrors::of("name", error.to_string()))
    }
}

/// The submitted form of `/settings/email`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmailForm {
    /// The new address.
    pub email: String,
    /// The current password.
    pub password_current: String,
}

/// A parsed change of the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailChange {
    /// The new address.
    pub new: Email,
    /// The current password, to compare.
    pub current: Password,
}

impl EmailForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<EmailChange, FormErrors> {
        let mut errors = FormErrors::default();
        let new = errors.collect("email", Email::parse(&self.email).map_err(email_message));
        if self.password_current.is_empty() {
            errors.add("password_current", "Write your current password");
        }
        errors.finish(|| Some(EmailChange { new: new?, current: Password::to_compare(&self.password_current) }))
    }
}

/// Omits the password.
impl fmt::Debug for EmailForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmailForm").field("email", &self.email).finish_non_exhaustive()
    }
}

/// The submitted form of `/settings/password`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordForm {
    /// The current password.
    pub password_current: String,
    /// The new password.
    pub password: String,
    /// The new password, repeated.
    pub password_confirmation: String,
}

/// A parsed change of the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordChange {
    /// The current password, to compare.
    pub current: Password,
    /// The new password.
    pub new: Password,
}

impl PasswordForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<PasswordChange, FormErrors> {
        let mut errors = FormErrors::default();
        if self.password_current.is_empty() {
            errors.add("password_current", "Write your current password");
        }
        let new = errors.collect("password", Password::parse_new(&self.password));
        if new.is_some() && self.password == self.password_current {
            errors.add("password", "This is your password already. Choose another");
        } else if new.is_some() && self.password != self.password_confirmation {
            errors.add("password_confirmation", "Type the same password again");
        }
        errors.finish(|| Some(PasswordChange { current: Password::to_compare(&self.password_current), new: new? }))
    }
}

/// The submitted form of `/settings/account/delete`. One entry of `owned_id` and of `becomes` per workspace that the user owns.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeletionForm {
    /// The current password.
    pub password_current: String,
    /// The ids of the user's workspaces.
    pub owned_id: Vec<String>,
    /// What becomes of each: a user id for the new owner, or `end`.
    pub becomes: Vec<String>,
}

/// What becomes of a workspace whose owner deletes their account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspaceFate {
    /// It ends.
    End,
    /// This member owns it from now on.
    HandOver(UserId),
}

/// A parsed deletion of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountDeletion {
    /// The current password, to compare.
    pub password: Password,
    /// What becomes of each workspace that the user owns.
    pub fates: BTreeMap<WorkspaceId, WorkspaceFate>,
}

impl DeletionForm {
    /// The value of [`WorkspaceFate::End`].
    pub const END: &'static str = "end";

    /// Parses the form. The store checks whether it names every workspace that the user owns, and members of them.
    pub fn parse(&self) -> Result<AccountDeletion, FormErrors> {
        let mut errors = FormErrors::default();
        if self.password_current.is_empty() {
            errors.add("password_current", "Write your current password");
        }
        let fates: Option<BTreeMap<_, _>> = self.owned_id.iter().zip(&self.becomes).map(|(id, fate)| parse_fate(id, fate)).collect();
        let is_whole = self.owned_id.len() == self.becomes.len();
        if fates.is_none() || !is_whole {
            errors.add("becomes", CHOOSE_FATES);
        }
        errors.finish(|| Some(AccountDeletion { password: Password::to_compare(&self.password_current), fates: fates? }))
    }
}

/// The message if the form leaves open what becomes of a workspace.
pub const CHOOSE_FATES: &str = "Choose for each workspace who owns it from now on, or that it ends";

fn parse_fate(id: &str, fate: &str) -> Option<(WorkspaceId, WorkspaceFate)> {
    let fate = if fate == DeletionForm::END { WorkspaceFate::End } else { WorkspaceFate::HandOver(fate.parse().ok()?) };
    Some((id.parse().ok()?, fate))
}

/// Omits the password.
impl fmt::Debug for DeletionForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeletionForm(…)")
    }
}

/// Omits the passwords.
impl fmt::Debug for PasswordForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordForm(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(current: &str, password: &str, confirmation: &str) -> PasswordForm {
        PasswordForm { password_current: current.to_owned(), password: password.to_owned(), password_confirmation: confirmation.to_owned() }
    }

    #[test]
    fn a_new_password_follows_the_rules_of_registration() {
        let change = form("cà phê sữa", "mật khẩu dài", "mật khẩu dài").parse().expect("nothing wrong");
        assert_eq!((change.current.expose(), change.new.expose()), ("cà phê sữa", "mật khẩu dài"));
        for (wrong, field, message) in [
            (form("", "mật khẩu dài", "mật khẩu dài"), "password_current", "Write your current password"),
            (form("cà phê sữa", "short", "short"), "password", "Use at least 8 characters"),
            (form("cà phê sữa", &"x".repeat(257), ""), "password", "Use at most 256 characters"),
            (form("cà phê sữa", "mật khẩu dài", "mật khẩu"), "password_confirmation", "Type the same password again"),
            (form("mật khẩu dài", "mật khẩu dài", "mật khẩu dài"), "password", "This is your password already. Choose another"),
        ] {
            let errors = wrong.parse().expect_err(message);
            assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), [field]);
            assert_eq!(errors.get(field), Some(message));
            assert_eq!(format!("{wrong:?}"), "PasswordForm(…)");
        }
    }

    #[test]
    fn a_new_address_needs_the_current_password() {
        let form = |email: &str, current: &str| EmailForm { email: email.to_owned(), password_current: current.to_owned() };
        let change = form(" Hung@VietHung.vn", "cà phê sữa").parse().expect("nothing wrong");
        assert_eq!((change.new.as_str(), change.current.expose()), ("Hung@VietHung.vn", "cà phê sữa"));
        let errors = form("hung", "").parse().expect_err("two faults");
        assert_eq!(errors.get("email"), Some("Write an address such as name@example.com"));
        assert_eq!(errors.get("password_current"), Some("Write your current password"));
        assert!(!format!("{:?}", form("hung@viethung.vn", "cà phê sữa")).contains("phê"));
    }

    #[test]
    fn a_deletion_says_what_becomes_of_each_workspace() {
        let (one, two, user) =
            (WorkspaceId(uuid::Uuid::from_u128(1)), WorkspaceId(uuid::Uuid::from_u128(2)), UserId(uuid::Uuid::from_u128(3)));
        let form = DeletionForm {
            password_current: "cà phê sữa".to_owned(),
            owned_id: vec![one.to_string(), two.to_string()],
            becomes: vec!["end".to_owned(), user.to_string()],
        };
        let parsed = form.parse().expect("nothing wrong");
        assert_eq!(parsed.fates, BTreeMap::from([(one, WorkspaceFate::End), (two, WorkspaceFate::HandOver(user))]));
        assert_eq!(format!("{form:?}"), "DeletionForm(…)");
        for (workspaces, becomes) in
            [(vec![one.to_string()], vec![String::new()]), (vec![one.to_string()], vec![]), (vec!["x".to_owned()], vec!["end".to_owned()])]
        {
            let wrong = DeletionForm { owned_id: workspaces, becomes, ..form.clone() };
            assert_eq!(wrong.parse().expect_err("open").get("becomes"), Some(CHOOSE_FATES));
        }
        assert!(DeletionForm { password_current: String::new(), ..form }.parse().expect_err("none").get("password_current").is_some());
    }

    #[test]
    fn a_name_is_trimmed_and_bounded() {
        let parse = |name: &str| ProfileForm { name: name.to_owned() }.parse();
        assert_eq!(parse(" Phạm Minh Hưng ").as_deref(), Ok("Phạm Minh Hưng"));
        assert!(parse(" ").is_err() && parse(&"x".repeat(256)).is_err() && parse("a\nb").is_err());
    }
}

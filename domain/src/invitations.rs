//! Invitations to a workspace: one address, one role, one use, seven days.

use crate::sign_in_limits::Limit;
use serde::{Deserialize, Serialize};
use std::fmt;

#[cfg(not(target_arch = "wasm32"))]
use crate::{
    access::Role,
    forms::FormErrors,
    mail::Mail,
    users::{Email, RegisterDraft, RegisterForm},
};

/// Days for which an invitation can be accepted.
pub const INVITATION_DAYS: i64 = 7;

/// Invitations of a workspace, each a mail to an address of the inviter's choice.
pub const INVITATIONS_PER_WORKSPACE: Limit = Limit { max: 100, window_minutes: 24 * 60 };
/// Invitations of one user, in all workspaces: who makes many workspaces sends no more.
pub const INVITATIONS_PER_INVITER: Limit = Limit { max: 30, window_minutes: 60 };
/// Invitations from one network, in all workspaces: nor does who makes many accounts.
pub const INVITATIONS_PER_NETWORK: Limit = Limit { max: 60, window_minutes: 60 };

/// The submitted form of `/settings/members/invite`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InvitationForm {
    /// The email address.
    pub email: String,
    /// The slug of the role.
    pub role: String,
    /// The idempotency key.
    pub form_key: String,
}

/// A parsed invitation.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationDraft {
    /// Who may accept it.
    pub email: Email,
    /// The role that they get. Never the owner's.
    pub role: Role,
}

#[cfg(not(target_arch = "wasm32"))]
impl InvitationForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<InvitationDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let email = errors.collect("email", Email::parse(&self.email).map_err(|_| "Write an email address, such as lan@example.com"));
        let role = Role::from_slug(&self.role).filter(|role| *role < Role::Owner).ok_or("Choose one of the roles");
        let role = errors.collect("role", role);
        errors.finish(|| Some(InvitationDraft { email: email?, role: role? }))
    }
}

/// The submitted form that accepts an invitation.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AcceptForm {
    /// The token of the link.
    pub token: String,
}

/// The submitted form that registers the invited person and accepts the invitation.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JoinForm {
    /// The token of the link.
    pub token: String,
    /// The user's name.
    pub name: String,
    /// The password.
    pub password: String,
    /// The password, repeated.
    pub password_confirmation: String,
}

#[cfg(not(target_arch = "wasm32"))]
impl JoinForm {
    /// Parses the form as a registration with the invited address.
    pub fn parse(&self, email: &Email) -> Result<RegisterDraft, FormErrors> {
        let Self { name, password, password_confirmation, .. } = self.clone();
        RegisterForm { name, email: email.as_str().to_owned(), password, password_confirmation, next: String::new() }.parse()
    }
}

/// Omits the token.
impl fmt::Debug for AcceptForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AcceptForm(…)")
    }
}

/// Omits token and passwords.
impl fmt::Debug for JoinForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinForm(…)")
    }
}

/// Whether an invitation can be accepted, and else why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// It can be accepted.
    Open,
    /// It was accepted.
    Used,
    /// It was revoked, or a later one to the same address replaces it.
    Revoked,
    /// Its seven days are over.
    Expired,
    /// Who sent it is no longer a member, or may no longer give the role.
    InviterGone,
    /// The workspace is suspended.
    Suspended,
}

impl InvitationState {
    /// What the page of the link says; `None` for an open one.
    pub const fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Open => None,
            Self::Used => Some("This invitation was used already. If you used it, sign in."),
            Self::Revoked => Some("This invitation was revoked, or replaced by a later one. Look for a newer link, or ask for one."),
            Self::Expired => Some("This invitation is older than seven days. Ask for a new one."),
            Self::InviterGone => Some("Who sent this invitation may no longer invite you. Ask somebody else in the workspace."),
            Self::Suspended => Some("This workspace is suspended. Try again when whoever runs this server has resumed it."),
        }
    }
}

/// The path of the page that an invitation's link opens.
pub fn link_path(token: &str) -> String {
    format!("/invitation?token={token}")
}

/// The mail of an invitation.
#[cfg(not(target_arch = "wasm32"))]
pub fn mail(draft: &InvitationDraft, inviter: &str, workspace: &str, token: &str) -> Mail {
    Mail::new("", &draft.email, "You are invited to a workspace")
        .text(format!("{inviter} invites you to {workspace}. You would be {} there.\n{}", article(draft.role), draft.role.description()))
        .link("See the invitation", link_path(token))
        .text("The link works once, for seven days, and for this address alone. Opening it accepts nothing yet. If you don’t know who sent this, do nothing.")
}

/// A role with its article: `an admin`.
#[cfg(not(target_arch = "wasm32"))]
const fn article(role: Role) -> &'static str {
    match role {
        Role::Viewer => "a viewer",
        Role::Member => "a member",
        Role::Admin => "an admin",
        Role::Owner => "the owner",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_has_an_address_and_a_role_below_the_owners() {
        let parse = |email: &str, role: &str| {
            InvitationForm { email: email.to_owned(), role: role.to_owned(), ..InvitationForm::default() }.parse()
        };
        let draft = parse(" Lan@Example.com ", "viewer").expect("nothing wrong");
        assert_eq!((draft.email.key().as_str(), draft.role), ("lan@example.com", Role::Viewer));
        let errors = parse("nobody", "owner").expect_err("both wrong");
        assert!(errors.get("email").is_some() && errors.get("role").is_some());
    }

    #[test]
    fn the_invited_person_registers_with_the_invited_address() {
        let email = Email::parse("lan@example.com").expect("an address");
        let form = JoinForm {
            token: "t".to_owned(),
            name: "Lan".to_owned(),
            password: "mật khẩu dài".to_owned(),
            password_confirmation: "mật khẩu dài".to_owned(),
        };
        assert_eq!(form.parse(&email).expect("nothing wrong").email, email);
        assert!(JoinForm { name: String::new(), ..form.clone() }.parse(&email).is_err());
        assert_eq!(format!("{form:?} {:?}", AcceptForm { token: "t".to_owned() }), "JoinForm(…) AcceptForm(…)");
    }

    #[test]
    fn the_mail_names_no_record_and_leads_to_the_page() {
        let draft = InvitationDraft { email: Email::parse("lan@example.com").expect("an address"), role: Role::Admin };
        let mail = mail(&draft, "Phạm Minh Hưng", "Ánh Dương", "abc_-1");
        assert_eq!(mail.subject(), "You are invited to a workspace");
        let text = mail.to_text("https://crm.example.com");
        assert!(text.contains("Phạm Minh Hưng invites you to Ánh Dương. You would be an admin there."), "{text}");
        assert!(text.contains("https://crm.example.com/invitation?token=abc_-1"), "{text}");
    }

    #[test]
    fn only_an_open_invitation_is_not_refused() {
        for state in [
            InvitationState::Used,
            InvitationState::Revoked,
            InvitationState::Expired,
            InvitationState::InviterGone,
            InvitationState::Suspended,
        ] {
            assert!(state.refusal().is_some(), "{state:?}");
        }
        assert_eq!(InvitationState::Open.refusal(), None);
    }
}

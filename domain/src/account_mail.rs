//! Mail about an account: links that act for it, and changes that its user is told of.
//!
//! No text that another person may have typed stands in it: anybody can register with anybody's address.

use crate::{
    account_links::{LinkPurpose, LinkToken},
    mail::Mail,
    time_zones::TimeZone,
    user_agents::Device,
    users::Email,
};
use chrono::{DateTime, Utc};

const RESET_LABEL: &str = "Choose a new password";
const CONFIRM_LABEL: &str = "Confirm your address";
const FORGOT_LABEL: &str = "Ask for a new password";
const FORGOT_PATH: &str = "/forgot-password";

/// The recipient of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: Email,
}

impl Recipient {
    fn mail(&self, subject: &'static str) -> Mail {
        Mail::new(&self.name, &self.email, subject)
    }

    /// The link by which a new password is chosen.
    pub fn reset_password(&self, token: &LinkToken) -> Mail {
        self.mail("Choose a new password")
            .text("A new password was asked for, for the account of this address. This link works once, within one hour.")
            .link(RESET_LABEL, token.path(LinkPurpose::ResetPassword))
            .text("If you did not ask for it, you need not do anything: your password stays as it is.")
    }

    /// An administrator made a link by which a new password is chosen.
    pub fn reset_link_made(&self) -> Mail {
        self.mail("A link to your account was made")
            .text("An administrator of the server made a link by which a new password can be chosen for your account.")
            .text("If you did not ask for that, talk to your administrator.")
    }

    /// A platform admin made an account for this address. The link chooses its password.
    pub fn account_made(&self, token: &LinkToken) -> Mail {
        self.mail("An account was made for you")
            .text("An administrator of the server made an account for this address, and a workspace that it owns. This link chooses the password. It works once, within one hour.")
            .link("Choose a password", token.path(LinkPurpose::ResetPassword))
            .text("Later you can ask for another link:")
            .link(FORGOT_LABEL, FORGOT_PATH)
            .text("If you expect no account, you need not do anything.")
    }

    /// A platform admin made a workspace that the account owns.
    pub fn workspace_made(&self) -> Mail {
        self.mail("A workspace was made for you")
            .text("An administrator of the server made a workspace that you own. It is among your workspaces:")
            .link("Your workspaces", "/workspaces")
            .text("If you expect none, talk to your administrator.")
    }

    /// A platform admin tries whether mail arrives.
    pub fn test_mail(&self) -> Mail {
        self.mail("Test mail").text("This server sends mail. You asked for this one on its administration page.")
    }

    /// A new password was chosen by a link.
    pub fn password_was_reset(&self) -> Mail {
        self.mail("Your password was changed")
            .text("A new password was chosen for your account, and every browser was signed out.")
            .text("If that was not you, choose another password at once:")
            .link(FORGOT_LABEL, FORGOT_PATH)
    }

    /// The link by which the address of an account is confirmed.
    pub fn confirm_email(&self, token: &LinkToken) -> Mail {
        self.mail("Confirm your address")
            .text("This address was given for an account. This link confirms that it is yours. It works once, within seven days.")
            .link(CONFIRM_LABEL, token.path(LinkPurpose::ConfirmEmail))
            .text("If you have no account here, you need not do anything.")
    }

    /// The link by which the new address of an account is confirmed, sent to it.
    pub fn confirm_new_email(&self, token: &LinkToken) -> Mail {
        self.mail("Confirm your new address")
            .text("This address is to become the one of an account. This link confirms that it is yours. It works once, within one day.")
            .link(CONFIRM_LABEL, token.path(LinkPurpose::ChangeEmail))
            .text("If you did not ask for that, you need not do anything.")
    }

    /// The new address of an account is another account's, sent to it.
    pub fn email_has_an_account(&self) -> Mail {
        self.mail("You already have an account")
            .text("This address was to become the one of another account, but it already has an account. Nothing was changed.")
            .text("To use that account, sign in to it. If you do not know its password, ask for a new one:")
            .link(FORGOT_LABEL, FORGOT_PATH)
    }

    /// A change of the address was asked for, sent to the present one.
    pub fn email_change_requested(&self, new: &Email) -> Mail {
        self.mail("A change of your address was asked for")
            .text(format!("{} is to become the address of your account. It does as soon as that is confirmed there.", new.as_str()))
            .text("If you did not ask for that, somebody knows your password. Choose another at once:")
            .link(FORGOT_LABEL, FORGOT_PATH)
    }

    /// The address was changed, sent to the previous one.
    pub fn email_was_changed(&self, new: &Email) -> Mail {
        self.mail("Your address was changed")
            .text(format!("The address of your account is {} now.", new.as_str()))
            .text("If you did not change it, talk to your administrator.")
    }

    /// The account was signed in to from a new device.
    ///
    /// - `network`: the client's address, or its network.
    /// - `zone`: the zone in which the time is written.
    pub fn new_device(&self, device: Device, network: Option<&str>, at: DateTime<Utc>, zone: TimeZone) -> Mail {
        let network = network.map(|network| format!("\nAddress: {network}")).unwrap_or_default();
        self.mail("Your account was signed in to from a new device")
            .text("Your account was signed in to from a device that it was not used from before.")
            .text(format!("Time: {}\nDevice: {device}{network}", zone.write(at)))
            .text("If that was you, you need not do anything. If not, choose a new password at once. That signs every browser out:")
            .link(FORGOT_LABEL, FORGOT_PATH)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use crate::account_links::TOKEN_BYTES;

    const ORIGIN: &str = "https://crm.example.com";

    fn hung() -> Recipient {
        Recipient { name: "Phạm Minh Hưng".to_owned(), email: Email::parse("hung@viethung.vn").unwrap() }
    }

    fn all() -> Vec<Mail> {
        let (to, token, new) = (hung(), LinkToken::new([7; TOKEN_BYTES]), Email::parse("moi@viethung.vn").unwrap());
        let device = Device::of_user_agent("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        vec![
            to.reset_password(&token),
            to.reset_link_made(),
            to.account_made(&token),
            to.workspace_made(),
            to.test_mail(),
            to.password_was_reset(),
            to.confirm_email(&token),
            to.confirm_new_email(&token),
            to.email_has_an_account(),
            to.email_change_requested(&new),
            to.email_was_changed(&new),
            to.new_device(device, Some("203.0.113.9"), "2026-11-27T03:30:00Z".parse().unwrap(), TimeZone::DEFAULT),
        ]
    }

    #[test]
    fn no_subject_names_anybody_and_each_is_another() {
        let subjects: std::collections::BTreeSet<_> = all().iter().map(|mail| mail.subject().to_owned()).collect();
        assert_eq!(subjects.len(), all().len());
        for subject in subjects {
            assert!(!["Hưng", "@", "203", "Firefox"].iter().any(|part| subject.contains(part)), "{subject}");
        }
    }

    #[test]
    fn a_token_stands_in_four_mails_alone() {
        let with_token = all().iter().filter(|mail| mail.to_text(ORIGIN).contains(&"07".repeat(TOKEN_BYTES))).count();
        assert_eq!(with_token, 4);
    }

    #[test]
    fn a_new_device_is_described_in_words() {
        let text = all().pop().unwrap().to_text(ORIGIN);
        let facts = "Time: Fri 27 Nov 2026, 10:30 (UTC+07:00)\nDevice: Firefox on Linux\nAddress: 203.0.113.9\n";
        assert!(text.contains(facts) && text.contains("https://crm.example.com/forgot-password"), "{text}");
    }
}

//! Rate limits of failed sign-ins, of registrations and of links sent by mail. Above a sign-in limit, attempts are refused without
//! comparing the password.
//!
//! An account can't be locked for its owner: a browser that has signed in to it before has a counter of its own (OWASP, "Slow Down
//! Online Guessing Attacks with Device Cookies").

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// At most `max` in any `window_minutes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Maximum number of attempts.
    pub max: u32,
    /// The window in minutes.
    pub window_minutes: u32,
}

impl Limit {
    /// The window as a duration.
    pub fn window(self) -> TimeDelta {
        TimeDelta::minutes(self.window_minutes.into())
    }
}

/// Per account and network.
pub const PER_ACCOUNT_AND_NETWORK: Limit = Limit { max: 10, window_minutes: 15 };
/// Per account. Thirty networks that use their whole limit can shut out browsers that are new to the account; together they get
/// 28,800 attempts a day, at passwords that are not among the easily guessed ones. Twenty networks shut out nobody.
pub const PER_ACCOUNT: Limit = Limit { max: 300, window_minutes: 15 };
/// Per network: an office of hundreds may share one address.
pub const PER_NETWORK: Limit = Limit { max: 100, window_minutes: 15 };
/// Per account and device that has signed in to it before.
pub const PER_DEVICE: Limit = Limit { max: 10, window_minutes: 15 };

/// The longest window, after which a failure counts nowhere.
pub const LONGEST_WINDOW_MINUTES: u32 = 15;
/// Registrations per network. Each creates a workspace: without a limit they could fill the disk.
pub const REGISTRATIONS_PER_NETWORK: Limit = Limit { max: 20, window_minutes: 60 };

/// Links of one kind sent by mail, per account or address: enough for somebody whose mail is slow, and no flood in their mailbox.
pub const LINKS_PER_ACCOUNT: Limit = Limit { max: 5, window_minutes: 60 };
/// Links sent by mail, of all kinds, per network.
pub const LINKS_PER_NETWORK: Limit = Limit { max: 30, window_minutes: 60 };

/// A limit that is reached: what the caller reads, and when there is room again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitReached {
    /// The sentences, with the time to wait in minutes, or hours if there are more than two.
    pub message: String,
    /// Seconds until there is room again, at least 1.
    pub seconds: u32,
}

impl LimitReached {
    /// Too many failed sign-ins.
    pub fn failed_sign_ins(wait: TimeDelta) -> Self {
        Self::new("Too many attempts failed.", wait)
    }

    /// A registration above [`REGISTRATIONS_PER_NETWORK`].
    pub fn registrations(wait: TimeDelta) -> Self {
        Self::new("Many accounts were created from your network within the last hour.", wait)
    }

    /// A link above [`LINKS_PER_ACCOUNT`] or [`LINKS_PER_NETWORK`].
    pub fn links(wait: TimeDelta) -> Self {
        Self::new("Many links were asked for within the last hour.", wait)
    }

    /// A workspace above [`crate::workspaces::NEW_WORKSPACES`].
    pub fn workspaces(wait: TimeDelta) -> Self {
        Self::new("You made many workspaces within the last 24 hours.", wait)
    }

    /// An invitation above one of the limits of [`crate::invitations`].
    pub fn invitations(wait: TimeDelta) -> Self {
        Self::new("Many invitations were sent lately.", wait)
    }

    fn new(reason: &str, wait: TimeDelta) -> Self {
        let seconds = u32::try_from(wait.num_seconds().max(1)).unwrap_or(u32::MAX);
        let again = match seconds.div_ceil(60) {
            1 => "Try again in a minute.".to_owned(),
            minutes @ ..=120 => format!("Try again in {minutes} minutes."),
            minutes => format!("Try again in {} hours.", minutes.div_ceil(60)),
        };
        Self { message: format!("{reason} {again}"), seconds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_rounded_up_to_minutes() {
        for (seconds, least, wait) in [
            (0, 1, "in a minute."),
            (60, 60, "in a minute."),
            (61, 61, "in 2 minutes."),
            (3_600, 3_600, "in 60 minutes."),
            (7_201, 7_201, "in 3 hours."),
        ] {
            for make in [
                LimitReached::failed_sign_ins,
                LimitReached::registrations,
                LimitReached::links,
                LimitReached::workspaces,
                LimitReached::invitations,
            ] {
                let reached = make(TimeDelta::seconds(seconds));
                assert_eq!(reached.message.split_once("Try again ").map(|(_, wait)| wait), Some(wait));
                assert_eq!(reached.seconds, least);
            }
        }
    }

    #[test]
    fn no_window_is_longer_than_the_longest() {
        for limit in [PER_ACCOUNT_AND_NETWORK, PER_ACCOUNT, PER_NETWORK, PER_DEVICE] {
            assert!(limit.window_minutes <= LONGEST_WINDOW_MINUTES && limit.max > 0);
        }
    }
}

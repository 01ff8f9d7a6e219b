//! Rate limits of failed sign-ins and of registrations. Above a sign-in limit, attempts are refused without comparing the password.
//!
//! An account can't be locked for its owner: a browser that has signed in to it before has a counter of its own (OWASP, "Slow Down
//! Online Guessing Attacks with Device Cookies").

use chrono::TimeDelta;

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

/// The message of a registration above [`REGISTRATIONS_PER_NETWORK`]. `wait`: the time until there is room again, shown in minutes.
pub fn registrations_limited(wait: TimeDelta) -> String {
    let again = match (wait.num_seconds() + 59) / 60 {
        ..=1 => "Try again in a minute.".to_owned(),
        minutes => format!("Try again in {minutes} minutes."),
    };
    format!("Many accounts were created from your network within the last hour. {again}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_rounded_up_to_minutes() {
        let ends = |seconds| registrations_limited(TimeDelta::seconds(seconds)).split_once("Try again ").map(|(_, wait)| wait.to_owned());
        for (seconds, wait) in [(0, "in a minute."), (60, "in a minute."), (61, "in 2 minutes."), (3_600, "in 60 minutes.")] {
            assert_eq!(ends(seconds).as_deref(), Some(wait));
        }
    }

    #[test]
    fn no_window_is_longer_than_the_longest() {
        for limit in [PER_ACCOUNT_AND_NETWORK, PER_ACCOUNT, PER_NETWORK, PER_DEVICE] {
            assert!(limit.window_minutes <= LONGEST_WINDOW_MINUTES && limit.max > 0);
        }
    }
}

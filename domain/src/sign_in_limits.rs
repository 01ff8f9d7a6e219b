//! How many failed sign-ins are accepted before further ones are refused without comparing the password, and how many
//! registrations.
//!
//! Only max count. An account can't be locked for its owner: a browser that has signed in to it before is counted by
//! itself and by nothing else (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").

use chrono::TimeDelta;

/// At most `max` in any `window_minutes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Number that is accepted.
    pub max: u32,
    /// Minutes in which they are counted.
    pub window_minutes: u32,
}

impl Limit {
    /// The window as a span of time.
    pub fn window(self) -> TimeDelta {
        TimeDelta::minutes(self.window_minutes.into())
    }
}

/// Of one account from one network.
pub const PER_ACCOUNT_AND_NETWORK: Limit = Limit { max: 10, window_minutes: 15 };
/// Of one account from everywhere. Thirty networks that guess all they may shut out browsers that are new to the account,
/// and get 28,800 tries a day at passwords that are not among the easily guessed. Twenty networks shut out nobody.
pub const PER_ACCOUNT: Limit = Limit { max: 300, window_minutes: 15 };
/// Of all accounts from one network: an office of hundreds may stand behind one address.
pub const PER_NETWORK: Limit = Limit { max: 100, window_minutes: 15 };
/// Of one account from one browser that has signed in to it before.
pub const PER_DEVICE: Limit = Limit { max: 10, window_minutes: 15 };

/// After this, a failure counts nowhere.
pub const LONGEST_WINDOW_MINUTES: u32 = 15;
/// Registrations from one network. Each creates a workspace: without a bound they fill the disk.
pub const REGISTRATIONS_PER_NETWORK: Limit = Limit { max: 20, window_minutes: 60 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_window_is_longer_than_the_longest() {
        for limit in [PER_ACCOUNT_AND_NETWORK, PER_ACCOUNT, PER_NETWORK, PER_DEVICE] {
            assert!(limit.window_minutes <= LONGEST_WINDOW_MINUTES && limit.max > 0);
        }
    }
}

//! How many failed sign-ins are accepted before further ones are refused without comparing the password.
//!
//! Only failures count. An account can't be locked for its owner: a browser that has signed in to it before is counted by
//! itself and by nothing else (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").

use chrono::TimeDelta;

/// At most `failures` in any `window_minutes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Failures that are accepted.
    pub failures: u32,
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
pub const PER_ACCOUNT_AND_NETWORK: Limit = Limit { failures: 10, window_minutes: 15 };
/// Of one account from everywhere. A guesser with many addresses gets 7,200 tries a day at passwords that are not among the
/// easily guessed; the account's owner can still sign in for the first time on a new device while twenty networks guess.
pub const PER_ACCOUNT: Limit = Limit { failures: 300, window_minutes: 60 };
/// Of all accounts from one network: an office of hundreds may stand behind one address.
pub const PER_NETWORK: Limit = Limit { failures: 100, window_minutes: 15 };
/// Of one account from one browser that has signed in to it before.
pub const PER_DEVICE: Limit = Limit { failures: 10, window_minutes: 15 };

/// After this, a failure counts nowhere.
pub const LONGEST_WINDOW_MINUTES: u32 = PER_ACCOUNT.window_minutes;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_window_is_longer_than_the_longest() {
        for limit in [PER_ACCOUNT_AND_NETWORK, PER_ACCOUNT, PER_NETWORK, PER_DEVICE] {
            assert!(limit.window_minutes <= LONGEST_WINDOW_MINUTES && limit.failures > 0);
        }
    }
}

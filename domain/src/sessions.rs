//! Lifetime of browser sessions.

use chrono::TimeDelta;

/// Most days of either limit: browsers cut the lifetime of cookies to 400 days.
pub const SESSION_DAYS_LIMIT: u16 = 400;

/// How long a session lasts: a number of days after its last use, and a number of days after its sign-in at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLifetime {
    idle_days: u16,
    max_days: u16,
}

impl SessionLifetime {
    /// 30 days after the last use, 90 days after the sign-in.
    pub const DEFAULT: Self = Self { idle_days: 30, max_days: 90 };

    /// A lifetime of whole days. `None` unless `1 <= idle_days <= max_days <= 400`.
    pub const fn new(idle_days: u16, max_days: u16) -> Option<Self> {
        if idle_days < 1 || idle_days > max_days || max_days > SESSION_DAYS_LIMIT {
            return None;
        }
        Some(Self { idle_days, max_days })
    }

    /// The time from the last use to the end.
    pub fn idle(self) -> TimeDelta {
        TimeDelta::days(self.idle_days.into())
    }

    /// The time from the sign-in to the end, however often the session is used.
    pub fn max(self) -> TimeDelta {
        TimeDelta::days(self.max_days.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_of_days_that_a_cookie_can_have() {
        assert_eq!(SessionLifetime::new(30, 90), Some(SessionLifetime::DEFAULT));
        assert!(SessionLifetime::new(1, 1).is_some() && SessionLifetime::new(400, 400).is_some());
        for (idle_days, max_days) in [(0, 90), (91, 90), (30, 401), (0, 0)] {
            assert_eq!(SessionLifetime::new(idle_days, max_days), None, "{idle_days} {max_days}");
        }
        assert_eq!(SessionLifetime::DEFAULT.idle(), TimeDelta::days(30));
        assert_eq!(SessionLifetime::DEFAULT.max(), TimeDelta::days(90));
    }
}

//! Idle deals: nothing has happened for longer than the stage allows, and nothing is planned.

use chrono::{DateTime, TimeDelta, Utc};

/// The number of whole days that a deal has been idle; `None` if it is not.
///
/// - `norm`: the days that the stage allows; `None` for no limit.
/// - `touched`: the later of the stage change and the last contact: a call, email, meeting or message that has happened.
/// - `planned`: whether one is planned.
pub fn idle_days(norm: Option<i16>, touched: DateTime<Utc>, planned: bool, now: DateTime<Utc>) -> Option<i64> {
    let since = now - touched;
    norm.filter(|norm| !planned && since > TimeDelta::days(i64::from(*norm))).map(|_| since.num_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deal_is_idle_past_its_stages_days_unless_something_is_planned() {
        let now: DateTime<Utc> = "2026-11-21T02:00:00Z".parse().expect("a time");
        let ago = |hours| now - TimeDelta::hours(hours);
        assert_eq!(idle_days(Some(14), ago(14 * 24), false, now), None);
        assert_eq!(idle_days(Some(14), ago(14 * 24 + 1), false, now), Some(14));
        assert_eq!(idle_days(Some(14), ago(19 * 24), false, now), Some(19));
        assert_eq!(idle_days(Some(14), ago(19 * 24), true, now), None);
        assert_eq!(idle_days(None, ago(9_000), false, now), None);
        assert_eq!(idle_days(Some(1), now + TimeDelta::days(3), false, now), None);
    }
}

//! The select of time zones.

use crate::ui::form::Choice;
use chrono::{DateTime, Utc};
use domain::time_zones::TimeZone;

/// The offered zones with their present offsets. `chosen`: the name of the selected zone, which is added if it is not offered.
pub fn time_zone_choices(chosen: &str, now: DateTime<Utc>) -> Vec<Choice> {
    let choice = |zone: TimeZone| (zone.name().to_owned(), zone.label(now));
    let mut choices: Vec<Choice> = TimeZone::offered().map(choice).collect();
    if let Some(zone) = TimeZone::from_name(chosen).filter(|_| !choices.iter().any(|(name, _)| name == chosen)) {
        choices.insert(0, choice(zone));
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_zone_is_always_among_the_choices() {
        let now = "2026-11-20T02:00:00Z".parse().expect("a time");
        let first = |chosen: &str| time_zone_choices(chosen, now)[0].0.clone();
        assert_eq!(first("Europe/Berlin"), "Asia/Ho_Chi_Minh");
        assert_eq!(first("US/Pacific"), "US/Pacific", "an older name");
        assert_eq!(first("Moon/Tycho"), "Asia/Ho_Chi_Minh");
    }
}

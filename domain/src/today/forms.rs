//! Forms of next best actions.

use super::{ActionRule, REASON_MAX, SNOOZE_DAYS};
use crate::{
    forms::FormErrors,
    text::{self, TextError},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The buttons that put a record off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SnoozeActionForm {
    /// The number of days, one of [`SNOOZE_DAYS`], and the record: `3.0190c7a0-0000-7000-8000-000000000001`.
    pub put_off: String,
    /// The page with the button.
    pub back: String,
}

impl SnoozeActionForm {
    /// The value of the button that puts a record off.
    pub fn button(days: u8, record: Uuid) -> String {
        format!("{days}.{record}")
    }

    /// Parses the days and the record's id.
    pub fn parse(&self) -> Result<(u8, Uuid), FormErrors> {
        let parsed = self.put_off.split_once('.').and_then(|(days, record)| {
            let days = days.parse().ok().filter(|days| SNOOZE_DAYS.contains(days))?;
            Some((days, record.parse().ok()?))
        });
        parsed.ok_or_else(|| FormErrors::of("put_off", "Choose 1, 3 or 7 days"))
    }
}

/// The button that takes back that an action was put off or dismissed. Its fields may stand in the address instead.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UndoActionForm {
    /// The id of the record.
    pub record_id: String,
    /// The slug of the dismissed rule.
    pub rule: String,
    /// The page with the button.
    pub back: String,
}

/// The form that dismisses an action.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DismissForm {
    /// The id of the record that the action is about.
    pub record_id: String,
    /// The slug of its [`ActionRule`].
    pub rule: String,
    /// What the dismissal holds for, in milliseconds since 1970: the rule shows the record again for another one.
    pub since: String,
    /// Why it needs no action, required, up to [`REASON_MAX`] characters.
    pub reason: String,
    /// The page with the action.
    pub back: String,
}

/// A parsed dismissal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dismissal {
    /// The record.
    pub record_id: Uuid,
    /// The rule.
    pub rule: ActionRule,
    /// The time that the rule counts from, in milliseconds since 1970.
    pub since_ms: i64,
    /// The reason.
    pub reason: String,
}

impl DismissForm {
    /// Parses the form. Hidden fields that no page writes are faults of the reason, the one field there is.
    pub fn parse(&self) -> Result<Dismissal, FormErrors> {
        let about = || Some((self.record_id.parse().ok()?, ActionRule::from_slug(&self.rule)?, self.since.parse().ok()?));
        let (record_id, rule, since_ms) = about().ok_or_else(|| FormErrors::of("reason", "This action is gone. Go back to Today"))?;
        let reason = text::line(&self.reason, REASON_MAX).and_then(|reason| reason.ok_or(TextError::Missing("Say why it needs no action")));
        let reason = reason.map_err(|error| FormErrors::of("reason", error.to_string()))?;
        Ok(Dismissal { record_id, rule, since_ms, reason })
    }
}

/// The button that switches a rule on or off for the workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleSwitchForm {
    /// `on` or `off`, and the rule's slug: `off.idle`.
    pub switch: String,
}

impl RuleSwitchForm {
    /// The value of the button that switches a rule.
    pub fn button(rule: ActionRule, on: bool) -> String {
        format!("{}.{}", if on { "on" } else { "off" }, rule.slug())
    }

    /// Parses the rule, and whether it is switched on.
    pub fn parse(&self) -> Result<(ActionRule, bool), FormErrors> {
        let parsed = self.switch.split_once('.').and_then(|(state, slug)| {
            let on = match state {
                "on" => true,
                "off" => false,
                _ => return None,
            };
            Some((ActionRule::from_slug(slug)?, on))
        });
        parsed.ok_or_else(|| FormErrors::of("switch", "Choose a rule"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_puts_its_record_off_and_others_are_refused() {
        let record = Uuid::from_u128(7);
        for days in SNOOZE_DAYS {
            let form = SnoozeActionForm { put_off: SnoozeActionForm::button(days, record), ..SnoozeActionForm::default() };
            assert_eq!(form.parse(), Ok((days, record)));
        }
        for bad in ["", "3", "2.0190c7a0-0000-7000-8000-000000000001", "3.x", "-1.0190c7a0-0000-7000-8000-000000000001"] {
            let form = SnoozeActionForm { put_off: bad.to_owned(), ..SnoozeActionForm::default() };
            assert!(form.parse().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_dismissal_needs_a_reason_and_what_it_is_about() {
        let form = DismissForm {
            record_id: Uuid::from_u128(7).to_string(),
            rule: "idle".to_owned(),
            since: "1795902698000".to_owned(),
            reason: "  Họ đi nghỉ Tết  ".to_owned(),
            back: String::new(),
        };
        let dismissal = form.parse().expect("whole");
        assert_eq!(
            (dismissal.rule, dismissal.since_ms, dismissal.reason.as_str()),
            (ActionRule::Idle, 1_795_902_698_000, "Họ đi nghỉ Tết")
        );
        for faulty in [
            DismissForm { reason: " \u{200b} ".to_owned(), ..form.clone() },
            DismissForm { reason: "x".repeat(REASON_MAX + 1), ..form.clone() },
            DismissForm { rule: "lunar".to_owned(), ..form.clone() },
            DismissForm { record_id: "7".to_owned(), ..form.clone() },
            DismissForm { since: "soon".to_owned(), ..form.clone() },
        ] {
            let errors = faulty.parse().expect_err("faulty");
            assert!(errors.get("reason").is_some(), "{faulty:?}");
        }
    }

    #[test]
    fn a_switch_names_its_rule() {
        for (rule, on) in [(ActionRule::Idle, true), (ActionRule::TaskOverdue, false)] {
            assert_eq!(RuleSwitchForm { switch: RuleSwitchForm::button(rule, on) }.parse(), Ok((rule, on)));
        }
        for bad in ["", "off", "maybe.idle", "on.lunar"] {
            assert!(RuleSwitchForm { switch: bad.to_owned() }.parse().is_err(), "{bad}");
        }
    }
}

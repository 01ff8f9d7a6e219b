//! Workspaces: settings, currency and time zone.

use crate::{forms::FormErrors, money::Currency};
use serde::{Deserialize, Serialize};

/// The time zone of a new workspace (IANA name).
pub const DEFAULT_TIME_ZONE: &str = "Asia/Ho_Chi_Minh";

/// The currency of a new workspace.
pub const DEFAULT_CURRENCY: Currency = Currency::Vnd;

/// The name of the workspace that a registration creates.
pub fn first_name_for(person: &str) -> String {
    let mut name: String = person.chars().take(240).collect();
    name.push_str("’s workspace");
    name
}

/// The submitted form of `/settings/workspace`. A checked box is `on`, an unchecked one is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SwitchesForm {
    /// "Lock activities once logged".
    pub lock_activities: String,
    /// "Only owners edit their records".
    pub owners_only_edit: String,
    /// The edited version.
    pub version: String,
}

/// A workspace's switches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Switches {
    /// Activities are immutable once logged; follow-up notes can still be added.
    pub lock_activities: bool,
    /// Members change and delete only records that they own.
    pub owners_only_edit: bool,
}

impl SwitchesForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<Switches, FormErrors> {
        let mut errors = FormErrors::default();
        let mut read = |field, value: &str| match value {
            "" => false,
            "on" => true,
            _ => {
                errors.add(field, "Tick the box or leave it");
                false
            }
        };
        let switches = Switches {
            lock_activities: read("lock_activities", &self.lock_activities),
            owners_only_edit: read("owners_only_edit", &self.owners_only_edit),
        };
        if errors.is_empty() { Ok(switches) } else { Err(errors) }
    }
}

impl From<Switches> for SwitchesForm {
    /// The form of these switches, without a version.
    fn from(switches: Switches) -> Self {
        let box_of = |on: bool| if on { "on".to_owned() } else { String::new() };
        Self {
            lock_activities: box_of(switches.lock_activities),
            owners_only_edit: box_of(switches.owners_only_edit),
            version: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_ticked_or_not() {
        for switches in [Switches::default(), Switches { lock_activities: true, owners_only_edit: false }] {
            assert_eq!(SwitchesForm::from(switches).parse(), Ok(switches));
        }
        let errors = SwitchesForm { owners_only_edit: "maybe".into(), ..SwitchesForm::default() }.parse().expect_err("neither");
        assert!(errors.get("owners_only_edit").is_some());
    }

    #[test]
    fn a_long_name_still_fits_255_characters() {
        assert_eq!(first_name_for("Hưng"), "Hưng’s workspace");
        assert!(first_name_for(&"ễ".repeat(255)).chars().count() <= 255);
    }
}

//! Workspaces: settings, currency and time zone.

use crate::{
    forms::{FormErrors, check_box, check_box_value},
    money::Currency,
    sign_in_limits::Limit,
};
use serde::{Deserialize, Serialize};

#[cfg(not(target_arch = "wasm32"))]
use crate::{collation::NameOrder, stages::StageSet, text, time_zones::TimeZone};

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

/// Days for which the owner can take back a workspace that they ended. Then it is deleted. A trigger of the audit log counts them, too.
pub const END_GRACE_DAYS: i64 = 30;

/// Workspaces that a user may make, ended ones included: each takes room for 30 days after its end, and is made with its stages.
pub const NEW_WORKSPACES: Limit = Limit { max: 20, window_minutes: 24 * 60 };

/// Workspaces that a user may own at most, without those that have ended.
pub const OWNED_WORKSPACES_MAX: u64 = 100;

/// Other workspaces that the switcher lists, the last entered ones. With more it offers a search.
pub const SWITCHER_MAX: usize = 7;

/// Length of a workspace's name, in characters.
#[cfg(not(target_arch = "wasm32"))]
const NAME_MAX: usize = 255;

/// The submitted form of `/workspaces/new`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewWorkspaceForm {
    /// The name.
    pub name: String,
    /// The slug of the stages to begin with; empty for the default.
    pub stages: String,
    /// The idempotency key.
    pub form_key: String,
}

/// A parsed new workspace.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWorkspaceDraft {
    /// The name, 1 to 255 characters.
    pub name: String,
    /// The stages to begin with.
    pub stages: StageSet,
}

/// The submitted form of the switcher.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SwitchForm {
    /// The id of the workspace.
    pub workspace_id: String,
    /// The path to open there; the start page if empty.
    pub to: String,
}

/// The submitted form of `/settings/workspace/end`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EndForm {
    /// The workspace's name, typed again.
    pub name: String,
}

#[cfg(not(target_arch = "wasm32"))]
impl NewWorkspaceForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<NewWorkspaceDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let name = errors.collect("name", text::required_line(&self.name, NAME_MAX, NAME_REQUIRED));
        let stages = errors.collect("stages", StageSet::parse(&self.stages));
        errors.finish(|| Some(NewWorkspaceDraft { name: name?, stages: stages? }))
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl EndForm {
    /// Whether the typed name is the workspace's, compared in NFC.
    pub fn confirms(&self, name: &str) -> bool {
        text::line(&self.name, NAME_MAX).is_ok_and(|typed| typed.as_deref() == Some(name))
    }
}

#[cfg(not(target_arch = "wasm32"))]
const NAME_REQUIRED: &str = "Write the workspace's name";

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
        let lock_activities = errors.collect("lock_activities", check_box(&self.lock_activities));
        let owners_only_edit = errors.collect("owners_only_edit", check_box(&self.owners_only_edit));
        errors.finish(|| Some(Switches { lock_activities: lock_activities?, owners_only_edit: owners_only_edit? }))
    }
}

impl From<Switches> for SwitchesForm {
    /// The form of these switches, without a version.
    fn from(switches: Switches) -> Self {
        Self {
            lock_activities: check_box_value(switches.lock_activities),
            owners_only_edit: check_box_value(switches.owners_only_edit),
            version: String::new(),
        }
    }
}

/// The submitted form of `/settings/workspace/edit`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkspaceForm {
    /// The name.
    pub name: String,
    /// The ISO 4217 code of the currency.
    pub currency: String,
    /// The IANA name of the time zone.
    pub time_zone: String,
    /// The slug of the order of contacts.
    pub name_order: String,
    /// The edited version.
    pub version: String,
}

/// A workspace's name, currency and time zone.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceDraft {
    /// The name, 1 to 255 characters.
    pub name: String,
    /// The currency of every amount.
    pub currency: Currency,
    /// The zone in which times are shown and days begin.
    pub time_zone: TimeZone,
    /// By what contacts are sorted.
    pub name_order: NameOrder,
}

#[cfg(not(target_arch = "wasm32"))]
impl WorkspaceForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<WorkspaceDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let name = errors.collect("name", text::required_line(&self.name, NAME_MAX, NAME_REQUIRED));
        let currency = errors.collect("currency", Currency::from_code(&self.currency).ok_or("Choose one of the currencies"));
        let time_zone = errors.collect("time_zone", TimeZone::from_name(&self.time_zone).ok_or("Choose one of the time zones"));
        let name_order = errors.collect("name_order", NameOrder::from_slug(&self.name_order).ok_or("Choose one of the orders"));
        errors.finish(|| Some(WorkspaceDraft { name: name?, currency: currency?, time_zone: time_zone?, name_order: name_order? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_has_a_name_a_currency_and_a_zone() {
        let form = WorkspaceForm {
            name: " Ánh Dương ".into(),
            currency: "USD".into(),
            time_zone: "Asia/Bangkok".into(),
            name_order: "as-written".into(),
            version: "1".into(),
        };
        let draft = form.parse().expect("nothing wrong");
        assert_eq!((draft.name.as_str(), draft.currency, draft.time_zone.name()), ("Ánh Dương", Currency::Usd, "Asia/Bangkok"));
        assert_eq!(draft.name_order, NameOrder::AsWritten);
        let errors =
            WorkspaceForm { name: " ".into(), currency: "usd".into(), time_zone: "Bangkok".into(), name_order: "given".into(), ..form }
                .parse();
        let errors = errors.expect_err("four faults");
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["name", "currency", "time_zone", "name_order"]);
    }

    #[test]
    fn ending_a_workspace_takes_its_name() {
        let confirms = |typed: &str| EndForm { name: typed.to_owned() }.confirms("Ánh Dương");
        assert!(confirms("Ánh Dương") && confirms(" A\u{301}nh Du\u{31b}o\u{31b}ng "));
        assert!(!confirms("") && !confirms("anh duong") && !confirms("Ánh Dương 2"));
    }

    #[test]
    fn a_new_workspace_has_a_name_and_stages() {
        let parse =
            |name: &str, stages: &str| NewWorkspaceForm { name: name.into(), stages: stages.into(), ..NewWorkspaceForm::default() }.parse();
        let draft = |stages| NewWorkspaceDraft { name: "Ánh Dương".into(), stages };
        assert_eq!(parse(" Ánh Dương ", ""), Ok(draft(StageSet::Sales)));
        assert_eq!(parse("Ánh Dương", "leads"), Ok(draft(StageSet::Leads)));
        assert!(parse(" ", "").is_err() && parse(&"x".repeat(256), "").is_err() && parse("x", "y").is_err());
    }

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

//! Bulk changes: one change to many records of a list, and what became of each.

use crate::{
    access::Verb,
    bin::GoesAlong,
    companies::{ARCHIVE_REASON_MAX, CompanyStatus},
    deals::LOST_REASON_MAX,
    forms::FormErrors,
    ids::{TagId, UserId},
    record_kinds::RecordKind,
    stages::is_slug,
    tasks::TaskStatus,
    text,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Maximum number of records that are changed at once, in one transaction. A change of more is a background job.
pub const BULK_AT_ONCE: usize = 500;
/// Days for which a bulk change can be undone, and its result is kept.
pub const BULK_DAYS: i64 = 30;
/// Number of skipped records that a result names, and of records that a question names.
pub const BULK_NAMES: usize = 20;

/// A record selected in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectedRecord {
    /// Id of the record.
    pub id: Uuid,
    /// The version that was shown.
    pub version: i64,
}

/// A change to each record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkChange {
    /// Moves deals to the top of a stage.
    Stage {
        /// The stage's slug.
        stage: String,
        /// The lost reason, for a lost stage.
        lost_reason: Option<String>,
    },
    /// Sets the status of companies.
    Status(CompanyStatus),
    /// Sets the status of tasks.
    TaskStatus(TaskStatus),
    /// Archives companies.
    Archive {
        /// Why.
        reason: String,
    },
    /// Takes companies out of the archive.
    BringBack,
    /// Assigns an owner.
    Owner(UserId),
    /// Adds a tag.
    AddTag(TagId),
    /// Removes a tag.
    RemoveTag(TagId),
    /// Moves the records to the bin.
    Delete,
}

impl BulkChange {
    /// What the actor must be allowed to do with each record.
    pub const fn verb(&self) -> Verb {
        match self {
            Self::Delete => Verb::Delete,
            _ => Verb::Update,
        }
    }

    /// Whether records of this kind can be changed so.
    pub const fn applies_to(&self, kind: RecordKind) -> bool {
        match self {
            Self::Stage { .. } => matches!(kind, RecordKind::Deals),
            Self::Status(_) | Self::Archive { .. } | Self::BringBack => matches!(kind, RecordKind::Companies),
            Self::AddTag(_) | Self::RemoveTag(_) => kind.has_tags(),
            Self::TaskStatus(_) => matches!(kind, RecordKind::Tasks),
            Self::Owner(_) | Self::Delete => true,
        }
    }

    /// Whether the change is confirmed on a page of its own, also for the records of one page: it deletes, or asks for a text.
    pub const fn asks_first(&self) -> bool {
        matches!(self, Self::Delete | Self::Archive { .. })
    }
}

/// Why a bulk change skipped a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// It has another version than the one that was shown or gathered; for an undo, than the one that the change wrote.
    Changed,
    /// The actor may not change it.
    NotTheirs,
    /// It is in the bin, deleted for good, or not in the workspace; for the undo of a deletion, deleted for good.
    Gone,
    /// It is an archived company.
    Archived,
    /// It is an activity of a workspace that locks them.
    Locked,
    /// Its company is in the bin.
    CompanyDeleted,
    /// The owner, the tag or the stage that a change gives or an undo puts back is gone, or the stage means something else now.
    ValueGone,
}

impl SkipReason {
    /// Every reason.
    pub const ALL: [Self; 7] =
        [Self::Changed, Self::NotTheirs, Self::Gone, Self::Archived, Self::Locked, Self::CompanyDeleted, Self::ValueGone];

    /// The value in the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Changed => "changed-since",
            Self::NotTheirs => "not-theirs",
            Self::Gone => "gone",
            Self::Archived => "archived",
            Self::Locked => "locked",
            Self::CompanyDeleted => "company-deleted",
            Self::ValueGone => "value-gone",
        }
    }

    /// The reason in words, after the name of a record or the number of several.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Changed => "changed by somebody meanwhile",
            Self::NotTheirs => "owned by somebody else",
            Self::Gone => "no longer there",
            Self::Archived => "archived",
            Self::Locked => "locked, as activities can’t be changed once logged",
            Self::CompanyDeleted => "at a company that is in the bin",
            Self::ValueGone => "left, as the owner, tag or stage to give it is gone or has changed",
        }
    }
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordOutcome {
    /// It was changed.
    Changed,
    /// It was as asked for already.
    Unchanged,
    /// It was left as it is.
    Skipped(SkipReason),
}

impl RecordOutcome {
    /// The value in the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Skipped(reason) => reason.slug(),
        }
    }

    /// Parses the value in the database.
    pub fn from_slug(slug: &str) -> Option<Self> {
        let skipped = SkipReason::ALL.into_iter().map(Self::Skipped);
        [Self::Changed, Self::Unchanged].into_iter().chain(skipped).find(|outcome| outcome.slug() == slug)
    }
}

/// The form of a bulk change, as submitted and as redisplayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BulkForm {
    /// The kind of the records: a slug of [`RecordKind`].
    pub kind: String,
    /// The selected records, each `ID.VERSION`. None if the form is about every record that matches.
    pub selected: Vec<String>,
    /// `matching` for every record that the list's filter matches.
    pub scope: String,
    /// The pressed button: `stage:SLUG`, `status:SLUG`, `owner:ID`, `add_tag:ID`, `remove_tag:ID`, `archive`, `bring_back` or `delete`.
    pub action: String,
    /// The lost reason.
    pub lost_reason: String,
    /// Why companies are archived.
    pub reason: String,
    /// The query of the list.
    pub list: String,
    /// The number of records that the confirmation named.
    pub count: String,
    /// The number of contacts that it named as deleted with them. Empty for none.
    pub contacts: String,
    /// The number of deals, likewise.
    pub deals: String,
    /// The number of activities, likewise.
    pub activities: String,
    /// The number of tasks, likewise.
    pub tasks: String,
    /// The idempotency key.
    pub form_key: String,
}

/// The records that a form is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkScope {
    /// The selected ones.
    Records(Vec<SelectedRecord>),
    /// Every record that the filter of the list matches.
    Matching,
}

impl BulkForm {
    /// The kind of the records.
    pub fn kind(&self) -> Option<RecordKind> {
        RecordKind::from_slug(&self.kind)
    }

    /// Reads which records the form is about. A record that is named twice is returned once.
    ///
    /// # Errors
    /// At `selected`, if one can't be read, if there is none, or if there are more than [`BULK_AT_ONCE`]; at `scope` for an unknown one.
    pub fn scope(&self) -> Result<BulkScope, FormErrors> {
        match self.scope.as_str() {
            "" => self.selected_records().map(BulkScope::Records),
            "matching" => Ok(BulkScope::Matching),
            _ => Err(FormErrors::of("scope", "Reload the page and try again")),
        }
    }

    fn selected_records(&self) -> Result<Vec<SelectedRecord>, FormErrors> {
        let read = |text: &String| {
            let (id, version) = text.split_once('.').filter(|(id, _)| id.len() == 36)?;
            Some(SelectedRecord { id: Uuid::try_parse(id).ok()?, version: version.parse().ok()? })
        };
        let selected: Option<Vec<SelectedRecord>> = self.selected.iter().map(read).collect();
        match selected {
            None => Err(FormErrors::of("selected", "Reload the page and try again")),
            Some(selected) if selected.is_empty() => Err(FormErrors::of("selected", "Choose at least one")),
            Some(selected) if selected.len() > BULK_AT_ONCE => Err(FormErrors::of("selected", format!("Choose at most {BULK_AT_ONCE}"))),
            Some(mut selected) => {
                let mut seen = BTreeSet::new();
                selected.retain(|record| seen.insert(record.id));
                Ok(selected)
            }
        }
    }

    /// Reads the change. The store checks whether stage, member and tag exist.
    ///
    /// # Errors
    /// At `action` for a change that records of this kind don't have, at `lost_reason` or `reason` for a text that is too long, at `reason`
    /// if companies are archived without one.
    pub fn change(&self) -> Result<BulkChange, FormErrors> {
        let (what, with) = self.action.split_once(':').unwrap_or((&self.action, ""));
        let change = match (what, with) {
            ("archive", "") => Some(BulkChange::Archive { reason: self.archive_reason()? }),
            ("stage", stage) if is_slug(stage) => {
                let reason = text::line(&self.lost_reason, LOST_REASON_MAX);
                let lost_reason = reason.map_err(|error| FormErrors::of("lost_reason", error.to_string()))?;
                Some(BulkChange::Stage { stage: stage.to_owned(), lost_reason })
            }
            ("bring_back", "") => Some(BulkChange::BringBack),
            ("delete", "") => Some(BulkChange::Delete),
            ("status", status) if self.kind() == Some(RecordKind::Tasks) => TaskStatus::from_slug(status).map(BulkChange::TaskStatus),
            ("status", status) => CompanyStatus::from_slug(status).map(BulkChange::Status),
            ("owner", user) => user.parse().ok().map(BulkChange::Owner),
            ("add_tag", tag) => tag.parse().ok().map(BulkChange::AddTag),
            ("remove_tag", tag) => tag.parse().ok().map(BulkChange::RemoveTag),
            _ => None,
        };
        let fits = |change: &BulkChange| self.kind().is_some_and(|kind| change.applies_to(kind));
        change.filter(fits).ok_or_else(|| FormErrors::of("action", "Choose what to do"))
    }

    /// The change as far as it is known before its texts, of which the question asks for those that are missing.
    ///
    /// # Errors
    /// As [`BulkForm::change`] at `action`.
    pub fn asked_change(&self) -> Result<BulkChange, FormErrors> {
        Self { lost_reason: String::new(), reason: "-".to_owned(), ..self.clone() }.change()
    }

    fn archive_reason(&self) -> Result<String, FormErrors> {
        match text::paragraphs(&self.reason, ARCHIVE_REASON_MAX) {
            Ok(reason) => reason.ok_or_else(|| FormErrors::of("reason", "Say why they are archived")),
            Err(error) => Err(FormErrors::of("reason", error.to_string())),
        }
    }

    /// The numbers that a confirmation named; `None` if there was none. Unreadable numbers count as 0, so that the confirmation is repeated.
    pub fn confirmed(&self) -> Option<BulkNumbers> {
        (!self.count.is_empty()).then(|| BulkNumbers {
            records: self.count.parse().unwrap_or_default(),
            goes_along: GoesAlong::of_fields(&self.contacts, &self.deals, &self.activities, &self.tasks),
        })
    }
}

/// How many records a bulk change is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BulkNumbers {
    /// The records themselves.
    pub records: u64,
    /// Records that are deleted with them.
    pub goes_along: GoesAlong,
}

impl BulkNumbers {
    /// Whether any number is greater than in `shown`.
    pub fn exceeds(&self, shown: &Self) -> bool {
        self.records > shown.records || self.goes_along.exceeds(&shown.goes_along)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190c7a0-0000-7000-8000-000000000001";

    fn form(kind: RecordKind, action: &str) -> BulkForm {
        BulkForm {
            kind: kind.slug().to_owned(),
            selected: vec![format!("{ID}.3")],
            action: action.to_owned(),
            reason: "Đã giải thể".to_owned(),
            ..BulkForm::default()
        }
    }

    #[test]
    fn form_is_read_as_records_and_change() {
        let stage = BulkForm { lost_reason: " Giá cao ".into(), ..form(RecordKind::Deals, "stage:closed-lost") };
        assert_eq!(stage.scope(), Ok(BulkScope::Records(vec![SelectedRecord { id: ID.parse().expect("an id"), version: 3 }])));
        assert_eq!(stage.change(), Ok(BulkChange::Stage { stage: "closed-lost".into(), lost_reason: Some("Giá cao".into()) }));
        assert_eq!(form(RecordKind::Activities, "delete").change(), Ok(BulkChange::Delete));
        let archive = form(RecordKind::Companies, "archive").change();
        assert_eq!(archive, Ok(BulkChange::Archive { reason: "Đã giải thể".into() }));
        let twice = BulkForm { selected: vec![format!("{ID}.3"), format!("{ID}.4")], ..form(RecordKind::Deals, "delete") };
        assert_eq!(twice.scope(), stage.scope());
        let all = BulkForm { selected: vec![], scope: "matching".into(), ..form(RecordKind::Contacts, "delete") };
        assert_eq!(all.scope(), Ok(BulkScope::Matching));
    }

    #[test]
    fn a_kind_has_its_own_changes_only() {
        use RecordKind::{Activities, Companies, Contacts, Deals, Tasks};
        let tag = format!("add_tag:{ID}");
        for (action, kinds) in [
            ("delete", vec![Companies, Contacts, Deals, Activities, Tasks]),
            ("stage:proposal", vec![Deals]),
            ("status:active", vec![Companies]),
            ("status:done", vec![Tasks]),
            ("archive", vec![Companies]),
            ("bring_back", vec![Companies]),
            (tag.as_str(), vec![Companies, Contacts, Deals]),
        ] {
            let fitting: Vec<RecordKind> = RecordKind::ALL.into_iter().filter(|kind| form(*kind, action).change().is_ok()).collect();
            assert_eq!(fitting, kinds, "{action}");
        }
    }

    #[test]
    fn each_error_is_at_its_field() {
        let deals = |action: &str| form(RecordKind::Deals, action);
        for (form, field) in [
            (BulkForm { selected: vec![], ..deals("delete") }, "selected"),
            (BulkForm { selected: vec![ID.into()], ..deals("delete") }, "selected"),
            (BulkForm { selected: vec![format!("{ID}.x")], ..deals("delete") }, "selected"),
            (BulkForm { selected: vec![format!("{}.1", ID.replace('-', ""))], ..deals("delete") }, "selected"),
            (BulkForm { selected: vec![format!("{ID}.1"); BULK_AT_ONCE + 1], ..deals("delete") }, "selected"),
            (BulkForm { scope: "all".into(), ..deals("delete") }, "scope"),
            (deals("stage:Closed Lost"), "action"),
            (deals("owner:me"), "action"),
            (deals("add_tag"), "action"),
            (deals("remove_tag:0"), "action"),
            (deals("delete:all"), "action"),
            (deals("burn"), "action"),
            (deals(""), "action"),
            (BulkForm { kind: "users".into(), ..deals("delete") }, "action"),
            (BulkForm { lost_reason: "x".repeat(501), ..deals("stage:closed-lost") }, "lost_reason"),
            (BulkForm { reason: " ".into(), ..form(RecordKind::Companies, "archive") }, "reason"),
            (BulkForm { reason: "x".repeat(501), ..form(RecordKind::Companies, "archive") }, "reason"),
        ] {
            let errors = form.scope().and_then(|_| form.change()).expect_err(field);
            assert!(errors.get(field).is_some(), "{field}: {errors:?}");
        }
    }

    #[test]
    fn an_unreadable_number_is_asked_again() {
        assert_eq!(BulkForm::default().confirmed(), None);
        let shown = BulkForm { count: "many".into(), ..BulkForm::default() }.confirmed().expect("a number");
        assert!(BulkNumbers { records: 1, ..BulkNumbers::default() }.exceeds(&shown));
        let shown = BulkForm { count: "12".into(), contacts: "3".into(), ..BulkForm::default() }.confirmed().expect("a number");
        let now = |records, contacts| BulkNumbers { records, goes_along: GoesAlong { contacts, ..GoesAlong::default() } };
        assert!(!now(12, 3).exceeds(&shown) && !now(11, 2).exceeds(&shown));
        assert!(now(13, 0).exceeds(&shown) && now(12, 4).exceeds(&shown));
    }

    #[test]
    fn outcomes_read_back_as_written() {
        for outcome in SkipReason::ALL.map(RecordOutcome::Skipped).into_iter().chain([RecordOutcome::Changed, RecordOutcome::Unchanged]) {
            assert_eq!(RecordOutcome::from_slug(outcome.slug()), Some(outcome));
        }
        assert_eq!(RecordOutcome::from_slug(""), None);
    }
}

//! Bulk changes in words.

use crate::ui::pluralize;
use domain::{bulk_changes::BulkChange, numbers::group_thousands, record_kinds::RecordKind};
use store::bulk_changes::BulkChangeDetail;

/// What stands for a tag, member or stage that is gone.
const GONE: &str = "something that is gone";

/// A number of records: `1 company`, `12 companies`.
pub(super) fn records(kind: RecordKind, number: u64) -> String {
    pluralize(number, kind.entity().noun(), kind.slug())
}

/// The question before a change. `records`: their number in words; `value`: the name of the owner, tag or stage.
pub(super) fn question(change: &BulkChange, records: &str, value: Option<&str>) -> String {
    let value = value.unwrap_or(GONE);
    match change {
        BulkChange::Stage { .. } => format!("Move {records} to {value}?"),
        BulkChange::Status(status) => format!("Set the status of {records} to {}?", status.label()),
        BulkChange::TaskStatus(status) => format!("Set the status of {records} to {}?", status.label()),
        BulkChange::Archive { .. } => format!("Archive {records}?"),
        BulkChange::BringBack => format!("Bring {records} back from the archive?"),
        BulkChange::Owner(_) => format!("Make {value} the owner of {records}?"),
        BulkChange::AddTag(_) => format!("Add the tag “{value}” to {records}?"),
        BulkChange::RemoveTag(_) => format!("Remove the tag “{value}” from {records}?"),
        BulkChange::Delete => format!("Delete {records}?"),
    }
}

/// The button that carries a change out.
pub(super) const fn button(change: &BulkChange) -> &'static str {
    match change {
        BulkChange::Stage { .. } => "Move",
        BulkChange::Status(_) | BulkChange::TaskStatus(_) => "Set status",
        BulkChange::Archive { .. } => "Archive",
        BulkChange::BringBack => "Bring back",
        BulkChange::Owner(_) => "Change owner",
        BulkChange::AddTag(_) => "Add tag",
        BulkChange::RemoveTag(_) => "Remove tag",
        BulkChange::Delete => "Delete",
    }
}

/// The name of a bulk change, as a title.
pub(super) fn title(detail: &BulkChangeDetail) -> String {
    let value = detail.value_name.as_deref().unwrap_or(GONE);
    let change = match &detail.change {
        BulkChange::Stage { .. } => format!("Stage: {value}"),
        BulkChange::Status(status) => format!("Status: {}", status.label()),
        BulkChange::TaskStatus(status) => format!("Status: {}", status.label()),
        BulkChange::Archive { .. } => "Archive".to_owned(),
        BulkChange::BringBack => "Bring back from the archive".to_owned(),
        BulkChange::Owner(_) => format!("Owner: {value}"),
        BulkChange::AddTag(_) => format!("Add tag: {value}"),
        BulkChange::RemoveTag(_) => format!("Remove tag: {value}"),
        BulkChange::Delete => "Delete".to_owned(),
    };
    if detail.undo_of.is_some() { format!("Undo of “{change}”") } else { change }
}

/// What was done: `12 deals changed`, `1 company was so already`.
pub(super) fn done_words(detail: &BulkChangeDetail) -> String {
    let verb = match (&detail.undo_of, &detail.change) {
        (Some(_), _) => "put back",
        (None, BulkChange::Delete) => "deleted",
        (None, BulkChange::Archive { .. }) => "archived",
        (None, BulkChange::BringBack) => "brought back",
        (None, _) => "changed",
    };
    let changed = format!("{} {verb}", records(detail.kind, detail.changed));
    match detail.unchanged {
        0 => changed,
        unchanged => format!("{changed}, {} so already", pluralize(unchanged, "was", "were")),
    }
}

/// How many records were left, by reason: `3 left: 2 changed by somebody meanwhile, 1 no longer there`. `None` without any.
pub(super) fn skipped_words(detail: &BulkChangeDetail) -> Option<String> {
    let total: u64 = detail.skipped.iter().map(|(_, number)| number).sum();
    let each: Vec<String> =
        detail.skipped.iter().map(|(reason, number)| format!("{} {}", group_thousands(*number), reason.words())).collect();
    (total > 0).then(|| format!("{} left: {}", group_thousands(total), each.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use domain::{
        bulk_changes::SkipReason,
        ids::{BulkChangeId, UserId},
    };
    use uuid::Uuid;

    fn detail() -> BulkChangeDetail {
        BulkChangeDetail {
            id: BulkChangeId(Uuid::nil()),
            kind: RecordKind::Companies,
            change: BulkChange::Delete,
            value_name: None,
            started_by: UserId(Uuid::nil()),
            started_by_name: String::new(),
            started_at: DateTime::UNIX_EPOCH,
            finished_at: Some(DateTime::UNIX_EPOCH),
            total: 1_234,
            changed: 1,
            unchanged: 0,
            skipped: vec![],
            first_skipped: vec![],
            undo_of: None,
            undone_by: None,
            has_failed: false,
            can_be_undone: true,
        }
    }

    #[test]
    fn what_was_done_and_what_was_not_is_said() {
        assert_eq!((done_words(&detail()).as_str(), skipped_words(&detail())), ("1 company deleted", None));
        let skipped = vec![(SkipReason::Changed, 2), (SkipReason::NotTheirs, 1_000)];
        let partly = BulkChangeDetail { changed: 1_200, unchanged: 2, change: BulkChange::BringBack, skipped, ..detail() };
        assert_eq!(done_words(&partly), "1.200 companies brought back, 2 were so already");
        assert_eq!(skipped_words(&partly).expect("some"), "1.002 left: 2 changed by somebody meanwhile, 1.000 owned by somebody else");
        let undo = BulkChangeDetail { undo_of: Some(BulkChangeId(Uuid::nil())), ..detail() };
        assert_eq!((done_words(&undo).as_str(), title(&undo).as_str()), ("1 company put back", "Undo of “Delete”"));
    }
}

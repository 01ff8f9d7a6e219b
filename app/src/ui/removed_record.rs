//! What became of a removed record, in words.

use super::{
    markup::{IntoMarkup, Markup},
    times,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::bin::BIN_DAYS;
use leptos::prelude::*;
use store::removed::{Removal, RemovedRecord};

/// The title: the record and where it is now.
pub fn removal_heading(record: &RemovedRecord) -> String {
    let name = &record.name;
    match &record.removal {
        Removal::Binned { .. } => format!("“{name}” is in the bin"),
        Removal::Merged { name: into, .. } => format!("Tag “{name}” was merged into “{into}”"),
        Removal::Deleted => format!("Tag “{name}” was deleted"),
        Removal::Purged { .. } => format!("“{name}” was deleted for ever"),
    }
}

/// Who removed it, and when: `Deleted by Bình, 2 hours ago`, or as [`purge_in_words`].
pub fn removal_in_words(record: &RemovedRecord, now: DateTime<Utc>, zone: Tz) -> String {
    purge_in_words(record, zone).unwrap_or_else(|| format!("{}, {}", by(record), times::relative(record.removed_at, now, zone)))
}

/// As [`removal_in_words`], with the exact time in the markup.
pub fn removal_markup(record: &RemovedRecord, now: DateTime<Utc>, zone: Tz) -> Markup {
    match purge_in_words(record, zone) {
        Some(words) => words.into_markup(),
        None => view! { {format!("{}, ", by(record))}{times::ago(record.removed_at, now, zone)} }.into_markup(),
    }
}

/// `Deleted by Bình`.
fn by(record: &RemovedRecord) -> String {
    let what = if matches!(record.removal, Removal::Merged { .. }) { "Merged" } else { "Deleted" };
    format!("{what} by {}", person(record))
}

/// `Deleted for ever by Bình on 2 Mar 2026, 10:04`; `None` for a record that was not.
fn purge_in_words(record: &RemovedRecord, zone: Tz) -> Option<String> {
    let at = times::exact(record.removed_at, zone);
    match record.removal {
        Removal::Purged { is_expired: true } => Some(format!("Deleted for ever on {at}, after {BIN_DAYS} days in the bin")),
        Removal::Purged { is_expired: false } => Some(format!("Deleted for ever by {} on {at}", person(record))),
        Removal::Binned { .. } | Removal::Merged { .. } | Removal::Deleted => None,
    }
}

fn person(record: &RemovedRecord) -> &str {
    record.removed_by.as_deref().unwrap_or("somebody who is no longer here")
}

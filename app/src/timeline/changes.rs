//! Sentences about a record's change.

use crate::{
    request::RequestContext,
    ui::{
        times,
        words::{field_words, sentence_case, shortened},
    },
};
use chrono::NaiveDate;
use domain::{companies::CompanyStatus, contacts::AuthorityLevel, money::Money, tasks::TaskStatus};
use serde_json::{Map, Value};
use store::{
    custom_field_changes,
    timeline::{TimelineChange, TimelineRecord},
};

/// Fields that accompany another changed field and are left out.
const IMPLIED: [&str; 2] = ["stage_id", "closed_at"];
/// Most characters of a custom field's value in a sentence.
const SHOWN_MAX: usize = 100;

/// The sentences of a change, without full stops.
pub(super) fn sentences(ctx: &RequestContext, change: &TimelineChange) -> Vec<String> {
    let noun = match change.record {
        TimelineRecord::Company(_) => "Company",
        TimelineRecord::Contact(_) => "Contact",
        TimelineRecord::Deal(_) => "Deal",
        TimelineRecord::Task(_) => "Task",
    };
    match change.action.as_str() {
        "erase" => vec![format!("Personal data of the {} erased", noun.to_lowercase())],
        "create" => vec![created(ctx, noun, &change.after)],
        "delete" => vec![format!("{noun} deleted")],
        "restore" => vec![format!("{noun} restored")],
        "archive" => vec![format!("{noun} archived: {}", text(&change.after, "reason").unwrap_or_default())],
        "bring-back" => vec![format!("{noun} brought back")],
        _ if change.is_erased && change.after.is_empty() => vec![format!("{noun} changed; what was changed is erased")],
        _ => match task_status(change) {
            Some(sentence) => vec![sentence.to_owned()],
            None => edited(ctx, &change.before, &change.after),
        },
    }
}

/// What a change of a task's status is; `None` of any other change.
fn task_status(change: &TimelineChange) -> Option<&'static str> {
    let status = change.after.get("status")?.as_str().filter(|_| matches!(change.record, TimelineRecord::Task(_)))?;
    Some(match TaskStatus::from_slug(status)? {
        TaskStatus::Open => "Task reopened",
        TaskStatus::Done => "Task done",
        TaskStatus::Canceled => "Task canceled",
    })
}

fn created(ctx: &RequestContext, noun: &str, after: &Map<String, Value>) -> String {
    match (text(after, "stage"), money(after, "value")) {
        (Some(stage), Some(value)) => format!("{noun} added in {stage}, worth {}", ctx.money(value)),
        (Some(stage), None) => format!("{noun} added in {stage}"),
        (None, _) => format!("{noun} added"),
    }
}

/// Important fields with their values, then the other fields by name.
fn edited(ctx: &RequestContext, before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut others = Vec::new();
    for field in after.keys().filter(|field| !IMPLIED.contains(&field.as_str())) {
        if field == "custom_fields" {
            sentences.extend(custom_field_sentences(before.get(field), after.get(field)));
            continue;
        }
        match key_change(ctx, field, before, after) {
            Some(sentence) => sentences.push(sentence),
            None => others.push(field_words(field)),
        }
    }
    // A move changes the probability too: only the move is mentioned.
    if after.contains_key("stage") {
        others.retain(|field| !["probability", "position"].contains(&field.as_str()));
    }
    if !others.is_empty() {
        sentences.push(format!("{} changed", sentence_case(&others.join(", "))));
    }
    sentences
}

fn key_change(ctx: &RequestContext, field: &str, before: &Map<String, Value>, after: &Map<String, Value>) -> Option<String> {
    match field {
        "stage" => Some(format!("Moved to {}", text(after, field)?)),
        "value" => from_to("Value", money(before, field).map(|value| ctx.money(value)), money(after, field).map(|value| ctx.money(value))),
        "name" => Some(format!("Renamed from {}", text(before, field)?)),
        "expected_close_date" => from_to("Expected close", day(before, field), day(after, field)),
        "lost_reason" => text(after, field).map(|reason| format!("Lost because: {reason}")),
        "status" => from_to("Status", status(before), status(after)),
        "authority_level" => from_to("Authority level", level(before), level(after)),
        "is_decision_maker" => {
            Some(if after[field] == Value::Bool(true) { "Is a decision-maker now" } else { "Is no decision-maker any more" }.to_owned())
        }
        "job_title" => from_to("Job title", text(before, field), text(after, field)),
        _ => None,
    }
}

/// A sentence for each custom field that changed.
fn custom_field_sentences(before: Option<&Value>, after: Option<&Value>) -> Vec<String> {
    let short = |value: String| shortened(value, SHOWN_MAX);
    let changes = custom_field_changes(before.unwrap_or(&Value::Null), after.unwrap_or(&Value::Null));
    changes.into_iter().filter_map(|change| from_to(&change.field, change.from.map(short), change.to.map(short))).collect()
}

fn from_to(what: &str, from: Option<String>, to: Option<String>) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) => Some(format!("{what} changed from {from} to {to}")),
        (None, Some(to)) => Some(format!("{what} set to {to}")),
        (Some(from), None) => Some(format!("{what} {from} taken off")),
        (None, None) => None,
    }
}

fn text(of: &Map<String, Value>, field: &str) -> Option<String> {
    of.get(field)?.as_str().map(str::to_owned)
}

fn money(of: &Map<String, Value>, field: &str) -> Option<Money> {
    of.get(field)?.as_i64().map(Money::from_hundredths)
}

fn day(of: &Map<String, Value>, field: &str) -> Option<String> {
    let day: NaiveDate = of.get(field)?.as_str()?.parse().ok()?;
    Some(times::day_with_year(day))
}

fn status(of: &Map<String, Value>) -> Option<String> {
    CompanyStatus::from_slug(of.get("status")?.as_str()?).map(|status| status.label().to_owned())
}

fn level(of: &Map<String, Value>) -> Option<String> {
    AuthorityLevel::from_slug(of.get("authority_level")?.as_str()?).map(|level| level.label().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_fields_are_named_with_their_values() {
        let before = serde_json::json!({ "Kho": "1", "Giao": "sáng" });
        let after = serde_json::json!({ "Kho": "x".repeat(101), "Thuế": "2" });
        let shown = custom_field_sentences(Some(&before), Some(&after));
        assert_eq!(
            shown,
            ["Giao sáng taken off".to_owned(), format!("Kho changed from 1 to {}…", "x".repeat(100)), "Thuế set to 2".to_owned()]
        );
    }
}

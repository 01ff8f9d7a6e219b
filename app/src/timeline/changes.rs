//! Sentences about a record's change.

use crate::request::RequestContext;
use chrono::NaiveDate;
use domain::{companies::CompanyStatus, contacts::AuthorityLevel, money::Money};
use serde_json::{Map, Value};
use store::timeline::{TimelineChange, TimelineRecord};

/// Fields that accompany another changed field and are left out.
const IMPLIED: [&str; 2] = ["stage_id", "closed_at"];

/// The sentences of a change, without full stops.
pub(super) fn sentences(ctx: &RequestContext, change: &TimelineChange) -> Vec<String> {
    let noun = match change.record {
        TimelineRecord::Company(_) => "Company",
        TimelineRecord::Contact(_) => "Contact",
        TimelineRecord::Deal(_) => "Deal",
    };
    match change.action.as_str() {
        "create" => vec![created(ctx, noun, &change.after)],
        "delete" => vec![format!("{noun} deleted")],
        "restore" => vec![format!("{noun} restored")],
        _ => edited(ctx, &change.before, &change.after),
    }
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
    let from_to = |what: &str, from: Option<String>, to: Option<String>| match (from, to) {
        (Some(from), Some(to)) => Some(format!("{what} changed from {from} to {to}")),
        (None, Some(to)) => Some(format!("{what} set to {to}")),
        (Some(from), None) => Some(format!("{what} {from} taken off")),
        (None, None) => None,
    };
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

fn text(of: &Map<String, Value>, field: &str) -> Option<String> {
    of.get(field)?.as_str().map(str::to_owned)
}

fn money(of: &Map<String, Value>, field: &str) -> Option<Money> {
    of.get(field)?.as_i64().map(Money::from_hundredths)
}

fn day(of: &Map<String, Value>, field: &str) -> Option<String> {
    let day: NaiveDate = of.get(field)?.as_str()?.parse().ok()?;
    Some(day.format("%-d %b %Y").to_string())
}

fn status(of: &Map<String, Value>) -> Option<String> {
    CompanyStatus::from_slug(of.get("status")?.as_str()?).map(|status| status.label().to_owned())
}

fn level(of: &Map<String, Value>) -> Option<String> {
    AuthorityLevel::from_slug(of.get("authority_level")?.as_str()?).map(|level| level.label().to_owned())
}

/// A field's name in words: `tax_code` is `tax code`, `company_id` is `company`.
fn field_words(field: &str) -> String {
    match field {
        "metadata" => "custom fields".to_owned(),
        _ => field.trim_end_matches("_id").replace('_', " "),
    }
}

fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_as_people_say_them() {
        assert_eq!(["tax_code", "company_id", "metadata"].map(field_words), ["tax code", "company", "custom fields"]);
        assert_eq!(sentence_case("đường, notes"), "Đường, notes");
    }
}

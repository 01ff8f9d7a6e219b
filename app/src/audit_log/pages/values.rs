//! What entries of the log say, in words.

use crate::{
    request::RequestContext,
    tasks::pages::rule_words,
    ui::{
        times,
        words::{field_words, sentence_case, shortened},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::Entity,
    activities::ActivityType,
    companies::CompanyStatus,
    contacts::AuthorityLevel,
    money::Money,
    tasks::{AppliesTo, Priority, TaskStatus},
};
use store::FieldChange;

/// Most characters of a value. The export has it whole.
const SHOWN_MAX: usize = 200;

/// The label of a kind of record.
pub(super) fn kind_label(kind: Entity) -> String {
    sentence_case(kind.noun())
}

/// The change as people read it: the field's label, its values with units and names.
pub(super) fn readable(ctx: &RequestContext, kind: Option<Entity>, change: FieldChange) -> FieldChange {
    let FieldChange { field, is_custom, from, to } = change;
    if is_custom {
        let short = |value| shortened(value, SHOWN_MAX);
        return FieldChange { field, is_custom, from: from.map(short), to: to.map(short) };
    }
    let words = |value: String| shortened(value_words(ctx, kind, &field, &value).unwrap_or(value), SHOWN_MAX);
    FieldChange { from: from.map(words), to: to.map(words), field: sentence_case(&field_words(&field)), is_custom }
}

/// A value that is not shown as it is stored; `None` for one that is.
fn value_words(ctx: &RequestContext, kind: Option<Entity>, field: &str, value: &str) -> Option<String> {
    match (field, kind) {
        ("value", Some(Entity::Deal)) => Some(ctx.money(Money::from_hundredths(value.parse().ok()?))),
        ("probability", _) => Some(format!("{value} %")),
        ("duration_minutes", _) => Some(format!("{value} min")),
        ("status", Some(Entity::Company)) => Some(CompanyStatus::from_slug(value)?.label().to_owned()),
        ("authority_level", _) => Some(AuthorityLevel::from_slug(value)?.label().to_owned()),
        ("status", Some(Entity::Task)) => Some(TaskStatus::from_slug(value)?.label().to_owned()),
        ("priority", Some(Entity::Task)) => Some(Priority::from_slug(value)?.label().to_owned()),
        ("repeats", Some(Entity::Task)) => rule_words(value),
        ("applies_to", Some(Entity::Task)) => Some(AppliesTo::parse(value).ok()?.label().to_owned()),
        ("due_on", _) => Some(times::day_with_year(value.parse().ok()?)),
        ("type", Some(Entity::Activity)) => Some(ActivityType::from_slug(value)?.label().to_owned()),
        ("role", _) => Some(sentence_case(value)),
        _ if field.ends_with("date") || field.ends_with("_at") => {
            let time = value.parse::<DateTime<Utc>>().map(|time| times::exact(time, ctx.zone()));
            time.or_else(|_| value.parse::<NaiveDate>().map(times::day_with_year)).ok()
        }
        _ => None,
    }
}

//! Deals.

mod idle;
mod moving;
mod query;

pub use crate::deal_lists::{LOST_REASON_MAX, SOURCE_MAX};
pub use idle::idle_days;
pub use moving::{ColumnTotals, DealMove, MoveForm, MoveOutcome, POSITION_GAP, Placement, position_between};
pub use query::{CLOSE, CLOSED, DealColumn, DealFilter, DealQuery, DealView, NO_VALUE, OPEN, PROMISED_STEP};

use crate::{
    custom_fields::CustomFields,
    dates,
    fold::fold,
    forms::{FormErrors, optional_id},
    ids::{CompanyId, ContactId, UserId},
    members::parse_owner,
    money::Money,
    stages::is_slug,
    text::{self, TextError},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Maximum length of a deal's name, in characters.
pub const NAME_MAX: usize = 255;
/// Characters of a lost reason that tell it from others: PostgreSQL's indexes take 2,704 bytes.
const LOST_REASON_KEY_MAX: usize = 200;

/// The folded form of a lost reason by which deals are filtered: its first 200 characters.
pub fn lost_reason_key(reason: &str) -> String {
    fold(reason).chars().take(LOST_REASON_KEY_MAX).collect()
}
/// Number of cards of a column that the board loads at once.
pub const COLUMN_PAGE: u64 = 50;

/// The form of `/deals/new` and `/deals/{id}/edit`, as submitted and as redisplayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DealForm {
    /// Name, required.
    pub name: String,
    /// The amount as typed: `1,5 tỷ`; empty if it is not known yet.
    pub value: String,
    /// A stage's slug.
    pub stage: String,
    /// A company's id, required.
    pub company_id: String,
    /// A contact's id; empty for none.
    pub contact_id: String,
    /// `2026-12-31`; empty for none.
    pub expected_close_date: String,
    /// 0 to 100; empty follows the stage.
    pub probability: String,
    /// The source of the deal.
    pub source: String,
    /// The lost reason; required for a lost stage.
    pub lost_reason: String,
    /// Free-text notes.
    pub notes: String,
    /// The names of the custom fields, one per row.
    pub metadata_name: Vec<String>,
    /// The values of the custom fields, in the order of the names.
    pub metadata_value: Vec<String>,
    /// The id of the owner; empty leaves it as it is, and makes a new deal the user's own.
    pub owner_id: String,
    /// The edited version; empty for a new deal.
    pub version: String,
    /// The idempotency key: a form submitted twice creates one deal.
    pub form_key: String,
}

/// A parsed deal, ready to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealDraft {
    /// The owner; `None` leaves it as it is, and makes a new deal the actor's.
    pub owner_id: Option<UserId>,
    /// Name, 1 to 255 characters.
    pub name: String,
    /// The value; `None` if it is not known yet.
    pub value: Option<Money>,
    /// The slug of the stage.
    pub stage: String,
    /// The company.
    pub company_id: CompanyId,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// The expected close date, in the workspace's time zone.
    pub expected_close_date: Option<NaiveDate>,
    /// The probability in percent; `None` follows the stage.
    pub probability: Option<i16>,
    /// The source, up to 100 characters.
    pub source: Option<String>,
    /// The lost reason, up to 500 characters.
    pub lost_reason: Option<String>,
    /// Free-text notes, up to 10,000 characters.
    pub notes: Option<String>,
    /// The custom fields.
    pub custom_fields: CustomFields,
}

impl DealForm {
    /// Parses the form. The store checks that the stage exists and whether it requires a lost reason.
    pub fn parse(&self) -> Result<DealDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let name = errors.collect("name", check_name(&self.name));
        let value = errors.collect("value", check_value(&self.value));
        let stage = errors.collect("stage", Some(self.stage.as_str()).filter(|slug| is_slug(slug)).ok_or("Choose a stage"));
        let company_id = errors.collect("company_id", self.company_id.parse().map_err(|_| "Choose a company"));
        let contact_id = errors.collect("contact_id", optional_id(&self.contact_id, "Choose a contact from the list"));
        let expected_close_date = errors.collect("expected_close_date", check_date(&self.expected_close_date));
        let probability = errors.collect("probability", check_probability(&self.probability));
        let source = errors.collect("source", text::line(&self.source, SOURCE_MAX));
        let lost_reason = errors.collect("lost_reason", text::line(&self.lost_reason, LOST_REASON_MAX));
        let notes = errors.collect("notes", text::notes(&self.notes));
        let custom_fields = errors.collect_all(CustomFields::parse(&self.metadata_name, &self.metadata_value));
        let owner_id = errors.collect("owner_id", parse_owner(&self.owner_id));
        errors.finish(|| {
            Some(DealDraft {
                owner_id: owner_id?,
                name: name?,
                value: value?,
                stage: stage?.to_owned(),
                company_id: company_id?,
                contact_id: contact_id?,
                expected_close_date: expected_close_date?,
                probability: probability?,
                source: source?,
                lost_reason: lost_reason?,
                notes: notes?,
                custom_fields: custom_fields?,
            })
        })
    }

    /// Checks a single field, as the browser does when the field loses the focus.
    pub fn check_field(field: &str, value: &str) -> Result<(), String> {
        let shown = |error: TextError| error.to_string();
        match field {
            "name" => check_name(value).map(drop).map_err(shown),
            "value" => check_value(value).map(drop),
            "company_id" if value.is_empty() => Err("Choose a company".to_owned()),
            "expected_close_date" => check_date(value).map(drop).map_err(str::to_owned),
            "probability" => check_probability(value).map(drop).map_err(str::to_owned),
            "source" => text::line(value, SOURCE_MAX).map(drop).map_err(shown),
            "lost_reason" => text::line(value, LOST_REASON_MAX).map(drop).map_err(shown),
            "notes" => text::notes(value).map(drop).map_err(shown),
            _ => CustomFields::check_input(field, value),
        }
    }
}

fn check_name(text: &str) -> Result<String, TextError> {
    text::required_line(text, NAME_MAX, "Write the deal's name")
}

/// An empty value is not known yet, which 0 is not.
fn check_value(text: &str) -> Result<Option<Money>, String> {
    if text.trim().is_empty() { Ok(None) } else { Money::parse(text).map(Some).map_err(|error| error.to_string()) }
}

pub(crate) fn check_date(text: &str) -> Result<Option<NaiveDate>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        text => dates::day(text).map(Some).ok_or("Write a date such as 2026-12-31"),
    }
}

fn check_probability(text: &str) -> Result<Option<i16>, &'static str> {
    match text.trim().trim_end_matches('%').trim_end() {
        "" => Ok(None),
        number => match number.parse() {
            Ok(percent @ 0..=100) => Ok(Some(percent)),
            _ => Err("Write a whole number from 0 to 100"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190c7a0-0000-7000-8000-000000000001";

    fn form() -> DealForm {
        DealForm {
            name: "Xe tải".into(), value: "1,5 tỷ".into(), stage: "proposal".into(), company_id: ID.into(), ..DealForm::default()
        }
    }

    #[test]
    fn a_form_becomes_a_draft() {
        let draft =
            DealForm { expected_close_date: "2026-12-12".into(), probability: "40 %".into(), ..form() }.parse().expect("nothing wrong");
        assert_eq!(draft.value, Some(Money::from_hundredths(150_000_000_000)));
        assert_eq!((draft.probability, draft.expected_close_date), (Some(40), NaiveDate::from_ymd_opt(2026, 12, 12)));
        assert_eq!(DealForm { value: " ".into(), ..form() }.parse().expect("no value yet").value, None);
        assert_eq!(DealForm { value: "0".into(), ..form() }.parse().expect("worth nothing").value, Some(Money::ZERO));
    }

    #[test]
    fn each_wrong_field_has_its_message() {
        let errors = DealForm {
            value: "1,5 tyy".into(),
            stage: "Closed Won".into(),
            contact_id: "x".into(),
            expected_close_date: "31/12/2026".into(),
            probability: "101".into(),
            ..DealForm::default()
        }
        .parse()
        .expect_err("all of it wrong");
        for field in ["name", "value", "stage", "company_id", "contact_id", "expected_close_date", "probability"] {
            assert!(errors.get(field).is_some(), "{field}");
        }
        assert_eq!(errors.get("value"), Some("Write a number such as 1.250.000.000 or 1,5 tỷ"));
    }

    #[test]
    fn leaving_a_field_checks_it_as_the_form_does() {
        for (field, bad, good) in [
            ("name", "", "A"),
            ("value", "x", "800 triệu"),
            ("company_id", "", ID),
            ("expected_close_date", "2026-02-30", ""),
            ("probability", "-1", "0"),
        ] {
            assert!(DealForm::check_field(field, bad).is_err(), "{field}");
            assert_eq!(DealForm::check_field(field, good), Ok(()), "{field}");
        }
    }

    #[test]
    fn a_date_is_of_the_form_that_browsers_send() {
        assert_eq!(check_date(" 2026-02-28 "), Ok(NaiveDate::from_ymd_opt(2026, 2, 28)));
        for bad in
            ["2026-2-28", "2026-02-29", "2026/02/28", "28-02-2026", "1899-12-31", "2201-01-01", "2026-02-2８", "+026-02-28", "2026-00-10"]
        {
            assert!(check_date(bad).is_err(), "{bad}");
        }
    }
}

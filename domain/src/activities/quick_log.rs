//! The quick log: a short form of an activity.

use super::{ActivityDraft, ActivityForm};
use crate::{contacts::PartyId, forms::FormErrors};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The form of the quick log, as submitted and as redisplayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuickLogForm {
    /// An [`super::ActivityType`]'s slug.
    #[serde(rename = "type")]
    pub kind: String,
    /// The subject, required.
    pub subject: String,
    /// A [`PartyId`]; empty for none.
    pub whom: String,
    /// The id of the deal that the quick log was opened from; empty for none.
    pub deal_id: String,
    /// The [`PartyId`] of that deal. If the user selects another party, the activity is not linked to the deal.
    pub deal_whom: String,
    /// The idempotency key: a form submitted twice creates one activity.
    pub form_key: String,
}

impl QuickLogForm {
    /// The form as an activity's form.
    pub fn activity(&self) -> ActivityForm {
        let (company_id, contact_id) = match self.whom.parse() {
            Ok(PartyId::Company(id)) => (id.to_string(), String::new()),
            Ok(PartyId::Contact(id)) => (String::new(), id.to_string()),
            // An invalid id fails the check of the company field.
            Err(_) => (self.whom.clone(), String::new()),
        };
        let deal_id = if self.whom == self.deal_whom { self.deal_id.clone() } else { String::new() };
        let Self { kind, subject, form_key, .. } = self.clone();
        ActivityForm { kind, subject, company_id, contact_id, deal_id, form_key, ..ActivityForm::default() }
    }

    /// Parses the form as an activity at the time `now`.
    pub fn parse(&self, now: DateTime<Utc>) -> Result<ActivityDraft, FormErrors> {
        self.activity().parse(now, |_| None).map_err(Self::errors)
    }

    /// The errors of an activity's form at the fields of this form, which has one field for company and contact.
    pub fn errors(errors: FormErrors) -> FormErrors {
        let mut of_this_form = FormErrors::default();
        for error in errors.iter() {
            match error.field.as_str() {
                "deal_id" => of_this_form.add("whom", "The deal is no longer there. “All fields” logs it without the deal."),
                "company_id" | "contact_id" => of_this_form.add("whom", error.message.clone()),
                field => of_this_form.add(field, error.message.clone()),
            }
        }
        of_this_form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190b2c0-0000-7000-8000-000000000000";

    fn form(whom: &str) -> QuickLogForm {
        QuickLogForm {
            kind: "call".into(),
            subject: "Báo giá".into(),
            whom: whom.into(),
            deal_id: ID.into(),
            deal_whom: format!("contact:{ID}"),
            ..QuickLogForm::default()
        }
    }

    #[test]
    fn the_deal_goes_with_its_own_contact_alone() {
        let about = |whom: &str| {
            let ActivityForm { company_id, contact_id, deal_id, .. } = form(whom).activity();
            [company_id, contact_id, deal_id].map(|id| id == ID)
        };
        assert_eq!(about(&format!("contact:{ID}")), [false, true, true]);
        assert_eq!(about(&format!("company:{ID}")), [true, false, false]);
        assert_eq!(about(""), [false, false, false]);
    }

    #[test]
    fn errors_stand_at_the_fields_of_the_quick_log() {
        let errors = QuickLogForm { subject: " ".into(), ..form("nobody") }.parse(DateTime::UNIX_EPOCH).expect_err("all wrong");
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["subject", "whom"]);
    }
}

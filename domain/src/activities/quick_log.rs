//! The quick log: the few fields that log an activity from any page.

use super::{ActivityDraft, ActivityForm};
use crate::{contacts::PartyId, forms::FormErrors};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The fields of the quick log as they arrive, and as they are given back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuickLogForm {
    /// An [`super::ActivityType`]'s slug.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it was about, required.
    pub subject: String,
    /// A [`PartyId`] or nothing.
    pub whom: String,
    /// The id of the deal that the log was opened from, or nothing.
    pub deal_id: String,
    /// The [`PartyId`] of that deal. With anybody else the activity is not about the deal.
    pub deal_whom: String,
    /// Identifies this showing of the form, so that it logs one activity however often it is sent.
    pub form_key: String,
}

impl QuickLogForm {
    /// The same fields in the form of an activity.
    pub fn activity(&self) -> ActivityForm {
        let (company_id, contact_id) = match self.whom.parse() {
            Ok(PartyId::Company(id)) => (id.to_string(), String::new()),
            Ok(PartyId::Contact(id)) => (String::new(), id.to_string()),
            // No id: refused as the choice that it is.
            Err(_) => (self.whom.clone(), String::new()),
        };
        let deal_id = if self.whom == self.deal_whom { self.deal_id.clone() } else { String::new() };
        let Self { kind, subject, form_key, .. } = self.clone();
        ActivityForm { kind, subject, company_id, contact_id, deal_id, form_key, ..ActivityForm::default() }
    }

    /// Reads the form of an activity that happens now.
    pub fn parse(&self, now: DateTime<Utc>) -> Result<ActivityDraft, FormErrors> {
        self.activity().parse(now, |_| None).map_err(Self::errors)
    }

    /// An activity's errors at the fields of this form, where company, contact and deal are chosen in one field.
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

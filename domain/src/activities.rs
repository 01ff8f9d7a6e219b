//! Activities: calls, emails, meetings, notes and messages, with follow-up notes.

mod query;
mod quick_log;

pub use query::{ActivityColumn, ActivityQuery, Planned};
pub use quick_log::QuickLogForm;

use crate::{
    dates,
    forms::{FormErrors, optional_id},
    ids::{CompanyId, ContactId, DealId, UserId},
    members::parse_owner,
    text::{self, TextError},
};
use chrono::{DateTime, DurationRound, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of a subject, in characters.
pub const SUBJECT_MAX: usize = 500;
/// Maximum length of an outcome, in characters.
pub const OUTCOME_MAX: usize = 255;
/// Maximum duration in minutes: a week, for a fair or a journey.
pub const DURATION_MAX: i32 = 7 * 24 * 60;
/// Maximum length of a description, of next steps and of a follow-up note, in characters.
pub const TEXT_MAX: usize = 10_000;

/// The type of an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActivityType {
    /// A phone call.
    Call,
    /// An email.
    Email,
    /// A meeting.
    Meeting,
    /// An internal note.
    Note,
    /// A text message.
    Sms,
}

impl ActivityType {
    /// Every type.
    pub const ALL: [Self; 5] = [Self::Call, Self::Email, Self::Meeting, Self::Note, Self::Sms];

    /// The value in forms, URLs and the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Email => "email",
            Self::Meeting => "meeting",
            Self::Note => "note",
            Self::Sms => "sms",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// Whether it is with somebody. A note is to oneself.
    pub const fn is_contact(self) -> bool {
        !matches!(self, Self::Note)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Call => "Call",
            Self::Email => "Email",
            Self::Meeting => "Meeting",
            Self::Note => "Note",
            Self::Sms => "SMS",
        }
    }
}

/// The form of `/activities/new` and `/activities/{id}/edit`, as submitted and as redisplayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActivityForm {
    /// An [`ActivityType`]'s slug.
    #[serde(rename = "type")]
    pub kind: String,
    /// The subject, required.
    pub subject: String,
    /// What was said.
    pub description: String,
    /// The local time in the workspace's time zone: `2026-11-21T09:30`. Empty for now.
    pub date: String,
    /// The duration in minutes.
    pub duration_minutes: String,
    /// The result.
    pub outcome: String,
    /// The next steps.
    pub next_steps: String,
    /// A company's id; empty for none.
    pub company_id: String,
    /// A contact's id; empty for none.
    pub contact_id: String,
    /// A deal's id; empty for none.
    pub deal_id: String,
    /// The id of the owner; empty leaves it as it is, and makes a new activity the user's own.
    pub owner_id: String,
    /// The edited version; empty for a new activity.
    pub version: String,
    /// The idempotency key: a form submitted twice creates one activity.
    pub form_key: String,
}

/// A parsed activity, ready to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityDraft {
    /// The owner; `None` leaves it as it is, and makes a new activity the actor's.
    pub owner_id: Option<UserId>,
    /// The type.
    pub kind: ActivityType,
    /// The subject, 1 to [`SUBJECT_MAX`] characters.
    pub subject: String,
    /// What was said, up to [`TEXT_MAX`] characters.
    pub description: Option<String>,
    /// The time in UTC, to the minute.
    pub date: DateTime<Utc>,
    /// The duration, 0 to [`DURATION_MAX`] minutes.
    pub duration_minutes: Option<i32>,
    /// The result, up to [`OUTCOME_MAX`] characters.
    pub outcome: Option<String>,
    /// The next steps, up to [`TEXT_MAX`] characters.
    pub next_steps: Option<String>,
    /// The company. `None` follows the deal, or else the contact.
    pub company_id: Option<CompanyId>,
    /// The contact. `None` follows the deal.
    pub contact_id: Option<ContactId>,
    /// The deal.
    pub deal_id: Option<DealId>,
}

impl ActivityForm {
    /// Parses the form. `utc`: converts a local time of the workspace to UTC; `None` for a time that daylight saving skips.
    pub fn parse(&self, now: DateTime<Utc>, utc: impl Fn(NaiveDateTime) -> Option<DateTime<Utc>>) -> Result<ActivityDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let kind = errors.collect("type", ActivityType::from_slug(&self.kind).ok_or("Choose a type"));
        let subject = errors.collect("subject", check_subject(&self.subject));
        let local = errors.collect("date", check_date(&self.date));
        let date = match local {
            Some(Some(local)) => errors.collect("date", utc(local).ok_or("The clocks skip this time: write another one")),
            Some(None) => Some(now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now)),
            None => None,
        };
        let duration_minutes = errors.collect("duration_minutes", check_duration(&self.duration_minutes));
        let contact_id = errors.collect("contact_id", optional_id(&self.contact_id, "Choose a contact from the list"));
        let company_id = errors.collect("company_id", optional_id(&self.company_id, "Choose a company from the list"));
        let deal_id = errors.collect("deal_id", optional_id(&self.deal_id, "Choose a deal from the list"));
        let description = errors.collect("description", text::paragraphs(&self.description, TEXT_MAX));
        let outcome = errors.collect("outcome", text::line(&self.outcome, OUTCOME_MAX));
        let next_steps = errors.collect("next_steps", text::paragraphs(&self.next_steps, TEXT_MAX));
        let owner_id = errors.collect("owner_id", parse_owner(&self.owner_id));
        errors.finish(|| {
            Some(ActivityDraft {
                owner_id: owner_id?,
                kind: kind?,
                subject: subject?,
                description: description?,
                date: date?,
                duration_minutes: duration_minutes?,
                outcome: outcome?,
                next_steps: next_steps?,
                company_id: company_id?,
                contact_id: contact_id?,
                deal_id: deal_id?,
            })
        })
    }

    /// Checks a single field, as the browser does when the field loses the focus.
    pub fn check_field(field: &str, value: &str) -> Result<(), String> {
        let shown = |error: TextError| error.to_string();
        match field {
            "subject" => check_subject(value).map(drop).map_err(shown),
            "date" => check_date(value).map(drop).map_err(str::to_owned),
            "duration_minutes" => check_duration(value).map(drop),
            "description" | "next_steps" => text::paragraphs(value, TEXT_MAX).map(drop).map_err(shown),
            "outcome" => text::line(value, OUTCOME_MAX).map(drop).map_err(shown),
            _ => Ok(()),
        }
    }
}

fn check_subject(text: &str) -> Result<String, TextError> {
    text::required_line(text, SUBJECT_MAX, "Write what it was about")
}

fn check_date(text: &str) -> Result<Option<NaiveDateTime>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        text => dates::local_time(text).map(Some).ok_or("Write a day and a time such as 2026-12-31T09:30"),
    }
}

fn check_duration(text: &str) -> Result<Option<i32>, String> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(minutes @ 0..=DURATION_MAX) => Ok(Some(minutes)),
            _ => Err(format!("Write a whole number of minutes, at most {DURATION_MAX}")),
        },
    }
}

/// The submitted "Add note" form of an activity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoteForm {
    /// The note, required.
    pub body: String,
    /// The idempotency key: a form submitted twice creates one note.
    pub form_key: String,
}

impl NoteForm {
    /// Parses the form: 1 to [`TEXT_MAX`] characters.
    pub fn parse(&self) -> Result<String, FormErrors> {
        match text::paragraphs(&self.body, TEXT_MAX) {
            Ok(Some(body)) => Ok(body),
            Ok(None) => Err(FormErrors::of("body", "Write the note")),
            Err(error) => Err(FormErrors::of("body", error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::FixedOffset;

    /// Ho Chi Minh City, with one skipped time for this test.
    fn utc(local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let zone = FixedOffset::east_opt(7 * 3_600)?;
        (local.to_string() != "2026-03-29 02:30:00").then(|| local.and_local_timezone(zone).single().map(|time| time.to_utc())).flatten()
    }

    fn now() -> DateTime<Utc> {
        "2026-11-20T18:04:05.678Z".parse().expect("a time")
    }

    fn form() -> ActivityForm {
        ActivityForm { kind: "call".into(), subject: "Báo giá".into(), ..ActivityForm::default() }
    }

    fn read(form: &ActivityForm) -> Result<ActivityDraft, FormErrors> {
        form.parse(now(), utc)
    }

    #[test]
    fn a_type_and_a_subject_are_enough_and_it_was_now() {
        let draft = read(&form()).expect("nothing wrong");
        assert_eq!((draft.kind, draft.subject.as_str()), (ActivityType::Call, "Báo giá"));
        assert_eq!(draft.date.to_rfc3339(), "2026-11-20T18:04:00+00:00");
        assert_eq!((draft.company_id, draft.contact_id, draft.deal_id, draft.duration_minutes), (None, None, None, None));
    }

    #[test]
    fn times_are_those_of_the_workspace() {
        let late = ActivityForm { date: "2026-11-20T23:30".into(), ..form() };
        assert_eq!(read(&late).expect("a time").date.to_rfc3339(), "2026-11-20T16:30:00+00:00");
        let skipped = ActivityForm { date: "2026-03-29T02:30".into(), ..form() };
        assert_eq!(read(&skipped).expect_err("no such time").get("date"), Some("The clocks skip this time: write another one"));
    }

    #[test]
    fn each_wrong_field_has_its_message() {
        let errors = read(&ActivityForm {
            kind: "fax".into(),
            subject: " ".into(),
            date: "yesterday".into(),
            duration_minutes: "half an hour".into(),
            company_id: "x".into(),
            contact_id: "x".into(),
            deal_id: "x".into(),
            outcome: "x".repeat(OUTCOME_MAX + 1),
            description: "\0".into(),
            ..ActivityForm::default()
        })
        .expect_err("all of it wrong");
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        let expected = ["type", "subject", "date", "duration_minutes", "contact_id", "company_id", "deal_id", "description", "outcome"];
        assert_eq!(fields, expected);
        assert_eq!(errors.get("subject"), Some("Write what it was about"));
    }

    #[test]
    fn leaving_a_field_checks_it_as_the_form_does() {
        for (field, bad, good) in [
            ("subject", " ", "A"),
            ("subject", &"ễ".repeat(SUBJECT_MAX + 1), &"ễ".repeat(SUBJECT_MAX)),
            ("date", "2026-13-01T00:00", ""),
            ("duration_minutes", "-1", "0"),
            ("duration_minutes", "10081", "10080"),
            ("outcome", "a\nb", "Đồng ý 🙂"),
        ] {
            assert!(ActivityForm::check_field(field, bad).is_err(), "{field}");
            assert_eq!(ActivityForm::check_field(field, good), Ok(()), "{field}");
        }
    }

    #[test]
    fn a_note_says_something() {
        assert_eq!(NoteForm { body: " Đã gửi\r\nhợp đồng ".into(), ..NoteForm::default() }.parse(), Ok("Đã gửi\nhợp đồng".into()));
        assert_eq!(NoteForm::default().parse().expect_err("empty").get("body"), Some("Write the note"));
        assert!(NoteForm { body: "x".repeat(TEXT_MAX + 1), ..NoteForm::default() }.parse().is_err());
    }
}

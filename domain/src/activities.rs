//! Activities: calls, emails, meetings, notes and messages, and the follow-up notes added to them.

mod query;
mod quick_log;

pub use query::ActivityQuery;
pub use quick_log::QuickLogForm;

use crate::{
    dates,
    forms::{FormErrors, optional_id},
    ids::{CompanyId, ContactId, DealId},
    text::{self, TextError},
};
use chrono::{DateTime, DurationRound, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Most characters of a subject.
pub const SUBJECT_MAX: usize = 500;
/// Most characters of an outcome.
pub const OUTCOME_MAX: usize = 255;
/// Most minutes that one activity takes: a week, for a fair or a journey.
pub const DURATION_MAX: i32 = 7 * 24 * 60;
/// Most characters of a description, of next steps and of a follow-up note.
pub const TEXT_MAX: usize = 10_000;

/// What kind of interaction it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActivityType {
    /// A telephone call.
    Call,
    /// An email.
    Email,
    /// A meeting.
    Meeting,
    /// A note to ourselves.
    Note,
    /// A text message.
    Sms,
}

impl ActivityType {
    /// Every type.
    pub const ALL: [Self; 5] = [Self::Call, Self::Email, Self::Meeting, Self::Note, Self::Sms];

    /// As forms, URLs and the database write it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Email => "email",
            Self::Meeting => "meeting",
            Self::Note => "note",
            Self::Sms => "sms",
        }
    }

    /// From its written form.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// The word people read.
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

/// The fields of `/activities/new` and `/activities/{id}/edit` as they arrive, and as they are given back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActivityForm {
    /// An [`ActivityType`]'s slug.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it was about, required.
    pub subject: String,
    /// What was said.
    pub description: String,
    /// When it was, by the workspace's clock: `2026-11-21T09:30`. Nothing means now.
    pub date: String,
    /// How long it took.
    pub duration_minutes: String,
    /// What came of it.
    pub outcome: String,
    /// What is to be done next.
    pub next_steps: String,
    /// A company's id or nothing.
    pub company_id: String,
    /// A contact's id or nothing.
    pub contact_id: String,
    /// A deal's id or nothing.
    pub deal_id: String,
    /// The version that was shown for editing; empty on a new activity.
    pub version: String,
    /// What this showing of a new activity's form is known by, so that it logs one activity however often it is sent.
    pub form_key: String,
}

/// An activity to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityDraft {
    /// What kind it was.
    pub kind: ActivityType,
    /// What it was about, 1 to [`SUBJECT_MAX`] characters.
    pub subject: String,
    /// What was said, up to [`TEXT_MAX`] characters.
    pub description: Option<String>,
    /// When it was, in UTC, to the minute.
    pub date: DateTime<Utc>,
    /// How long it took, 0 to [`DURATION_MAX`] minutes.
    pub duration_minutes: Option<i32>,
    /// What came of it, up to [`OUTCOME_MAX`] characters.
    pub outcome: Option<String>,
    /// What is to be done next, up to [`TEXT_MAX`] characters.
    pub next_steps: Option<String>,
    /// The company it was with. Left out, it is the deal's or else the contact's.
    pub company_id: Option<CompanyId>,
    /// The person it was with. Left out, it is the deal's.
    pub contact_id: Option<ContactId>,
    /// The deal it was about.
    pub deal_id: Option<DealId>,
}

impl ActivityForm {
    /// Reads the form. `utc` turns a time of the workspace's zone into UTC, or gives `None` for one that its clocks skip.
    pub fn parse(&self, now: DateTime<Utc>, utc: impl Fn(NaiveDateTime) -> Option<DateTime<Utc>>) -> Result<ActivityDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let kind = errors.take("type", ActivityType::from_slug(&self.kind).ok_or("Choose a type"));
        let subject = errors.take("subject", check_subject(&self.subject));
        let local = errors.take("date", check_date(&self.date));
        let date = match local {
            Some(Some(local)) => errors.take("date", utc(local).ok_or("The clocks skip this time: write another one")),
            Some(None) => Some(now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now)),
            None => None,
        };
        let duration_minutes = errors.take("duration_minutes", check_duration(&self.duration_minutes));
        let contact_id = errors.take("contact_id", optional_id(&self.contact_id, "Choose a contact from the list"));
        let company_id = errors.take("company_id", optional_id(&self.company_id, "Choose a company from the list"));
        let deal_id = errors.take("deal_id", optional_id(&self.deal_id, "Choose a deal from the list"));
        let description = errors.take("description", text::paragraphs(&self.description, TEXT_MAX));
        let outcome = errors.take("outcome", text::line(&self.outcome, OUTCOME_MAX));
        let next_steps = errors.take("next_steps", text::paragraphs(&self.next_steps, TEXT_MAX));
        errors.finish(|| {
            Some(ActivityDraft {
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

    /// Checks one field by itself, as the browser does when it is left.
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

/// The field of an activity's "Add note" form as it arrives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoteForm {
    /// What is added, required.
    pub body: String,
    /// What this showing of the form is known by, so that it adds one note however often it is sent.
    pub form_key: String,
}

impl NoteForm {
    /// Reads the form: 1 to [`TEXT_MAX`] characters.
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

    /// Ho Chi Minh City, whose clocks skip one time for the test's sake.
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

//! Tasks: what somebody has to do, and by when.

mod due;
mod query;
mod recurrence;

pub use due::{Due, DueGroup, NO_DUE_DATE, SNOOZE_DAYS};
pub use query::{DUE, TaskColumn, TaskQuery};
#[cfg(not(target_arch = "wasm32"))]
pub use recurrence::CalendarDays;
pub use recurrence::{
    AppliesTo, END_TIMES, END_UNTIL, REPEAT_EVERY_MAX, REPEAT_NEVER, REPEAT_TIMES_MAX, Recurrence, RepeatChoice, RepeatEnd, RepeatMode,
    RepeatUnit,
};

use crate::{
    dates,
    forms::{FormErrors, optional_id},
    ids::{CompanyId, ContactId, DealId, UserId},
    members::parse_owner,
    text::{self, TextError},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of a title, in characters.
pub const TITLE_MAX: usize = 255;
/// Maximum length of notes, in characters.
pub const NOTES_MAX: usize = 10_000;

/// Whether a task is still to be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskStatus {
    /// It is to be done.
    #[default]
    Open,
    /// It was done.
    Done,
    /// It is not to be done any more.
    Canceled,
}

impl TaskStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Open, Self::Done, Self::Canceled];

    /// The value in forms, URLs and the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Canceled => "canceled",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Done => "Done",
            Self::Canceled => "Canceled",
        }
    }
}

/// How important a task is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Priority {
    /// Before others.
    High,
    /// As usual.
    #[default]
    Medium,
    /// After others.
    Low,
}

impl Priority {
    /// Every priority, the highest first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The value in forms, URLs and the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
        }
    }
}

/// The form of `/tasks/new` and `/tasks/{id}/edit`, as submitted and as redisplayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TaskForm {
    /// What is to be done, required.
    pub title: String,
    /// The day: `2026-11-30`. Empty for none.
    pub due_on: String,
    /// The local time of that day in the workspace's time zone: `09:30`. Empty for any time of the day.
    pub due_time: String,
    /// A [`Priority`]'s slug; empty for the usual one.
    pub priority: String,
    /// A company's id; empty for none.
    pub company_id: String,
    /// A contact's id; empty for none.
    pub contact_id: String,
    /// A deal's id; empty for none.
    pub deal_id: String,
    /// The id of the owner, who is to do it; empty leaves it as it is, and makes a new task the user's own.
    pub owner_id: String,
    /// Notes.
    pub notes: String,
    /// How it repeats: a [`RepeatUnit`]'s slug or [`REPEAT_NEVER`]. Empty leaves it as it is; the other fields of the recurrence count only
    /// with a unit.
    pub repeat: String,
    /// Number of units between two occurrences; empty for 1.
    pub repeat_every: String,
    /// When the next one comes: a [`RepeatMode`]'s slug; empty for [`RepeatMode::Calendar`].
    pub repeat_mode: String,
    /// When it ends: [`REPEAT_NEVER`] or empty, [`END_UNTIL`] or [`END_TIMES`].
    pub repeat_end: String,
    /// The last day, for [`END_UNTIL`].
    pub repeat_until: String,
    /// Number of all occurrences, for [`END_TIMES`].
    pub repeat_times: String,
    /// Of a task that repeats, what the change is about: a slug of [`AppliesTo`]; empty for this task alone.
    pub applies_to: String,
    /// The version of its series that was shown; empty for a task that doesn't repeat.
    pub series_version: String,
    /// The edited version; empty for a new task.
    pub version: String,
    /// The idempotency key: a form submitted twice creates one task.
    pub form_key: String,
}

/// A parsed task, ready to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskDraft {
    /// The owner; `None` leaves it as it is, and makes a new task the actor's.
    pub owner_id: Option<UserId>,
    /// What is to be done, 1 to [`TITLE_MAX`] characters.
    pub title: String,
    /// When it is due.
    pub due: Option<Due>,
    /// The priority.
    pub priority: Priority,
    /// The company. `None` follows the deal, or else the contact.
    pub company_id: Option<CompanyId>,
    /// The contact. `None` follows the deal.
    pub contact_id: Option<ContactId>,
    /// The deal.
    pub deal_id: Option<DealId>,
    /// Notes, up to [`NOTES_MAX`] characters.
    pub notes: Option<String>,
    /// How it repeats.
    pub repeat: RepeatChoice,
    /// What the change of a task that repeats is about.
    pub applies_to: AppliesTo,
    /// The version of its series that was shown; `None` if it was shown as a task that doesn't repeat.
    pub series_version: Option<i64>,
}

impl TaskForm {
    /// Parses the form. `utc`: converts a local time of the workspace to UTC; `None` for a time that daylight saving skips.
    pub fn parse(&self, utc: impl Fn(NaiveDateTime) -> Option<DateTime<Utc>>) -> Result<TaskDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let title = errors.collect("title", check_title(&self.title));
        let day = errors.collect("due_on", check_day(&self.due_on));
        let time = errors.collect("due_time", check_time(&self.due_time));
        let due = match (day, time) {
            (Some(day), Some(None)) => Some(day.map(Due::Day)),
            (Some(Some(day)), Some(Some(time))) => {
                let at = utc(day.and_time(time.time())).ok_or("The clocks skip this time: write another one");
                errors.collect("due_time", at).map(|at| Some(Due::Time(at)))
            }
            (Some(None), Some(Some(_))) => {
                errors.add("due_on", "Choose the day of this time");
                None
            }
            _ => None,
        };
        let priority = if self.priority.is_empty() { Some(Priority::default()) } else { Priority::from_slug(&self.priority) };
        let priority = errors.collect("priority", priority.ok_or("Choose a priority"));
        let contact_id = errors.collect("contact_id", optional_id(&self.contact_id, "Choose a contact from the list"));
        let company_id = errors.collect("company_id", optional_id(&self.company_id, "Choose a company from the list"));
        let deal_id = errors.collect("deal_id", optional_id(&self.deal_id, "Choose a deal from the list"));
        let owner_id = errors.collect("owner_id", parse_owner(&self.owner_id));
        let notes = errors.collect("notes", text::paragraphs(&self.notes, NOTES_MAX));
        let repeat = recurrence::parse(self, day, &mut errors);
        let series_version = errors.collect("applies_to", recurrence::parse_series_version(&self.series_version));
        errors.finish(|| {
            Some(TaskDraft {
                owner_id: owner_id?,
                title: title?,
                due: due?,
                priority: priority?,
                company_id: company_id?,
                contact_id: contact_id?,
                deal_id: deal_id?,
                notes: notes?,
                repeat: repeat?.0,
                applies_to: repeat?.1,
                series_version: series_version?,
            })
        })
    }

    /// Checks a single field, as the browser does when the field loses the focus.
    pub fn check_field(field: &str, value: &str) -> Result<(), String> {
        let shown = |error: TextError| error.to_string();
        match field {
            "title" => check_title(value).map(drop).map_err(shown),
            "due_on" | "repeat_until" => check_day(value).map(drop).map_err(str::to_owned),
            "repeat_every" => recurrence::check_every(value).map(drop).map_err(str::to_owned),
            "due_time" => check_time(value).map(drop).map_err(str::to_owned),
            "notes" => text::paragraphs(value, NOTES_MAX).map(drop).map_err(shown),
            _ => Ok(()),
        }
    }
}

fn check_title(text: &str) -> Result<String, TextError> {
    text::required_line(text, TITLE_MAX, "Write what is to be done")
}

/// The title and the notes of a task that is made of an activity's next steps: a line that is short enough is the title; of anything longer the
/// title is the beginning, and the notes are the whole.
pub fn split_next_steps(text: &str) -> (String, String) {
    let text = text.trim();
    let first = text.lines().next().unwrap_or_default().trim();
    let title = if first.chars().count() <= TITLE_MAX {
        first.to_owned()
    } else {
        let beginning: String = first.chars().take(TITLE_MAX - 1).collect();
        format!("{}…", beginning.trim_end())
    };
    let notes = if title == text { String::new() } else { text.to_owned() };
    (title, notes)
}

fn check_day(text: &str) -> Result<Option<NaiveDate>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        text => dates::day(text).map(Some).ok_or("Write a day such as 2026-12-31"),
    }
}

/// The time, of any day.
fn check_time(text: &str) -> Result<Option<NaiveDateTime>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        text => dates::local_time(&format!("2000-01-01T{text}")).map(Some).ok_or("Write a time such as 09:30"),
    }
}

/// The form of the buttons that do something with a task wherever it shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TaskButtonForm {
    /// The address of the page with the button, to which it leads back. Empty for the task's own page.
    pub back: String,
}

/// The form that puts a task off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SnoozeForm {
    /// The button that was pressed: one of [`SNOOZE_DAYS`] and the version of the task that was shown, as `3.12`.
    pub put_off: String,
    /// As [`TaskButtonForm::back`].
    pub back: String,
}

/// The form that takes back that a task was put off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UndoSnoozeForm {
    /// The version of the task that was put off.
    pub version: String,
    /// As [`TaskButtonForm::back`].
    pub back: String,
}

impl SnoozeForm {
    /// The value of a button.
    pub fn button(days: u8, version: i64) -> String {
        format!("{days}.{version}")
    }

    /// Parses the form: by how many days, and the version.
    pub fn parse(&self) -> Result<(u8, i64), FormErrors> {
        let parts = self.put_off.split_once('.').and_then(|(days, version)| Some((days.parse().ok()?, version.parse().ok()?)));
        let parts = parts.filter(|(days, _)| SNOOZE_DAYS.contains(days));
        parts.ok_or_else(|| FormErrors::of("put_off", "Choose by how many days"))
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

    #[test]
    fn next_steps_are_a_title_or_a_title_and_notes() {
        let of = |title: &str, notes: &str| (title.to_owned(), notes.to_owned());
        assert_eq!(split_next_steps(" Gửi báo giá "), of("Gửi báo giá", ""));
        assert_eq!(split_next_steps("Gửi báo giá\nGọi lại thứ Hai"), of("Gửi báo giá", "Gửi báo giá\nGọi lại thứ Hai"));
        let longest = "ễ".repeat(TITLE_MAX);
        assert_eq!(split_next_steps(&longest), of(&longest, ""));
        for longer in [format!("{longest}ễ"), format!("{longest}ễ\nx")] {
            let (title, notes) = split_next_steps(&longer);
            assert_eq!((title.chars().count(), title.ends_with('…')), (TITLE_MAX, true));
            assert_eq!(notes, longer);
            let form = TaskForm { title, notes, ..form() };
            assert!(form.parse(utc).is_ok());
        }
        assert_eq!(split_next_steps(""), of("", ""));
    }

    fn form() -> TaskForm {
        TaskForm { title: "Gọi lại".into(), ..TaskForm::default() }
    }

    #[test]
    fn a_title_is_enough() {
        let draft = form().parse(utc).expect("nothing wrong");
        assert_eq!((draft.title.as_str(), draft.due, draft.priority), ("Gọi lại", None, Priority::Medium));
        assert_eq!((draft.company_id, draft.contact_id, draft.deal_id, draft.owner_id), (None, None, None, None));
    }

    #[test]
    fn it_is_due_on_a_day_or_at_a_time_of_the_workspace() {
        let due = |on: &str, time: &str| TaskForm { due_on: on.into(), due_time: time.into(), ..form() }.parse(utc).map(|draft| draft.due);
        assert_eq!(due("2026-11-30", ""), Ok(Some(Due::Day("2026-11-30".parse().expect("a day")))));
        assert_eq!(due("2026-11-30", "06:30"), Ok(Some(Due::Time("2026-11-29T23:30:00Z".parse().expect("a time")))));
        let message = |on: &str, time: &str, field: &str| due(on, time).expect_err("refused").get(field).map(str::to_owned);
        assert_eq!(message("", "09:30", "due_on").as_deref(), Some("Choose the day of this time"));
        assert_eq!(message("2026-03-29", "02:30", "due_time").as_deref(), Some("The clocks skip this time: write another one"));
    }

    #[test]
    fn each_wrong_field_has_its_message() {
        let errors = TaskForm {
            title: " ".into(),
            due_on: "30/11/2026".into(),
            due_time: "half nine".into(),
            priority: "urgent".into(),
            company_id: "x".into(),
            contact_id: "x".into(),
            deal_id: "x".into(),
            owner_id: "x".into(),
            notes: "x".repeat(NOTES_MAX + 1),
            ..TaskForm::default()
        }
        .parse(utc)
        .expect_err("all of it wrong");
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["title", "due_on", "due_time", "priority", "contact_id", "company_id", "deal_id", "owner_id", "notes"]);
    }

    #[test]
    fn leaving_a_field_checks_it_as_the_form_does() {
        for (field, bad, good) in [
            ("title", " ", "A"),
            ("title", &"ễ".repeat(TITLE_MAX + 1), &"ễ".repeat(TITLE_MAX)),
            ("due_on", "2026-13-01", "2026-12-01"),
            ("due_time", "24:00", "23:59"),
            ("due_time", "9:30", ""),
            ("notes", &"x".repeat(NOTES_MAX + 1), "Đồng ý 🙂\nhai dòng"),
        ] {
            assert!(TaskForm::check_field(field, bad).is_err(), "{field}");
            assert_eq!(TaskForm::check_field(field, good), Ok(()), "{field}");
        }
    }

    #[test]
    fn a_task_is_put_off_by_the_days_of_a_button_alone() {
        let parse = |put_off: &str| SnoozeForm { put_off: put_off.to_owned(), ..SnoozeForm::default() }.parse();
        for days in SNOOZE_DAYS {
            assert_eq!(parse(&SnoozeForm::button(days, 12)), Ok((days, 12)));
        }
        for wrong in ["", "3", "3.", ".12", "2.12", "-1.12", "3.12.1", "3,12", "3.x"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn slugs_read_back() {
        assert!(TaskStatus::ALL.into_iter().all(|status| TaskStatus::from_slug(status.slug()) == Some(status)));
        assert!(Priority::ALL.into_iter().all(|priority| Priority::from_slug(priority.slug()) == Some(priority)));
    }
}

//! `/activities` and the pages below it.

mod delete;
mod detail;
mod form;
mod list;
mod quick;

pub use delete::page as delete;
pub use detail::page as detail;
pub use form::{edit, new};
pub use list::page as list;
pub use quick::page as quick;

use crate::{
    ui::icon,
    ui::markup::{IntoMarkup, Markup},
};
use domain::activities::ActivityType;
use serde_json::{Map, Value};

/// The location of the note form: the activity's page.
pub fn of_note_form(path: &str, _: &Map<String, Value>) -> (String, String) {
    let page = path.trim_end_matches("/notes").to_owned();
    (page.clone(), page)
}

/// The decorative icon of an activity type.
pub(crate) fn activity_icon(kind: ActivityType) -> Markup {
    match kind {
        ActivityType::Call => icon("phone", "size-3.5").into_markup(),
        ActivityType::Email => icon("mail", "size-3.5").into_markup(),
        ActivityType::Meeting => icon("users", "size-3.5").into_markup(),
        ActivityType::Note => icon("sticky-note", "size-3.5").into_markup(),
        ActivityType::Sms => icon("message-square", "size-3.5").into_markup(),
    }
}

/// `45 min`, `1 h`, `1 h 30 min`.
pub(crate) fn duration(minutes: i32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_hours_and_minutes() {
        assert_eq!([0, 45, 60, 90, 10_080].map(duration), ["0 min", "45 min", "1 h", "1 h 30 min", "168 h"]);
    }
}

//! `/tasks` and the pages below it, and tasks on the pages of other records.

mod buttons;
mod delete;
mod detail;
mod due;
mod form;
mod list;
mod next_steps;
mod of_record;
mod repeats;

pub(crate) use buttons::{buttons_form, done_text_button};
pub use delete::{later as delete_later, page as delete};
pub use detail::page as detail;
pub(crate) use due::{due_group_label, due_mark};
pub use due::{due_words, in_sentence};
pub use form::{edit, new};
pub use list::page as list;
pub use next_steps::next_steps_button;
pub(crate) use of_record::task_item;
pub use of_record::tasks_of_record;
pub(crate) use repeats::rule_words;

//! `/today`, the question before an action is dismissed, and the settings of the rules.

mod action_row;
mod dismiss;
mod page;
mod rules;
mod tasks;

pub use dismiss::page as dismiss;
pub use page::page;
pub use rules::page as rules;

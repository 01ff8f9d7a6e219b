//! Today: whose work the page shows, the next best actions, and the forms that put one off.

mod forms;
mod query;
mod rules;

pub use forms::{DismissForm, Dismissal, RuleSwitchForm, SnoozeActionForm, UndoActionForm};
pub use query::{SHOWN_ACTIONS, SHOWN_ACTIONS_MAX, TodayQuery};
pub use rules::{
    ActionRule, CLOSING_DAYS, CUSTOMER_DAYS, DealFacts, LOGGED_DAYS, LOST_DAYS, LOST_UNTIL_DAYS, PRICE_OR_TIMING, is_price_or_timing,
};

/// Days by which a next best action can be put off.
pub const SNOOZE_DAYS: [u8; 3] = [1, 3, 7];
/// Maximum length of the reason for dismissing an action, in characters.
pub const REASON_MAX: usize = 200;

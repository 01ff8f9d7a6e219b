//! Next best actions: the statements that find them, what a user put off or dismissed, and the rules that a workspace switched off.

mod actions;
mod mutes;
mod parts;
mod rules;

pub use actions::{ActionDeal, ActionTask, ActionsQuery, NextAction, NextActions};
pub(crate) use mutes::{ended_snoozes, forget_mutes};

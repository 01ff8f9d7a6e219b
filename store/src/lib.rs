//! How MiniCRM is kept: the entities and every query, on SQLite and PostgreSQL alike.
//!
//! Every function but sign-in and session lookup takes the [`Actor`](domain::access::Actor) first, asks
//! [`domain::access`] before it looks, and names the actor's workspace in each query. A change, its audit row and the
//! counters it moves share one transaction ([`write`](mod@write)). No function's error carries the database's words.

pub mod activities;
pub(crate) mod audit;
pub mod bin;
pub mod companies;
pub mod contacts;
pub(crate) mod counters;
mod custom_fields;
mod database_fault;
mod db;
pub mod deals;
pub mod decision_makers;
pub mod demo;
mod devices;
mod easy_passwords;
pub(crate) mod entity;
mod error;
mod fair_queue;
mod feed;
mod history;
mod listing;
mod named;
mod once;
mod passwords;
mod random;
mod reader;
mod record;
mod registrations;
mod remembered;
pub mod removed;
mod rows;
mod sealing;
mod search;
pub(crate) mod secret_keys;
mod sessions;
mod sign_in;
mod sign_in_attempts;
mod sql;
pub mod stages;
pub mod tags;
pub mod timeline;
mod transaction;
mod users;
mod workspaces;
pub(crate) mod write;
mod write_status;

pub use audit::{AuditFault, verify_chain};
pub use counters::WorkspaceCounts;
pub use database_fault::DatabaseFault;
pub use db::{DbConfig, OpenError, Store};
pub use devices::{DEVICE_DAYS, Device};
pub use error::StoreError;
pub use feed::{BoardFeed, FEEDS_PER_USER};
pub use history::{Action, FieldChange, RecordEvent};
pub use listing::{COUNT_CAP, Total};
pub use random::SystemRandom;
pub use secret_keys::RETIRED_KEY_HOURS;
pub use sessions::{SESSION_ABSOLUTE_DAYS, SESSION_DAYS, SESSION_RENEWAL_MINUTES, SessionContent, SessionRow, SignedIn, TokenHash};
pub use sign_in::SignIn;
pub use users::{AuthStamp, SignInUser};
pub use workspaces::{Member, Workspace};

/// The tests inside use the same throwaway databases as those in `tests/`, which know this crate by its name.
#[cfg(test)]
extern crate self as store;
#[cfg(test)]
#[path = "../tests/common/mod.rs"]
mod common;

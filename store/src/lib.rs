//! Persistence: entities and every query, on SQLite and PostgreSQL.
//!
//! Every function but sign-in and session lookup takes the [`Actor`](domain::access::Actor) first, checks
//! [`domain::access`] first, and filters each query by the actor's workspace. A change, its audit row and its counters
//! share one transaction ([`write`](mod@database::write)). Errors never contain the database's message.

pub mod activities;
pub mod administration;
mod archive;
mod audit;
pub mod audit_log;
pub mod bin;
pub mod bulk_changes;
pub mod companies;
pub mod contacts;
mod custom_fields;
pub mod dashboard;
mod database;
mod deal_lists;
pub mod deals;
pub mod demo;
mod entity;
mod error;
pub mod exports;
pub mod first_steps;
pub mod global_search;
mod handle;
mod housekeeping;
pub mod invitations;
mod jobs;
mod last_contact;
mod lists;
mod mail;
pub mod members;
mod notifications;
mod opened_records;
pub mod purge;
mod record_links;
pub mod removed;
mod secrets;
pub mod stages;
mod stored_keys;
pub mod tags;
pub mod tasks;
pub mod team;
pub mod timeline;
pub mod today;
mod upgrade;
mod users;
pub mod views;
mod workspaces;

pub use audit::history::{Action, Erased, FieldChange, RecordEvent, custom_field_changes};
pub use audit::install_log::INSTALL_LOG;
pub use audit::verify::{AuditFault, verify_chain};
pub use database::fault::DatabaseFault;
pub use database::pools::{DbConfig, OpenError};
pub use error::StoreError;
pub use handle::Store;
pub use housekeeping::{housekeeping_jobs, job_handlers};
pub use jobs::{Job, JobError, JobHandler, JobResult, JobSummary, JobsShown, NewJob};
pub use lists::counters::WorkspaceCounts;
pub use lists::custom_field_names::CustomFieldNames;
pub use lists::page::{COUNT_CAP, Total};
pub use lists::time_range::TimeRange;
pub use mail::MAIL_JOB;
pub use notifications::{BoardSubscription, SUBSCRIPTIONS_PER_USER};
pub use opened_records::OpenedRecord;
pub use secrets::random::SystemRandom;
pub use secrets::secret_keys::RETIRED_KEY_HOURS;
pub use stored_keys::KEYS_VERSION;
pub use users::account_deletion::OwnedWorkspace;
pub use users::account_links::{AccountLink, FoundLink};
pub use users::accounts::{AuthStamp, SignInUser};
pub use users::devices::{DEVICE_DAYS, Device};
pub use users::email_change::EmailChanged;
pub use users::email_confirmation::{EmailConfirmed, EmailStatus};
pub use users::own_sessions::OpenSession;
pub use users::session_text::{FLASH_KEY, REFUSED_FORMS_KEY, any_text};
pub use users::sessions::{SESSION_RENEWAL_MINUTES, SessionContent, SessionRow, SessionUser, SignedIn, TokenHash, WorkspaceName};
pub use users::sign_in::SignIn;
pub use users::sign_in_log::{LoggedSignIn, MemberSignIn, MemberSignIns, SIGN_IN_LOG_DAYS, SIGN_INS_LISTED};
pub use workspaces::{EndedWorkspace, OwnWorkspace, Workspace};

/// The tests inside use the same throwaway databases as those in `tests/`, which know this crate by its name.
#[cfg(test)]
extern crate self as store;
#[cfg(test)]
#[path = "../tests/common/mod.rs"]
mod common;

//! Background jobs: work that a change causes and that is done after it, and housekeeping that is done again and again.
//!
//! - A job is a row, inserted by [`Store::enqueue`] in the transaction that causes it: it exists if and only if the change does.
//! - A worker of any process takes it by a lease. A worker that dies loses the lease when it ends, and another one takes the job over.
//! - A failed attempt is repeated after a growing pause ([`domain::jobs::retry_pause`]); the last failure is kept in the row.
//! - A [`JobHandler`] does the jobs of one kind. The feature that owns the kind provides it.

mod handler;
mod leases;
mod list;
mod queue;

pub use handler::{JobError, JobHandler, JobResult};
pub use leases::Job;
pub(crate) use list::old_jobs;
pub use list::{JobSummary, JobsShown};
pub use queue::NewJob;

#[cfg(test)]
mod tests;

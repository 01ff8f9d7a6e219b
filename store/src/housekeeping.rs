//! The jobs of this crate, by the feature that owns each.

use crate::{
    JobHandler, bulk_changes, contacts,
    database::{erased_content, idempotency, statistics},
    exports, invitations, jobs, last_contact, members, purge,
    secrets::secret_keys,
    tasks, today, users, workspaces,
};

/// Handlers of the recurring jobs that keep the database in order.
pub fn housekeeping_jobs() -> Vec<JobHandler> {
    vec![
        users::sessions::expired_sessions(),
        users::sign_in_attempts::old_attempts(),
        users::sign_in_log::old_sign_ins(),
        users::registrations::old_registrations(),
        users::link_requests::old_requests(),
        users::account_links::old_links(),
        idempotency::old_forms(),
        secret_keys::retired_keys(),
        last_contact::due_contacts(),
        purge::expired_records(),
        workspaces::ended_workspaces(),
        invitations::old_invitations(),
        exports::old_exports(),
        jobs::old_jobs(),
        bulk_changes::old_bulk_changes(),
        tasks::finished_tasks(),
        tasks::recurring_tasks(),
        today::ended_snoozes(),
        statistics::fresh_statistics(),
    ]
}

/// Every handler of this crate: of the recurring jobs, and of those that changes enqueue.
pub fn job_handlers() -> Vec<JobHandler> {
    let mut handlers = housekeeping_jobs();
    handlers.push(contacts::sorting());
    handlers.push(users::password_reset::reset_requests());
    handlers.push(members::handing_over());
    handlers.push(purge::emptying_bins());
    handlers.push(bulk_changes::large_bulk_changes());
    handlers.push(erased_content::scrubbing());
    handlers
}

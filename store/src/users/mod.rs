//! Users: their accounts, passwords and sessions, and the limits of who may try to sign in or register.

pub(crate) mod account_deletion;
pub(crate) mod account_links;
pub(crate) mod account_lock;
pub(crate) mod accounts;
pub(crate) mod by_email;
pub(crate) mod devices;
pub(crate) mod email_change;
pub(crate) mod email_confirmation;
mod email_keys;
mod fair_queue;
pub(crate) mod link_requests;
mod operator;
pub(crate) mod own_sessions;
pub(crate) mod password_change;
pub(crate) mod password_reset;
mod password_strength;
pub(crate) mod passwords;
pub(crate) mod platform_admins;
pub(crate) mod rate_limits;
pub(crate) mod registrations;
pub(crate) mod sessions;
mod settings;
pub(crate) mod sign_in;
pub(crate) mod sign_in_attempts;
pub(crate) mod sign_in_log;
pub(crate) mod stored_keys;
mod user_agents;

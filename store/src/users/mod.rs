//! Users: their accounts, passwords and sessions, and the limits of who may try to sign in or register.

pub(crate) mod account_deletion;
pub(crate) mod accounts;
pub(crate) mod devices;
mod email_keys;
mod fair_queue;
mod operator;
pub(crate) mod own_sessions;
pub(crate) mod password_change;
mod password_strength;
pub(crate) mod passwords;
pub(crate) mod registrations;
pub(crate) mod sessions;
mod settings;
pub(crate) mod sign_in;
pub(crate) mod sign_in_attempts;
pub(crate) mod sign_in_log;
pub(crate) mod stored_keys;
mod user_agents;

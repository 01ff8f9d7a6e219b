//! The audit log: a hash chain per workspace, its verification, and histories of records.

pub(crate) mod chain;
pub(crate) mod differences;
pub(crate) mod erasure;
pub(crate) mod history;
pub(crate) mod install_log;
pub(crate) mod names;
pub(crate) mod purges;
pub(crate) mod verify;

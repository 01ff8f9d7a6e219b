//! The audit log: who changed what, as a chain of hashes per workspace, and a record's history as it tells it.

pub(crate) mod chain;
pub(crate) mod differences;
pub(crate) mod history;
pub(crate) mod verify;

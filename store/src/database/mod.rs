//! The database: its pools, and the ways to read and to write. It knows no feature.

pub(crate) mod cache;
pub(crate) mod erased_content;
pub(crate) mod fault;
pub(crate) mod idempotency;
pub(crate) mod pools;
pub(crate) mod read_pool;
pub(crate) mod records;
pub(crate) mod rows;
mod schema;
pub(crate) mod sql;
pub(crate) mod statistics;
pub(crate) mod transaction;
pub(crate) mod write;
pub(crate) mod write_status;

//! Bulk changes: one change to many records of a list, its result, and its undo.
//!
//! - Beginning one keeps the version of every record ([`begin`](mod@begin)), so that a record that is changed before its turn is skipped.
//! - Up to [`BULK_AT_ONCE`](domain::bulk_changes::BULK_AT_ONCE) records are changed in the transaction that begins it. A job changes more of
//!   them in batches ([`run`]), each a transaction that also keeps what became of its records: done again, a batch finds nothing left.
//! - With each changed record the version that was written and the values before are kept. An undo is a bulk change of its own over the
//!   records that were changed, each of that version ([`undo`]).

mod apply;
mod begin;
mod preview;
mod result;
mod run;
mod running;
mod selection;
mod undo;

pub use begin::NewBulkChange;
pub use preview::BulkPreview;
pub use result::{BulkChangeDetail, SkippedRecord};
pub use selection::BulkSelection;

pub(crate) use result::old_bulk_changes;
pub(crate) use run::large_bulk_changes;

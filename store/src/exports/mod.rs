//! Exports of lists: who asked for what, the rows, and how far a job is that writes a file. The files themselves are written elsewhere.

mod parts;
mod request;
mod rows;
mod writing;

pub use request::{Export, ExportState, WRITE_EXPORT};
pub use rows::{ExportColumn, ExportFilter, export_columns};
pub(crate) use writing::old_exports;
pub use writing::{ExportJob, LiveExport};

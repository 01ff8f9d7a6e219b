//! The audit log as owners and admins read it: pages, verification, export.

pub(crate) mod changes;
mod check;
mod export;
mod filter;
mod page;

pub use check::AuditCheck;
pub use export::{AuditExport, ExportedEntry};
pub use page::{AuditEntry, AuditList, AuditRecord};

//! Exports: a list's matching rows as a file of one of several formats.

pub mod actions;
#[cfg(feature = "ssr")]
mod files;
#[cfg(feature = "ssr")]
mod formats;
#[cfg(feature = "ssr")]
mod job;
#[cfg(feature = "ssr")]
mod link;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod shown_columns;
#[cfg(feature = "ssr")]
mod write;

#[cfg(feature = "ssr")]
pub use files::ExportFiles;
#[cfg(feature = "ssr")]
pub use job::job_handlers;
#[cfg(feature = "ssr")]
pub use link::export_link;
#[cfg(feature = "ssr")]
pub use write::{ExportError, FileSettings, write_export};

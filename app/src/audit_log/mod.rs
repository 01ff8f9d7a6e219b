//! `/audit`: the audit log of the workspace, its verification and export, and the sign-ins of members.

pub mod actions;
#[cfg(feature = "ssr")]
mod csv_file;
#[cfg(feature = "ssr")]
pub mod pages;

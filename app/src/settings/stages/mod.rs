//! `/settings/stages`: add, change, order and remove the stages of the pipeline.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;

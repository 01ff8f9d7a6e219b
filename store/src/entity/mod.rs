//! SeaORM entities, one module per table that its queries read or write. The `migration` crate makes the schema. A relation is
//! declared where a query joins by it.
//!
//! Words that the database checks (`status`, `kind`, `role` …) are kept as text here and become the domain's types in
//! the query functions.

#![allow(dead_code, reason = "a table is described whole, whichever of it today's queries use")]

pub mod activity;
pub mod activity_note;
pub mod audit_head;
pub mod audit_log;
pub mod company;
pub mod company_counter;
pub mod company_tag;
pub mod contact;
pub mod deal;
pub mod membership;
pub mod session;
pub mod stage;
pub mod stage_counter;
pub mod tag;
pub mod tag_counter;
pub mod task;
pub mod task_occurrence;
pub mod task_series;
pub mod user;
pub mod view;
pub mod workspace;
pub mod workspace_counter;

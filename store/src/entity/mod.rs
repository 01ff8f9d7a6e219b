//! The tables as SeaORM sees them, one module each. The schema itself is made by the `migration` crate; these only
//! name its columns.
//!
//! Words that the database checks (`status`, `kind`, `role` …) are kept as text here and become the domain's types in
//! the query functions.

#![allow(dead_code, reason = "a table is described whole, whichever of it today's queries use")]

pub mod activity;
pub mod activity_note;
pub mod attachment;
pub mod audit_head;
pub mod audit_log;
pub mod company;
pub mod company_counter;
pub mod company_tag;
pub mod contact;
pub mod contact_tag;
pub mod deal;
pub mod deal_tag;
pub mod invitation;
pub mod membership;
pub mod session;
pub mod stage;
pub mod stage_counter;
pub mod tag;
pub mod tag_counter;
pub mod task;
pub mod user;
pub mod workspace;
pub mod workspace_counter;

//! The domain: types, parsing, validation and permissions of a CRM.
//!
//! No I/O, clock or random source of its own ([`clock`], [`random`] are passed in), so the same rules run on the server and,
//! compiled to WebAssembly, in the browser's forms.

pub mod access;
pub mod account;
pub mod account_links;
#[cfg(not(target_arch = "wasm32"))]
pub mod account_mail;
pub mod activities;
pub mod administration;
pub mod audit_log;
pub mod bin;
pub mod bulk_changes;
pub mod client_network;
pub mod clock;
#[cfg(not(target_arch = "wasm32"))]
pub mod collation;
pub mod columns;
pub mod companies;
pub mod contacts;
pub mod csv;
pub mod custom_fields;
#[cfg(not(target_arch = "wasm32"))]
pub mod dashboard;
pub mod dates;
pub mod day_range;
pub mod deals;
pub mod decision_makers;
pub mod demo_data;
pub mod exports;
pub mod first_steps;
pub mod fold;
pub mod form_fields;
pub mod forms;
pub mod ids;
pub mod invitations;
pub mod jobs;
pub mod mail;
pub mod members;
pub mod money;
pub mod numbers;
pub mod page;
#[cfg(not(target_arch = "wasm32"))]
pub mod palette;
pub mod phones;
pub mod preferences;
pub mod random;
#[cfg(not(target_arch = "wasm32"))]
pub mod search;
pub mod sessions;
pub mod sign_in_limits;
pub mod stages;
pub mod tags;
pub mod tax_codes;
#[cfg(not(target_arch = "wasm32"))]
pub mod team;
pub mod text;
#[cfg(not(target_arch = "wasm32"))]
pub mod time_zones;
pub mod timeline;
mod unicode;
pub mod urls;
pub mod user_agents;
pub mod users;
pub mod views;
pub mod workspaces;

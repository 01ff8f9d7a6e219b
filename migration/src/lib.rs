//! The schema of MiniCRM, one file per step, for SQLite and PostgreSQL alike.
//!
//! Invariants every step keeps
//! - A business table's primary key is `(workspace_id, id)`, and every foreign key inside a workspace is
//!   `(workspace_id, …_id)`: a row can't point into another workspace whatever the code above does.
//! - `(workspace_id, owner_id)` points at `memberships`: an owner belongs to the workspace. It is also what ties a row
//!   to its workspace, so there is no second key to `workspaces`.
//! - An index is led by `workspace_id` and continues in the order a page shows, ending in `id`, so that the next page
//!   starts by a key and not by an offset.
//! - Text that is sorted by is kept folded in a column of its own, never null and compared by bytes, so that both
//!   databases give the same order.

mod m0001_users_and_sessions;
mod m0002_workspaces;
mod m0003_companies_and_contacts;
mod m0004_stages_and_deals;
mod m0005_activities;
mod m0006_tags;
mod m0007_tasks_and_attachments;
mod m0008_audit_log;
mod m0009_search;
mod m0010_contacts;
mod m0011_timeline;
mod m0012_tag_counters;
mod m0013_deals_board;
mod m0014_decision_makers;
mod m0015_install;
mod m0016_last_contact;
mod m0017_deal_values;
mod m0018_list_filters;
mod m0019_sort_keys;
mod m0020_jobs;
mod m0021_user_settings;
mod m0022_sign_in_log;
mod m0023_filter_indexes;
mod m0024_name_order;
mod m0025_account_links;
mod m0026_several_workspaces;
mod m0028_activity_authors;
mod m0029_invitations;
mod m0030_covering_indexes;
mod m0031_audit_filters;
mod m0032_archive;
mod m0033_administration;
mod m0034_erasures;
mod m0035_first_steps;
mod m0037_dashboard;
mod m0038_next_steps;
mod m0039_bulk_changes;
mod m0040_exports;
mod m0041_bin_entries;
mod m0042_views;
mod m0044_owner_counters;
mod m0045_custom_field_values;
mod m0046_tasks;
mod m0047_task_series;
mod m0048_stages;
mod m0049_deal_lists;
mod m0050_next_actions;
mod m0051_start_page;
mod table;

pub use sea_orm_migration::prelude::{IntoSchemaManagerConnection, MigratorTrait};
use sea_orm_migration::prelude::{MigrationTrait, async_trait};

/// All steps, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_users_and_sessions::Migration),
            Box::new(m0002_workspaces::Migration),
            Box::new(m0003_companies_and_contacts::Migration),
            Box::new(m0004_stages_and_deals::Migration),
            Box::new(m0005_activities::Migration),
            Box::new(m0006_tags::Migration),
            Box::new(m0007_tasks_and_attachments::Migration),
            Box::new(m0008_audit_log::Migration),
            Box::new(m0009_search::Migration),
            Box::new(m0010_contacts::Migration),
            Box::new(m0011_timeline::Migration),
            Box::new(m0012_tag_counters::Migration),
            Box::new(m0013_deals_board::Migration),
            Box::new(m0014_decision_makers::Migration),
            Box::new(m0015_install::Migration),
            Box::new(m0016_last_contact::Migration),
            Box::new(m0017_deal_values::Migration),
            Box::new(m0018_list_filters::Migration),
            Box::new(m0019_sort_keys::Migration),
            Box::new(m0020_jobs::Migration),
            Box::new(m0021_user_settings::Migration),
            Box::new(m0022_sign_in_log::Migration),
            Box::new(m0023_filter_indexes::Migration),
            Box::new(m0024_name_order::Migration),
            Box::new(m0025_account_links::Migration),
            Box::new(m0026_several_workspaces::Migration),
            Box::new(m0028_activity_authors::Migration),
            Box::new(m0029_invitations::Migration),
            Box::new(m0030_covering_indexes::Migration),
            Box::new(m0031_audit_filters::Migration),
            Box::new(m0032_archive::Migration),
            Box::new(m0033_administration::Migration),
            Box::new(m0034_erasures::Migration),
            Box::new(m0035_first_steps::Migration),
            Box::new(m0037_dashboard::Migration),
            Box::new(m0038_next_steps::Migration),
            Box::new(m0039_bulk_changes::Migration),
            Box::new(m0040_exports::Migration),
            Box::new(m0041_bin_entries::Migration),
            Box::new(m0042_views::Migration),
            Box::new(m0044_owner_counters::Migration),
            Box::new(m0045_custom_field_values::Migration),
            Box::new(m0046_tasks::Migration),
            Box::new(m0047_task_series::Migration),
            Box::new(m0048_stages::Migration),
            Box::new(m0049_deal_lists::Migration),
            Box::new(m0050_next_actions::Migration),
            Box::new(m0051_start_page::Migration),
        ]
    }
}

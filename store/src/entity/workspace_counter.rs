//! Counts and sums of a workspace, without what is in the bin.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "workspace_counters")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    pub companies: i64,
    pub contacts: i64,
    pub deals: i64,
    pub open_deals: i64,
    pub open_deals_value: i64,
    pub won_deals: i64,
    pub won_deals_value: i64,
    pub lost_deals: i64,
    pub lost_deals_value: i64,
    pub activities: i64,
    pub tasks: i64,
    pub open_tasks: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

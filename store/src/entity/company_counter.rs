//! Counts and sums of a company that is not in the bin, without what is in the bin. Times are milliseconds since 1970, 0 for
//! none: see [`last_contact`](crate::last_contact).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "company_counters")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    pub contacts: i64,
    pub deals: i64,
    pub open_deals: i64,
    pub open_deals_value: i64,
    pub won_deals: i64,
    pub won_deals_value: i64,
    pub activities: i64,
    pub last_contact_ms: i64,
    pub primary_contacts: i64,
    pub last_primary_contact_ms: i64,
    pub next_contact_ms: i64,
    /// Whether the company is archived, for lists that are read from the counters alone.
    pub is_archived: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

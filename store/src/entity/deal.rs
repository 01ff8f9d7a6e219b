//! Deals. `stage_since` is none for a deal that never left its first stage. `value` in hundredths, none if it is not known, `position` the rank within the stage from the top, `probability` in percent. Folded: `name_key`, `metadata_keys`, `search`. In Vietnamese order: `sort_key`. Triggers copy what the list sorts by in other tables: see migration 19.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "deals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub name_key: String,
    #[sea_orm(column_type = "Text")]
    pub sort_key: String,
    pub value: Option<i64>,
    pub stage_id: Uuid,
    pub stage_since: Option<DateTimeUtc>,
    pub position: i64,
    pub probability: i16,
    pub expected_close_date: Option<Date>,
    pub source: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub source_key: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub lost_reason: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub lost_reason_key: String,
    pub closed_at: Option<DateTimeUtc>,
    pub company_id: Uuid,
    pub contact_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub notes: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
    #[sea_orm(column_type = "Text")]
    pub metadata_keys: String,
    #[sea_orm(column_type = "Text")]
    pub search: String,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

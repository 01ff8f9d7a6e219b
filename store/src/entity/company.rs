//! Companies. Folded: `name_key`, `industry_key`, `metadata_keys`, `search`. In Vietnamese order: `sort_key`, `industry_sort_key`. `size` is the rank of the size, -1 for none.
//! `archive_reason` is there if `archived_at` is.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "companies")]
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
    pub industry: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub industry_key: String,
    #[sea_orm(column_type = "Text")]
    pub industry_sort_key: String,
    pub size: i16,
    pub status: String,
    pub archived_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub archive_reason: Option<String>,
    pub website: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub tax_code: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub address: Option<String>,
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

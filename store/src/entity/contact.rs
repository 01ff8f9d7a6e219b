//! Contacts: people at companies. Folded: `name_key`, `job_title_key`, `company_key`, `email_key`, `metadata_keys`, `search`. In Vietnamese order: `sort_key` (given name first), `job_title_sort_key`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contacts")]
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
    pub email: Option<String>,
    pub phone: Option<String>,
    pub job_title: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub job_title_key: String,
    #[sea_orm(column_type = "Text")]
    pub job_title_sort_key: String,
    pub is_decision_maker: bool,
    pub authority_level: Option<String>,
    pub company_id: Option<Uuid>,
    pub reports_to_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub notes: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
    #[sea_orm(column_type = "Text")]
    pub metadata_keys: String,
    #[sea_orm(column_type = "Text")]
    pub search: String,
    pub deleted_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text")]
    pub company_key: String,
    #[sea_orm(column_type = "Text")]
    pub email_key: String,
    #[sea_orm(column_type = "Text")]
    pub phone_key: String,
    pub standing: i16,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

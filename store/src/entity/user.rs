//! People who sign in.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub sort_key: String,
    pub email: String,
    #[sea_orm(column_type = "Text")]
    pub email_key: String,
    pub email_verified: bool,
    #[sea_orm(column_type = "Text", nullable)]
    pub image: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub password_hash: String,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub auth_stamp: Vec<u8>,
    pub is_platform_admin: bool,
    pub theme: String,
    pub sidebar_folded: bool,
    pub shortcuts: bool,
    pub csv_separator: String,
    pub start_page: String,
    pub time_zone: Option<String>,
    pub reset_link_untold: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
    pub disabled_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::membership::Entity",
        from = "Column::Id",
        to = "super::membership::Column::UserId",
        on_condition = "super::membership::Column::RemovedAt.is_null()"
    )]
    Membership,
}

impl ActiveModelBehavior for ActiveModel {}

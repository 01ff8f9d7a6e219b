//! Attached files; each hangs on one record.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub company_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    pub deal_id: Option<Uuid>,
    pub activity_id: Option<Uuid>,
    pub filename: String,
    pub mime_type: String,
    pub size_bytes: i64,
    #[sea_orm(column_type = "Text")]
    pub storage_key: String,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub sha256: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::membership::Entity",
        from = "(Column::WorkspaceId, Column::OwnerId)",
        to = "(super::membership::Column::WorkspaceId, super::membership::Column::UserId)"
    )]
    Owner,
    #[sea_orm(
        belongs_to = "super::company::Entity",
        from = "(Column::WorkspaceId, Column::CompanyId)",
        to = "(super::company::Column::WorkspaceId, super::company::Column::Id)"
    )]
    Company,
    #[sea_orm(
        belongs_to = "super::contact::Entity",
        from = "(Column::WorkspaceId, Column::ContactId)",
        to = "(super::contact::Column::WorkspaceId, super::contact::Column::Id)"
    )]
    Contact,
    #[sea_orm(
        belongs_to = "super::deal::Entity",
        from = "(Column::WorkspaceId, Column::DealId)",
        to = "(super::deal::Column::WorkspaceId, super::deal::Column::Id)"
    )]
    Deal,
    #[sea_orm(
        belongs_to = "super::activity::Entity",
        from = "(Column::WorkspaceId, Column::ActivityId)",
        to = "(super::activity::Column::WorkspaceId, super::activity::Column::Id)"
    )]
    Activity,
}

impl Related<super::membership::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Owner.def()
    }
}

impl Related<super::company::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Company.def()
    }
}

impl Related<super::contact::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Contact.def()
    }
}

impl Related<super::deal::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Deal.def()
    }
}

impl Related<super::activity::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Activity.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

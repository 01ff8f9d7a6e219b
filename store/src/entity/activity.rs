//! Activities: calls, emails, meetings, notes, messages.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "activities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    #[sea_orm(column_name = "type")]
    pub kind: String,
    pub subject: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    pub date: DateTimeUtc,
    pub duration_minutes: Option<i32>,
    pub outcome: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub next_steps: Option<String>,
    pub company_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    pub deal_id: Option<Uuid>,
    pub deleted_at: Option<DateTimeUtc>,
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

impl ActiveModelBehavior for ActiveModel {}

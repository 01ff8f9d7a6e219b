//! Who changed what, a chain of hashes per workspace. `before` and `after` are JSON, byte for byte as hashed. `erased_by` is the number of the
//! entry that emptied this one. `bulk_change_id` is the bulk change that the entry is part of.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_log")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub actor_id: Option<Uuid>,
    pub action: String,
    pub entity: String,
    pub entity_id: Uuid,
    #[sea_orm(column_type = "Text", nullable)]
    pub before: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub after: Option<String>,
    pub ip_address: Option<String>,
    pub at: DateTimeUtc,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub previous_hash: Vec<u8>,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub hash: Vec<u8>,
    #[sea_orm(column_type = "VarBinary(StringLen::N(16))", nullable)]
    pub salt: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))", nullable)]
    pub commitment: Option<Vec<u8>>,
    pub erased_by: Option<i64>,
    pub bulk_change_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

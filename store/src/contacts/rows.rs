//! Rows of contacts: writing one, and the columns that are derived from it.

use super::{
    derived_columns::{DerivedColumns, DerivedInput},
    detail::level_of,
};
use crate::{
    StoreError,
    custom_fields::from_json,
    database::{rows::decode_enum, write::WorkspaceTx},
    entity::{contact, workspace},
};
use domain::collation::NameOrder;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

/// Updates columns of one contact.
pub(super) async fn save(tx: &WorkspaceTx, row: &contact::Model, changes: contact::ActiveModel) -> Result<(), StoreError> {
    contact::Entity::update_many()
        .set(changes)
        .filter(contact::Column::WorkspaceId.eq(row.workspace_id))
        .filter(contact::Column::Id.eq(row.id))
        .exec(&tx.db)
        .await?;
    Ok(())
}

/// The order of the workspace's contacts.
pub(crate) async fn name_order(tx: &WorkspaceTx) -> Result<NameOrder, StoreError> {
    let slug: Option<String> = workspace::Entity::find_by_id(tx.workspace_id())
        .select_only()
        .column(workspace::Column::NameOrder)
        .into_tuple()
        .one(&tx.db)
        .await?;
    decode_enum(NameOrder::from_slug(&slug.unwrap_or_default()), "workspaces.name_order")
}

/// The derived columns of a row. `company`: the name of its company.
pub(super) fn derived_columns_of(row: &contact::Model, company: Option<&str>, name_order: NameOrder) -> Result<DerivedColumns, StoreError> {
    let custom_fields = from_json(row.metadata.clone());
    let words: Vec<&str> = custom_fields.words().collect();
    Ok(DerivedColumns::of(DerivedInput {
        custom_fields: &words,
        name: &row.name,
        email: row.email.as_deref(),
        phone: row.phone.as_deref(),
        job_title: row.job_title.as_deref(),
        company,
        notes: row.notes.as_deref(),
        decides: row.is_decision_maker,
        authority_level: level_of(row.authority_level.clone())?,
        name_order,
    }))
}

//! The bin: what is deleted stays in its table with the time it went, and can be taken out again for thirty days.

use crate::{StoreError, entity::company, write::Write};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

/// Days that something stays in the bin.
const BIN_DAYS: i64 = 30;

/// Holds for a record that is not gone for good: one that was never deleted, or has been in the bin for at most 30 days.
pub(crate) fn not_gone(deleted_at: impl ColumnTrait, now: DateTime<Utc>) -> Condition {
    Condition::any().add(deleted_at.is_null()).add(deleted_at.gte(now - TimeDelta::days(BIN_DAYS)))
}

/// Refuses as [`StoreError::Conflict`] what is to come out of the bin while its company is in it: it comes back with the company.
pub(crate) async fn with_company(write: &Write, company_id: Uuid) -> Result<(), StoreError> {
    let there = company::Entity::find_by_id((write.workspace_id(), company_id)).filter(company::Column::DeletedAt.is_null());
    there.one(&write.db).await?.map(drop).ok_or(StoreError::Conflict)
}
